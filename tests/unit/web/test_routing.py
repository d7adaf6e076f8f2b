"""Which address answers, and with which methods."""

from http import HTTPStatus

import pytest

from ecr_scan_reporter.web.messages import Response
from ecr_scan_reporter.web.problems import ProblemError
from ecr_scan_reporter.web.routing import Route, find_route
from tests.unit.web.world import UBUNTU, World


def test_an_unknown_address_is_404(world: World) -> None:
    answered = world.call("/nothing")
    assert (answered.status, answered.json["title"]) == (404, "Not Found")
    assert "/openapi.json" in answered.json["detail"]


@pytest.mark.parametrize(
    ("path", "method", "allowed"),
    [
        ("/images", "POST", "GET, HEAD, OPTIONS"),
        ("/configs", "DELETE", "GET, HEAD, OPTIONS, POST"),
        (f"/configs/{UBUNTU.id}", "POST", "DELETE, GET, HEAD, OPTIONS, PUT"),
        ("/suppressions/some", "GET", "DELETE, OPTIONS"),
        ("/suppressions/some", "HEAD", "DELETE, OPTIONS"),
        ("/images", "TRACE", "GET, HEAD, OPTIONS"),
    ],
)
def test_a_wrong_method_is_405_and_the_right_ones_are_named(world: World, path: str, method: str, allowed: str) -> None:
    answered = world.call(path, method)
    assert (answered.status, answered.headers["allow"]) == (405, allowed)
    assert method == "HEAD" or allowed in answered.json["detail"]


@pytest.mark.parametrize("path", ["/images", "/configs", "/summary", "/nothing", "/openapi.json"])
def test_head_is_get_without_a_body(world: World, path: str) -> None:
    got, headed = world.call(path), world.call(path, "HEAD")
    assert (headed.status, headed.headers, headed.body) == (got.status, got.headers, b"")


@pytest.mark.parametrize("path", ["/images", "/configs", f"/configs/{UBUNTU.id}", "/feed", "/openapi.json"])
def test_a_slash_at_the_end_changes_nothing(world: World, path: str) -> None:
    assert world.call(f"{path}/").text == world.call(path).text


def test_two_slashes_at_the_end_are_another_address(world: World) -> None:
    assert world.call("/images//").status == 404


def test_options_says_which_methods_an_address_has_to_everybody(world: World) -> None:
    answered = world.call("/configs/", "OPTIONS", token="")
    assert (answered.status, answered.headers["allow"], answered.body) == (204, "GET, HEAD, OPTIONS, POST", b"")
    assert world.call("/nothing", "OPTIONS", token="").status == 404


def test_an_encoded_slash_arrives_as_one_and_is_no_part_of_a_name(world: World) -> None:
    # API Gateway decodes %2F: so a repository is a parameter of the query.
    assert world.call("/vulnerabilities/CVE/1").status == 404
    assert world.call("/images?repository=test/ubuntu").json["total"] == 3


def _answer(_call: object) -> Response:
    return Response()


def test_a_part_with_a_plus_stands_for_several_segments() -> None:
    routes = (Route("GET", "/assets/{file+}", _answer, ""), Route("GET", "/a.b/{id}", _answer, ""))
    assert find_route(routes, "GET", "/assets/vendor/htm.mjs").values == {"file": "vendor/htm.mjs"}
    assert find_route(routes, "HEAD", "/a.b/1/").values == {"id": "1"}
    for path in ("/assets", "/a.b/1/2", "/a-b/1", "/a.b", "/A.b/1"):
        with pytest.raises(ProblemError) as raised:
            find_route(routes, "GET", path)
        assert raised.value.status is HTTPStatus.NOT_FOUND, path
