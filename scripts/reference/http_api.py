"""Write docs/reference/http-api.md: the routes of the HTTP API, and their parameters."""

from collections.abc import Iterator

from ecr_scan_reporter.web.calls import Call
from ecr_scan_reporter.web.filters import IMAGES_AND_FINDINGS
from ecr_scan_reporter.web.parameters import Parameter
from ecr_scan_reporter.web.routes import ROUTES
from ecr_scan_reporter.web.routing import Route
from scripts.reference.pages import FOLDER, Page, code, table

_FILTERS = tuple(each.name for each in IMAGES_AND_FINDINGS)


def render() -> str:
    """Return the tables of the page."""
    routes = table(("route", "answers with", "credentials", "parameters"), map(_route, ROUTES))
    filters = f"*Filters* are {', '.join(map(code, _FILTERS))}.\n"
    parameters = table(("parameter", "meaning", "values"), _parameters())
    return f"## Routes\n\n{routes}\n{filters}\n## Parameters\n\n{parameters}"


def _route(route: Route[Call]) -> tuple[str, str, str, str]:
    names = [each.name for each in route.parameters]
    has_filters = set(_FILTERS) <= set(names)
    named = [code(name) for name in names if not has_filters or name not in _FILTERS]
    parameters = ", ".join([*(["*filters*"] if has_filters else []), *named])
    return code(f"{route.method} {route.path}"), route.summary, _credentials(route), parameters


def _credentials(route: Route[Call]) -> str:
    if route.is_public:
        return "none"
    return "to read" if route.method == "GET" else "to write"


def _parameters() -> Iterator[tuple[str, str, str]]:
    meanings: dict[tuple[str, str, str], None] = {}
    for route in ROUTES:
        for each in route.parameters:
            meanings[code(each.name), each.description, _values(each)] = None
    yield from sorted(meanings)


def _values(parameter: Parameter) -> str:
    schema = parameter.schema
    if "enum" in schema:
        values = ", ".join(map(code, schema["enum"]))
    elif "maximum" in schema:
        values = f"{schema['minimum']:,} to {schema['maximum']:,}"
    else:
        values = "`true`, `false`" if schema.get("type") == "boolean" else ""
    default = f"; {code(str(schema['default']))} by default" if "default" in schema else ""
    return f"{values}{default}"


PAGE = Page(FOLDER / "http-api.md", render)
