"""`/`, `/assets/*`, `/session`: the web page, which holds no data, and who looks at it."""

from http import HTTPStatus
from urllib.parse import urlsplit

from ecr_scan_reporter import __version__
from ecr_scan_reporter.domain.inventory.exports.documents import snapshot_document
from ecr_scan_reporter.settings.api import ApiSettings
from ecr_scan_reporter.web.answers import document
from ecr_scan_reporter.web.calls import Call
from ecr_scan_reporter.web.messages import JSON, Response
from ecr_scan_reporter.web.page_files import HTML, INDEX, TYPES, page_files
from ecr_scan_reporter.web.problems import ProblemError
from ecr_scan_reporter.web.routing import Content, Route

SETTINGS = "settings.json"


def show_page(call: Call) -> Response:
    """Answer with the page: it asks for everything else."""
    return _file(INDEX, call.tools.settings)


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
        "writeScope": settings.write_scope,
        "version": __version__,
    }
    return document(content)


def _file(name: str, settings: ApiSettings) -> Response:
    content = page_files().get(name)
    if content is None:
        raise ProblemError(HTTPStatus.NOT_FOUND, "the page has no such file")
    headers = {"content-security-policy": _policy(settings)} if name == INDEX else {}
    return Response(content_type=TYPES[name.rpartition(".")[2]], body=content, headers=headers)


def _policy(settings: ApiSettings) -> str:
    # https://developer.mozilla.org/docs/Web/HTTP/Guides/CSP
    sources = dict.fromkeys(filter(None, ("'self'", _origin(settings.issuer), _origin(settings.token_origin))))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        f"connect-src {' '.join(sources)}; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )


def _origin(address: str) -> str:
    # A source with a path allows that path alone, without what is below it.
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


ROUTES: tuple[Route[Call], ...] = (
    Route("GET", "/", show_page, "The web page", (Content(HTML),), is_public=True),
    Route(
        "GET",
        "/assets/{file+}",
        show_asset,
        "A file of the web page",
        tuple(Content(each) for each in TYPES.values()),
        path_meanings={"file": "The name of the file."},
        is_public=True,
    ),
    Route("GET", "/session", show_session, "Who calls, and which snapshot answers", (Content(JSON, "Session"),)),
)
