"""Which endpoint answers a request: a table of routes."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from http import HTTPStatus
from typing import Any, Generic, TypeVar

from ecr_scan_reporter.web.messages import Response
from ecr_scan_reporter.web.parameters import Parameter
from ecr_scan_reporter.web.problems import ProblemError

Call = TypeVar("Call")


@dataclass(frozen=True, slots=True)
class Content:
    """What an answer may be: a content type, and the name of its schema in OpenAPI, empty for a text."""

    type: str
    schema: str = ""


@dataclass(frozen=True)
class Route(Generic[Call]):
    """A method and a path, such as `/images/{digest}`, with the endpoint that answers.

    `contents` are those of the answer with `status`. `body` names the schema of the request's body, empty for none.
    `path_meanings` say what the parts in braces are, `path_patterns` their form. `is_public`: it has no data, and
    everybody may read it.
    `is_idempotent`: what is there already is answered with 200, and not made again.
    `takes_read_token`: for readers that cannot sign, such as feed readers, whatever else authorizes callers.
    """

    method: str
    path: str
    answer: Callable[[Call], Response]
    summary: str
    contents: Sequence[Content] = ()
    parameters: Sequence[Parameter] = ()
    path_meanings: Mapping[str, str] = field(default_factory=dict)
    path_patterns: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    status: HTTPStatus = HTTPStatus.OK
    is_public: bool = False
    takes_read_token: bool = False
    is_idempotent: bool = False

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """What the path of a request must match; a name with `+` stands for several segments."""
        parts = re.split(r"\{([a-z]+\+?)\}", self.path)
        literals, names = parts[::2], parts[1::2]
        pattern = re.escape(literals[0])
        for name, literal in zip(names, literals[1:], strict=True):
            pattern += f"(?P<{name.rstrip('+')}>{'.+' if name.endswith('+') else '[^/]+'}){re.escape(literal)}"
        return re.compile(pattern)


@dataclass(frozen=True, slots=True)
class Found(Generic[Call]):
    """The route of a request, and the values of the parts of its path."""

    route: Route[Call]
    values: Mapping[str, Any]


def find_route(routes: Iterable[Route[Call]], method: str, path: str) -> Found[Call]:
    """Return the route; one slash at the end does not matter, and HEAD is answered as GET is.

    Raises ProblemError: 404 for an unknown path, 405 for a method that the path does not have, with those that it has.
    """
    matching = _matching(routes, path)
    for route, match in matching:
        if route.method == ("GET" if method == "HEAD" else method):
            return Found(route, match.groupdict())
    allowed = allowed_methods(route for route, _ in matching)
    raise ProblemError(
        HTTPStatus.METHOD_NOT_ALLOWED, f"{method} is not possible here: allowed is {allowed}", {"allow": allowed}
    )


def routes_of(routes: Iterable[Route[Call]], path: str) -> list[Route[Call]]:
    """Return the routes of a path, one for each method. Raises ProblemError with status 404 for an unknown path."""
    return [route for route, _ in _matching(routes, path)]


def _matching(routes: Iterable[Route[Call]], path: str) -> list[tuple[Route[Call], re.Match[str]]]:
    wanted = path.removesuffix("/") or "/"
    matching = [(route, match) for route in routes if (match := route.pattern.fullmatch(wanted))]
    if not matching:
        raise ProblemError(HTTPStatus.NOT_FOUND, "there is nothing at this address: /openapi.json lists all")
    return matching


def allowed_methods(routes: Iterable[Route[Call]]) -> str:
    """Return the methods of some routes of one path, as the header Allow has them."""
    methods = {route.method for route in routes}
    return ", ".join(sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set())))
