"""Write docs/reference/athena-tables.md from the columns of the lake."""

from ecr_scan_reporter.domain.inventory.lake import COLUMNS
from scripts.reference.pages import FOLDER, Page, code, table


def render() -> str:
    """Return a table of columns for each table of the lake."""
    return "\n".join(
        f"## {name}\n\n"
        + table(("column", "type", "meaning"), ((code(each.name), code(each.type), each.meaning) for each in columns))
        for name, columns in COLUMNS.items()
    )


PAGE = Page(FOLDER / "athena-tables.md", render)
