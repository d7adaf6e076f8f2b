"""Write the generated pages of docs/reference."""

from scripts.reference import (
    athena_tables,
    command_line,
    exports,
    http_api,
    metrics,
    openapi,
    parameters,
    snapshot,
    variables,
)
from scripts.reference.pages import GeneratedFile, Page

PAGES: tuple[Page | GeneratedFile, ...] = (
    parameters.PAGE,
    variables.PAGE,
    command_line.PAGE,
    exports.PAGE,
    http_api.PAGE,
    metrics.PAGE,
    athena_tables.PAGE,
    snapshot.PAGE,
    openapi.FILE,
)

if __name__ == "__main__":
    for page in PAGES:
        page.path.write_text(page.rendered(), encoding="utf-8")
