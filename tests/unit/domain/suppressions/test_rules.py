import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.ends import FIXED, End
from ecr_scan_reporter.domain.suppressions.rules import Suppression, describe, ended, ending, suppress, unmatched
from tests.unit.samples import NOW, ago

TODAY = NOW.date()
OPENSSL = Finding("CVE-2024-5535", Severity.MEDIUM, "openssl", "3.0.11")
CURL = Finding("CVE-2023-38545", Severity.CRITICAL, "curl", "7.88.1")
SHARED = Finding("CVE-2024-5535", Severity.MEDIUM, "openssl", "3.0.11", also=(("libssl3", "3.0.11"),))


def suppression(id_: str = "a", cve: str = "CVE-*", until: End = None, **facts: Any) -> Suppression:
    typical: dict[str, Any] = {"created_by": "alice", "created_at": ago(days=30)}
    return Suppression(id_, cve, "not reachable", until, **(typical | facts))


def suppressing(
    finding: Finding,
    *suppressions: Suppression,
    repository: str = "team/app",
    tags: tuple[str, ...] = ("1.2", "latest"),
) -> str:
    (marked,) = suppress([finding], repository=repository, tags=tags, suppressions=suppressions, today=TODAY)
    return marked.suppressed_by


@pytest.mark.parametrize(
    ("until", "holds"),
    [
        pytest.param(None, True, id="never ends"),
        pytest.param(FIXED, True, id="ends with a fix"),
        pytest.param(TODAY + timedelta(days=1), True, id="ends tomorrow"),
        pytest.param(TODAY, True, id="its last day"),
        pytest.param(TODAY - timedelta(days=1), False, id="ended yesterday"),
    ],
)
def test_a_suppression_holds_to_the_end_of_its_last_day_and_the_finding_comes_back(until: End, holds: bool) -> None:
    assert suppression(until=until).holds_on(TODAY) is holds
    assert suppressing(OPENSSL, suppression(until=until)) == ("a" if holds else "")


@pytest.mark.parametrize(
    ("facts", "matches"),
    [
        ({"cve": "CVE-2024-5535"}, True),
        ({"cve": "cve-2024-*"}, True),
        ({"cve": "CVE-2024-553?"}, True),
        ({"cve": "CVE-2024-[0-9]*"}, True),
        ({"cve": "CVE-2024-553"}, False),
        ({"cve": "2024-5535"}, False),
        ({"repository": "team/app"}, True),
        ({"repository": "team/*"}, True),
        ({"repository": "*"}, True),
        ({"repository": "Team/*"}, False),
        ({"repository": "team"}, False),
        ({"tag": "1.*"}, True),
        ({"tag": "latest"}, True),
        ({"tag": "2.*"}, False),
        ({"tag": "LATEST"}, False),
        ({"package": "openssl"}, True),
        ({"package": "open*"}, True),
        ({"package": "OpenSSL"}, False),
        ({"package": "ssl"}, False),
        ({"most_severity": Severity.CRITICAL}, True),
        ({"most_severity": Severity.MEDIUM}, True),
        ({"most_severity": Severity.LOW}, False),
        ({"most_severity": Severity.UNTRIAGED}, False),
        ({"repository": "team/*", "tag": "1.*", "package": "open*", "most_severity": Severity.HIGH}, True),
        ({"repository": "team/*", "tag": "1.*", "package": "curl"}, False),
    ],
    ids=str,
)
def test_a_suppression_matches_when_all_that_it_says_does(facts: dict[str, Any], matches: bool) -> None:
    assert suppressing(OPENSSL, suppression(**facts)) == ("a" if matches else "")


def test_a_star_stands_for_slashes_too() -> None:
    assert suppressing(OPENSSL, suppression(repository="team*app"), repository="team/eu/app") == "a"


def test_a_suppression_with_a_tag_never_matches_an_untagged_image() -> None:
    assert suppressing(OPENSSL, suppression(tag="*"), tags=()) == ""
    assert suppressing(OPENSSL, suppression(), tags=()) == "a"


@pytest.mark.parametrize(("package", "matches"), [("openssl", False), ("lib*", False), ("*ssl*", True), (None, True)])
def test_a_finding_in_several_packages_is_hidden_only_when_all_match(package: str | None, matches: bool) -> None:
    assert suppressing(SHARED, suppression(package=package)) == ("a" if matches else "")


