"""Which content type and which encoding a client prefers."""

import pytest

from ecr_scan_reporter.web.compression import accepts_gzip
from ecr_scan_reporter.web.negotiation import prefers_json


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", False),
        ("*/*", False),
        ("application/json", True),
        ("Application/JSON; charset=utf-8", True),
        ("text/plain", False),
        ("text/*", False),
        ("application/*", True),
        ("text/plain, application/json", False),
        ("text/plain;q=0.5, application/json", True),
        ("text/plain;q=0.5, application/json;q=0.4", False),
        ("application/json, */*;q=0.1", True),
        ("application/json;q=0, */*", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("application/json;q=wrong", False),
    ],
)
def test_json_is_for_those_who_prefer_it_to_a_text(accept: str, expected: bool) -> None:
    assert prefers_json(accept) is expected


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("x-gzip", True),
        ("deflate, gzip;q=0.5", True),
        ("gzip; q=0.5", True),
        ("gzip;q=0", False),
        ("gzip;q=0.000", False),
        ("gzip;q=0, *", False),
        ("*", True),
        ("*;q=0", False),
        ("identity", False),
        ("br, deflate", False),
        ("gzip;q=much", False),
    ],
)
def test_gzip_is_for_those_who_accept_it(header: str, expected: bool) -> None:
    assert accepts_gzip(header) is expected
