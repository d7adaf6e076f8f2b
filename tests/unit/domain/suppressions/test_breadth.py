from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.breadth import covers, hides_whole_images, images
from ecr_scan_reporter.domain.suppressions.ends import FIXED, End
from ecr_scan_reporter.domain.suppressions.rules import Suppression, glob_test
from tests.unit.domain.suppressions.samples import SUPPRESSIONS
from tests.unit.samples import NOW

ALL = Suppression("all", "*", "r", None, "alice", NOW)
DAY = date(2026, 3, 31)


@pytest.mark.parametrize(
    ("changes", "hides_all"),
    [
        ({}, True),
        ({"cve": "cve-*"}, True),
        ({"cve": "CVE-????-*"}, True),
        ({"package": "*", "repository": "team/*", "tag": "1.*", "until": DAY}, True),
        ({"most_severity": Severity.CRITICAL}, True),
        ({"most_severity": Severity.HIGH}, False),
        ({"cve": "CVE-2024-*"}, False),
        ({"cve": "CVE-2023-38545"}, False),
        ({"package": "openssl*"}, False),
    ],
    ids=str,
)
def test_a_suppression_of_every_finding_hides_whole_images(changes: dict[str, object], hides_all: bool) -> None:
    assert hides_whole_images(replace(ALL, **changes)) is hides_all  # type: ignore[arg-type]


def test_the_images_are_named() -> None:
    assert images(ALL) == images(replace(ALL, repository="*")) == "every image of every repository"
    assert images(replace(ALL, repository="team/*", tag="1.*")) == "every image of repositories team/* with a tag 1.*"


TEAM = replace(ALL, cve="CVE-2024-*", repository="team/*", package="openssl", until=DAY, most_severity=Severity.MEDIUM)


@pytest.mark.parametrize(
    ("changes", "is_covered"),
    [
        ({}, True),
        ({"cve": "cve-2024-*"}, True),
        ({"cve": "CVE-*"}, True),
        ({"cve": "CVE-2024-?"}, False),
        ({"cve": "CVE-2024-1"}, False),
        ({"repository": None}, True),
        ({"repository": "t*"}, True),
        ({"repository": "team/app"}, False),
        ({"repository": "team"}, False),
        ({"tag": "1.*"}, False),
        ({"package": "open*"}, True),
        ({"package": "openssl[a]"}, False),
        ({"until": None}, True),
        ({"until": date(2026, 3, 30)}, False),
        ({"most_severity": Severity.HIGH}, True),
        ({"most_severity": Severity.LOW}, False),
    ],
    ids=str,
)
def test_a_suppression_covers_what_is_no_wider_and_no_longer(changes: dict[str, object], is_covered: bool) -> None:
    assert covers(replace(TEAM, **changes), TEAM) is is_covered  # type: ignore[arg-type]


@given(SUPPRESSIONS)
def test_a_suppression_covers_itself_and_everything_covers_it(suppression: Suppression) -> None:
    assert covers(suppression, suppression)
    assert covers(ALL, suppression)


EARLIER, LATER = date(2026, 3, 30), date(2026, 4, 1)


@pytest.mark.parametrize(
    ("end", "covered"),
    [
        (None, [None, FIXED, EARLIER, LATER]),
        (FIXED, [FIXED]),
        (EARLIER, [EARLIER]),
        (LATER, [EARLIER, LATER]),
    ],
    ids=str,
)
def test_an_end_covers_those_that_surely_come_no_later(end: End, covered: list[End]) -> None:
    ends: tuple[End, ...] = (None, FIXED, EARLIER, LATER)
    assert [other for other in ends if covers(replace(ALL, until=end), replace(ALL, until=other))] == covered


GLOBS = st.text("ab*?[]", min_size=1, max_size=5)


@given(GLOBS, GLOBS, st.text("ab", min_size=1, max_size=4))
def test_a_glob_that_covers_another_matches_all_that_it_matches(wider: str, other: str, name: str) -> None:
    if covers(replace(ALL, repository=wider), replace(ALL, repository=other)) and glob_test(other)(name):
        assert glob_test(wider)(name)