def test_a_severity_that_is_not_known_is_less_severe_than_any_that_is() -> None:
    undefined = replace(OPENSSL, severity=Severity.UNDEFINED)
    assert suppressing(undefined, suppression(most_severity=Severity.LOW)) == "a"
    assert suppressing(OPENSSL, suppression(most_severity=Severity.UNDEFINED)) == ""


def test_the_first_suppression_by_id_that_matches_is_named() -> None:
    assert suppressing(OPENSSL, suppression("c"), suppression("b"), suppression("a", package="curl")) == "b"


def test_a_mark_of_before_goes_when_no_suppression_matches_any_more() -> None:
    assert suppressing(replace(OPENSSL, suppressed_by="gone")) == ""


FIXES = [("", "", False), ("YES", "", True), ("YES", "8.4.0", True), ("NO", "", False), ("PARTIAL", "8.4.0", False)]


@pytest.mark.parametrize(("fix_available", "fixed_in", "is_known"), [*FIXES, ("", "8.4.0", True)])
def test_a_suppression_until_a_fix_holds_as_long_as_not_all_packages_have_one(
    fix_available: str, fixed_in: str, is_known: bool
) -> None:
    finding = replace(CURL, fix_available=fix_available, fixed_in=fixed_in)
    assert finding.is_fixable is is_known
    assert suppressing(finding, suppression(until=FIXED)) == ("" if is_known else "a")


def test_a_finding_with_a_fix_has_the_next_suppression_that_matches() -> None:
    finding = replace(CURL, fix_available="YES")
    assert suppressing(finding, suppression("a", until=FIXED), suppression("b")) == "b"


GLOBS = st.sampled_from(["*", "CVE-1", "cve-*", "a", "a*", "[ab]", "?", "team/*", "1.*", "b"])
SUPPRESSIONS = st.lists(
    st.builds(
        suppression,
        id_=st.sampled_from("pqrst"),
        cve=GLOBS,
        until=st.none() | st.just(FIXED) | st.dates(TODAY - timedelta(days=2), TODAY + timedelta(days=2)),
        repository=st.none() | GLOBS,
        tag=st.none() | GLOBS,
        package=st.none() | GLOBS,
        most_severity=st.none() | st.sampled_from(Severity),
    ),
    max_size=4,
    unique_by=lambda suppression: suppression.id,
)
FINDINGS = st.lists(
    st.builds(
        Finding,
        name=st.sampled_from(["CVE-1", "CVE-2", "cve-1"]),
        severity=st.sampled_from(Severity),
        package=st.sampled_from(["a", "b", "ab", ""]),
        also=st.sampled_from([(), (("a", "1"),), (("b", "1"),)]),
        fix_available=st.sampled_from(["", "YES", "NO", "PARTIAL"]),
        fixed_in=st.sampled_from(["", "3.0"]),
        suppressed_by=st.sampled_from(["", "p"]),
    )
)
TAGS = st.lists(st.sampled_from(["1.2", "a", "b"]), max_size=2)


def _is_match(suppression: Suppression, finding: Finding, repository: str, tags: list[str]) -> bool:
    """The suppression, in the words of its definition."""
    return (
        (not isinstance(suppression.until, date) or suppression.until >= TODAY)
        and not (suppression.until is FIXED and finding.is_fixable)
        and fnmatchcase(finding.name.upper(), suppression.cve.upper())
        and (suppression.repository is None or fnmatchcase(repository, suppression.repository))
        and (suppression.tag is None or any(fnmatchcase(tag, suppression.tag) for tag in tags))
        and (
            suppression.package is None
            or all(fnmatchcase(package, suppression.package) for package in [finding.package, *dict(finding.also)])
        )
        and (suppression.most_severity is None or finding.severity.rank >= suppression.most_severity.rank)
    )


@given(FINDINGS, SUPPRESSIONS, st.sampled_from(["team/a", "a"]), TAGS)
def test_findings_keep_their_order_and_change_in_nothing_but_the_suppression_that_hides_them(
    findings: list[Finding], suppressions: list[Suppression], repository: str, tags: list[str]
) -> None:
    marked = suppress(findings, repository=repository, tags=tags, suppressions=suppressions, today=TODAY)
    expected = [
        min(
            (suppression.id for suppression in suppressions if _is_match(suppression, finding, repository, tags)),
            default="",
        )
        for finding in findings
    ]
    assert [finding.suppressed_by for finding in marked] == expected
    assert [replace(finding, suppressed_by="") for finding in marked] == [
        replace(finding, suppressed_by="") for finding in findings
    ]


