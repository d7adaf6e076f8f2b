"""A response as it is sent: validators, compression, and where a large one goes."""

import gzip
from collections.abc import Iterator
from http import HTTPStatus
from random import Random
from typing import IO

import pytest

from ecr_scan_reporter.web.encoding import MAX_BODY, Encoded, encode
from ecr_scan_reporter.web.messages import Request, Response
from tests.unit.web.world import World

LONG = b"x" * 2_000


class Published:
    """What was stored as a download."""

    def __init__(self) -> None:
        self.files: list[tuple[bytes, str, str]] = []

    def __call__(self, packed: IO[bytes], content_type: str, file_name: str) -> str:
        self.files.append((gzip.decompress(packed.read()), content_type, file_name))
        return "https://bucket.example/download"


def sent(response: Response, published: Published | None = None, method: str = "GET", **headers: str) -> Encoded:
    """Return what is sent to a client with these headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return encode(response, Request(method, "/", headers=named), published or Published())


def noise(length: int) -> Iterator[str]:
    """Yield pieces of text that gzip makes little smaller."""
    random = Random(1)
    for _ in range(length // 1_000):
        yield random.randbytes(500).hex()


def test_an_entity_tag_names_the_content_and_not_its_encoding() -> None:
    tags = {
        sent(Response(body=LONG)).headers["etag"],
        sent(Response(body=LONG), accept_encoding="gzip").headers["etag"],
        sent(Response(body=[LONG.decode()])).headers["etag"],
    }
    assert len(tags) == 1
    assert tags.pop().startswith('W/"')
    assert sent(Response(body=LONG + b"x")).headers["etag"] != sent(Response(body=LONG)).headers["etag"]


@pytest.mark.parametrize(
    ("header", "is_known"),
    [
        ("{tag}", True),
        ("{strong}", True),
        ('"other", {tag}', True),
        ('W/"other" ,{tag}', True),
        ("*", True),
        ('"other"', False),
        ("", False),
        ("{tag}x", False),
    ],
)
def test_a_client_that_has_the_content_gets_304_without_it(header: str, is_known: bool) -> None:
    tag = sent(Response(body=LONG)).headers["etag"]
    answered = sent(Response(body=LONG), if_none_match=header.format(tag=tag, strong=tag.removeprefix("W/")))
    assert (answered.status is HTTPStatus.NOT_MODIFIED) is is_known
    assert (answered.body == b"") is is_known
    assert answered.headers["etag"] == tag
    assert "accept-encoding" in answered.headers["vary"]
    assert ("content-type" in answered.headers) is not is_known


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_what_changes_something_is_never_304(method: str) -> None:
    assert sent(Response(body=LONG), method=method, if_none_match="*").status is HTTPStatus.OK


def test_an_error_has_no_entity_tag() -> None:
    answered = sent(Response(HTTPStatus.BAD_REQUEST, body=LONG), if_none_match="*")
    assert (answered.status, "etag" in answered.headers) == (HTTPStatus.BAD_REQUEST, False)


def test_a_long_content_is_compressed_for_those_who_accept_it() -> None:
    packed = sent(Response(body=LONG), accept_encoding="gzip")
    assert (packed.headers["content-encoding"], gzip.decompress(packed.body)) == ("gzip", LONG)
    plain = sent(Response(body=LONG), accept_encoding="gzip;q=0")
    assert ("content-encoding" in plain.headers, plain.body) == (False, LONG)
    short = sent(Response(body=b"short"), accept_encoding="gzip")
    assert ("content-encoding" in short.headers, short.body) == (False, b"short")


def test_the_same_content_is_compressed_to_the_same_bytes() -> None:
    one, other = (sent(Response(body=LONG), accept_encoding="gzip") for _ in range(2))
    assert one == other


def test_head_has_the_headers_of_get() -> None:
    got, headed = (sent(Response(body=LONG), method=method, accept_encoding="gzip") for method in ("GET", "HEAD"))
    assert (headed.headers, headed.body) == (got.headers, b"")


def test_pieces_are_sent_as_one_content() -> None:
    assert sent(Response(body=["a", "b", "ü"])).body == "abü".encode()
    assert sent(Response(body=[])).body == b""


def test_a_download_has_a_name() -> None:
    answered = sent(Response(body=["a"], file_name="images-2026-11-21.csv"))
    assert answered.headers["content-disposition"] == 'attachment; filename="images-2026-11-21.csv"'


@pytest.mark.parametrize("accept", ["", "gzip"])
def test_what_is_too_large_for_a_function_is_elsewhere(accept: str) -> None:
    published, length = Published(), 3 * MAX_BODY
    response = Response(content_type="text/csv", body=noise(length), file_name="images.csv")
    answered = sent(response, published, accept_encoding=accept)
    assert (answered.status, answered.body) == (HTTPStatus.SEE_OTHER, b"")
    assert answered.headers["location"] == "https://bucket.example/download"
    ((content, content_type, name),) = published.files
    assert (content_type, name, content) == ("text/csv", "images.csv", "".join(noise(length)).encode())


def test_what_gzip_makes_small_enough_is_sent_to_those_who_accept_it() -> None:
    length = 2 * MAX_BODY
    published = Published()
    packed = sent(Response(body=["x" * length]), published, accept_encoding="gzip")
    assert (packed.status, len(gzip.decompress(packed.body)), published.files) == (HTTPStatus.OK, length, [])
    assert sent(Response(body=["x" * length]), published).status is HTTPStatus.SEE_OTHER
    assert sent(Response(body=b"x" * length), published).status is HTTPStatus.SEE_OTHER
    assert len(published.files) == 2


def test_an_answer_is_sent_with_its_encoding(world: World) -> None:
    answered = world.call("/images", accept_encoding="gzip")
    assert answered.headers["content-encoding"] == "gzip"
    assert answered.json == world.call("/images").json
    assert world.call("/images", if_none_match=answered.headers["etag"]).status == 304
