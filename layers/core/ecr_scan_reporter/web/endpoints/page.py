"""`/`, `/assets/*`, `/session`: the web page, which holds no data, and who looks at it."""

from functools import cache
from http import HTTPStatus
from importlib.resources import files

from ecr_scan_reporter import __version__
from ecr_scan_reporter.domain.inventory.exports.documents import snapshot_document
from ecr_scan_reporter.settings.api import ApiSettings
from ecr_scan_reporter.web.answers import document
from ecr_scan_reporter.web.calls import Call
from ecr_scan_reporter.web.messages import JSON, Response
from ecr_scan_reporter.web.problems import ProblemError
from ecr_scan_reporter.web.routing import Content, Route

PAGE = "index.html"
SETTINGS = "settings.json"
HTML = "text/html; charset=utf-8"
_TYPES = {
    "html": HTML,
    "css": "text/css; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "json": JSON,
}
_FOLDER = files("ecr_scan_reporter.web") / "page"


def show_page(call: Call) -> Response:
    """Answer with the page: it asks for everything else."""
    return _file(PAGE, call.tools.settings)


def show_asset(call: Call) -> Response:
    """Answer with a file of the page."""
    name = call.path["file"]
    if name == SETTINGS:
        return _settings(call.tools.settings)
    return _file(name, call.tools.settings)


def show_session(call: Call) -> Response:
    """Answer with who calls, and what they may do."""
    settings = call.tools.settings
    return document(
        {
            "authorization": settings.authorization.value,
            "subject": call.caller.subject,
            "canWrite": call.caller.may_write,
            "registryId": settings.registry_id,
            "region": settings.region,
            "version": __version__,
            "snapshot": snapshot_document(call.info),
        }
    )


def _settings(settings: ApiSettings) -> Response:
    content = {
        "authorization": settings.authorization.value,
        "issuer": settings.issuer,
        "clientId": settings.client_id,
        "version": __version__,
    }
    return document(content)


def _file(name: str, settings: ApiSettings) -> Response:
    content = _contents().get(name)
    if content is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "the page has no such file")
    headers = {"content-security-policy": _policy(settings)} if name == PAGE else {}
    return Response(content_type=_TYPES[name.rpartition(".")[2]], body=content, headers=headers)


@cache
def _contents() -> dict[str, bytes]:
    """Return the files of the page by their names, such as `app.mjs` and `vendor/htm.mjs`."""
    found = {}
    folders = [("", _FOLDER)]
    while folders:
        prefix, folder = folders.pop()
        for each in folder.iterdir():
            if each.is_dir():
                folders.append((f"{prefix}{each.name}/", each))
            elif each.name.rpartition(".")[2] in _TYPES:
                found[f"{prefix}{each.name}"] = each.read_bytes()
    return found


def _policy(settings: ApiSettings) -> str:
    # https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP
    issuer = f" {settings.issuer}" if settings.issuer else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src 'self'{issuer}; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )


ROUTES: tuple[Route[Call], ...] = (
    Route("GET", "/", show_page, "The web page", (Content(HTML),), is_public=True),
    Route(
        "GET",
        "/assets/{file+}",
        show_asset,
        "A file of the web page",
        tuple(Content(each) for each in _TYPES.values()),
        path_meanings={"file": "The name of the file."},
        is_public=True,
    ),
    Route("GET", "/session", show_session, "Who calls, and which snapshot answers", (Content(JSON, "Session"),)),
)