@given(FINDINGS, SUPPRESSIONS, st.sampled_from(["team/a", "a"]), TAGS)
def test_until_a_fix_hides_no_fixable_finding_and_otherwise_equals_never(
    findings: list[Finding], suppressions: list[Suppression], repository: str, tags: list[str]
) -> None:
    def hidden_by(until: End) -> list[str]:
        ends = [replace(suppression, until=until) for suppression in suppressions]
        marked = suppress(findings, repository=repository, tags=tags, suppressions=ends, today=TODAY)
        return [finding.suppressed_by for finding in marked]

    for finding, fixed, never in zip(findings, hidden_by(FIXED), hidden_by(None), strict=True):
        assert fixed == ("" if finding.is_fixable else never)


def test_ten_thousand_findings_and_two_hundred_suppressions_take_no_time_to_speak_of() -> None:
    findings = [Finding(f"CVE-2024-{number}", Severity.LOW, f"package-{number % 300}") for number in range(10_000)]
    suppressions = [
        suppression(f"suppression-{number:03}", f"CVE-*-{number}x", package="package-*") for number in range(200)
    ]
    began = time.process_time()
    marked = suppress(findings, repository="team/app", tags=("1",), suppressions=suppressions, today=TODAY)
    assert time.process_time() - began < 5
    assert not any(finding.suppressed_by for finding in marked)


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (suppression("all", "CVE-2024-1"), "all: CVE-2024-1"),
        (
            suppression(
                "openssl-dev",
                "CVE-2024-*",
                package="openssl*",
                repository="team/*",
                tag="1.*",
                most_severity=Severity.MEDIUM,
            ),
            "openssl-dev: CVE-2024-* in openssl* of team/*, tag 1.*, up to MEDIUM",
        ),
    ],
)
def test_a_suppression_is_described_in_one_line(made: Suppression, text: str) -> None:
    assert describe(made) == text


def in_days(days: int, id_: str = "a") -> Suppression:
    return suppression(id_, until=TODAY + timedelta(days=days))


def ids(suppressions: list[Suppression]) -> str:
    return "".join(suppression.id for suppression in suppressions)


def test_suppressions_that_end_soon_come_soonest_first() -> None:
    suppressions = [
        in_days(14, "d"),
        in_days(3, "c"),
        in_days(3, "b"),
        in_days(0, "a"),
        in_days(15, "x"),
        in_days(-1, "y"),
    ]
    assert ids(ending([*suppressions, suppression("z")], TODAY)) == "abcd"
    assert ids(ending(suppressions, TODAY, within_days=0)) == "a"


@given(st.lists(st.integers(-30, 30), min_size=1, max_size=5), st.integers(1, 10), st.integers(1, 10))
def test_each_suppression_that_ends_is_in_one_of_the_digests_that_follow_each_other(
    ends: list[int], first_gap: int, second_gap: int
) -> None:
    suppressions = [in_days(days, f"{number}") for number, days in enumerate(ends)]
    before, after = TODAY - timedelta(days=first_gap), TODAY + timedelta(days=second_gap)
    reported = [
        suppression.id
        for suppression in (*ended(suppressions, TODAY, since=before), *ended(suppressions, after, since=TODAY))
    ]
    assert sorted(reported) == [
        suppression.id
        for suppression in suppressions
        if suppression.holds_on(before) and not suppression.holds_on(after)
    ]


def test_suppressions_that_never_end_are_neither_ending_nor_ended() -> None:
    endless = [suppression("a"), suppression("b", until=FIXED)]
    assert (ending(endless, TODAY), ended(endless, TODAY, since=date.min)) == ([], [])


def test_a_suppression_that_had_time_to_match_and_did_not_is_unmatched() -> None:
    suppressions = [
        suppression("d"),
        suppression("matched"),
        suppression("new", created_at=ago(days=1)),
        in_days(-1, "over"),
        suppression("a"),
    ]
    made_before: datetime = ago(days=7)
    assert ids(unmatched(suppressions, {"matched", "unknown"}, made_before=made_before, today=TODAY)) == "ad"
