"""The whole API: which route answers a request, who may call it, and how errors are answered."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from ecr_scan_reporter.web.access import Caller, DeniedError, Tokens, check_permission, identify
from ecr_scan_reporter.web.calls import Call, Tools
from ecr_scan_reporter.web.encoding import Encoded, Publish, encode
from ecr_scan_reporter.web.messages import Request, Response
from ecr_scan_reporter.web.parameters import read_parameters
from ecr_scan_reporter.web.problems import problem, problem_of
from ecr_scan_reporter.web.routes import ROUTES
from ecr_scan_reporter.web.routing import Found, allowed_methods, find_route, routes_of


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the API needs beside the answers: the tokens, a place for what is too large, and who hears of problems.

    `on_denied` hears of each call without a right, `on_problem` of each error that is not the caller's.
    """

    tokens: Tokens
    publish: Publish
    on_denied: Callable[[DeniedError], object]
    on_problem: Callable[[Exception], object]


def answer(request: Request, tools: Tools, surroundings: Surroundings, now: datetime) -> Encoded:
    """Return the answer to a request. It raises nothing: an unexpected error is a problem without its words."""
    try:
        return encode(_answer(request, tools, surroundings, now), request, surroundings.publish)
    except Exception as error:  # noqa: BLE001 - the caller must get an answer, whatever happens
        return encode(_problem(error, surroundings), request, surroundings.publish)


def _answer(request: Request, tools: Tools, surroundings: Surroundings, now: datetime) -> Response:
    if request.method == "OPTIONS":
        return _options(request)
    found = find_route(ROUTES, request.method, request.path)
    caller = _caller(found, request, tools, surroundings)
    values = read_parameters(found.route.parameters, request.query)
    return found.route.answer(Call(request, tools, caller, now, found.values, values))


def _caller(found: Found[Call], request: Request, tools: Tools, surroundings: Surroundings) -> Caller:
    if found.route.is_public:
        return Caller()
    settings = tools.settings
    caller = identify(
        request,
        settings.authorization,
        surroundings.tokens,
        takes_read_token=found.route.takes_read_token,
        write_scope=settings.write_scope,
    )
    check_permission(caller, request.method)
    return caller


def _options(request: Request) -> Response:
    routes = routes_of(ROUTES, request.path)
    return Response(HTTPStatus.NO_CONTENT, headers={"allow": allowed_methods(routes)})


def _problem(error: Exception, surroundings: Surroundings) -> Response:
    if isinstance(error, DeniedError):
        surroundings.on_denied(error)
    answered = problem_of(error)
    if answered is None or answered.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        surroundings.on_problem(error)
    return answered or problem(HTTPStatus.INTERNAL_SERVER_ERROR, "an unexpected error, which is logged")
