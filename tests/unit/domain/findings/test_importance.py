"""The order of importance: the pairs of its document, and what holds for all findings."""

import re
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.exploits.known import FEEDS_OFF, NOTHING_KNOWN, Exploits, FeedCopy
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import (
    DEFAULT_EPSS_THRESHOLD,
    Importance,
    describe_epss,
    describe_importance,
    importance_key,
    importance_of,
    parse_epss_threshold,
    sort_findings,
    with_exploits,
)
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PAGE = Path(__file__).parents[4] / "docs" / "explanation" / "order-of-importance.md"
ADDED = date(2026, 11, 1)
KEV = KnownExploit(ADDED, date(2026, 12, 1))
RANSOMWARE = KnownExploit(ADDED, None, has_ransomware=True)

THRESHOLD = DEFAULT_EPSS_THRESHOLD


class Situation(NamedTuple):
    """One finding of the page's table, with what the inventory knows of it."""

    finding: Finding
    is_in_use: bool = False
    images: int = 0

    @property
    def key(self) -> tuple[float, ...]:
        finding = self.finding
        return importance_key(
            importance_of(finding),
            finding.severity,
            is_in_use=self.is_in_use,
            is_fixable=finding.is_fixable,
            epss=finding.epss,
            is_likely=finding.is_likely,
            images=self.images,
        )


def situation(words: str) -> Situation:
    """Read what the page says of a finding: 'HIGH, KEV, EPSS 0.84, in use, fix, 12 images'."""
    severity, *facts = (word.strip() for word in words.split(","))
    epss = next((float(fact.split()[1]) for fact in facts if fact.startswith("EPSS")), None)
    images = next((int(fact.split()[0]) for fact in facts if re.fullmatch(r"\d+ images?", fact)), 0)
    exploit = RANSOMWARE if "ransomware" in facts else KEV if "KEV" in facts else None
    assert all(re.fullmatch(r"ransomware|KEV|exploit|fix|in use|EPSS [\d.]+|\d+ images?", fact) for fact in facts)
    finding = Finding(
        "CVE-2026-0001",
        Severity[severity],
        fix_available="YES" if "fix" in facts else "",
        exploit_available=True if "exploit" in facts else None,
        epss=epss,
    )
    known = {finding.name: exploit} if exploit else {}
    [assessed] = with_exploits([finding], Exploits(known=known), THRESHOLD)
    return Situation(assessed, "in use" in facts, images)


PAIRS = [
    (first.strip(), second.strip())
    for first, second in re.findall(r"^\| ([A-Z][^|]+) \| ([A-Z][^|]+) \| [^|]+ \|$", PAGE.read_text(), re.MULTILINE)
]


def test_the_page_judges_at_least_twenty_pairs() -> None:
    assert len(set(PAIRS)) >= 20


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_the_first_of_a_pair_comes_first(first: str, second: str) -> None:
    assert situation(first).key < situation(second).key


EPSS = st.none() | st.floats(0, 1, allow_nan=False)
FINDINGS = st.builds(
    Finding,
    name=st.sampled_from(["CVE-2026-0001", "CVE-2026-0002", "CVE-2026-0003"]),
    severity=st.sampled_from(Severity),
    package=st.sampled_from(["curl", "zlib"]),
    score=st.none() | st.floats(0, 10),
    fix_available=st.sampled_from(["", "YES", "NO", "PARTIAL"]),
    exploit_available=st.none() | st.booleans(),
    epss=EPSS,
    is_likely=st.booleans(),
    exploit=st.sampled_from([None, KEV, RANSOMWARE]),
)


@given(st.lists(FINDINGS).flatmap(lambda found: st.tuples(st.just(found), st.permutations(found))))
def test_the_order_is_total(lists: tuple[list[Finding], list[Finding]]) -> None:
    one, other = lists
    by_facts = [(importance_of(f), f.severity, f.epss, f.name, f.package) for f in sort_findings(one)]
    assert by_facts == [(importance_of(f), f.severity, f.epss, f.name, f.package) for f in sort_findings(other)]


@given(st.lists(FINDINGS))
def test_levels_come_before_severities(findings: list[Finding]) -> None:
    ordered = [(importance_of(finding), finding.severity.rank) for finding in sort_findings(findings)]
    assert ordered == sorted(ordered)


@given(st.lists(FINDINGS))
def test_sorting_again_changes_nothing(findings: list[Finding]) -> None:
    once = sort_findings(findings)
    assert sort_findings(once) == once


@given(FINDINGS, FINDINGS, EPSS)
def test_what_is_missing_is_unknown_and_never_sinks_below_a_less_severe_finding(
    finding: Finding, other: Finding, epss: float | None
) -> None:
    [unknown] = with_exploits([Finding("CVE-1", finding.severity)], NOTHING_KNOWN, THRESHOLD)
    [scored] = with_exploits([Finding("CVE-1", other.severity, epss=epss)], NOTHING_KNOWN, THRESHOLD)
    is_unlikely = epss is None or epss < THRESHOLD
    if is_unlikely and unknown.severity.rank < scored.severity.rank:
        assert sort_findings([scored, unknown])[0] is unknown


@pytest.mark.parametrize(
    ("finding", "level", "words"),
    [
        (Finding("CVE-1", Severity.HIGH), Importance.BY_SEVERITY, ""),
        (Finding("CVE-1", Severity.HIGH, epss=0.0004), Importance.BY_SEVERITY, "EPSS <0.01"),
        (Finding("CVE-1", Severity.HIGH, epss=0.84), Importance.LIKELY, "EPSS 0.84"),
        (
            Finding("CVE-1", Severity.HIGH, exploit_available=True),
            Importance.EXPLOIT_AVAILABLE,
            "an exploit is available",
        ),
        (Finding("CVE-1", Severity.HIGH, exploit_available=False), Importance.BY_SEVERITY, ""),
        (
            Finding("CVE-2", Severity.LOW, exploit_available=True, epss=0.84),
            Importance.EXPLOITED,
            "exploited (KEV, due 2026-12-01), EPSS 0.84",
        ),
        (Finding("CVE-3", Severity.LOW), Importance.RANSOMWARE, "exploited by ransomware (KEV)"),
    ],
)
def test_the_reason_is_said_in_words(finding: Finding, level: Importance, words: str) -> None:
    [assessed] = with_exploits([finding], Exploits(known={"CVE-2": KEV, "CVE-3": RANSOMWARE}), THRESHOLD)
    assert (importance_of(assessed), describe_importance(assessed)) == (level, words)


def test_the_feed_knows_better_than_inspector_and_inspector_better_than_nobody() -> None:
    both, inspector = Finding("CVE-1", Severity.LOW, epss=0.5), Finding("CVE-2", Severity.LOW, epss=0.5)
    found = with_exploits(
        [both, inspector, Finding("cve-3", Severity.LOW)], Exploits(scores={"CVE-1": 0.01, "CVE-3": 0.2}), 0.1
    )
    assert {(each.name, each.epss, each.is_likely) for each in found} == {
        ("CVE-1", 0.01, False),
        ("CVE-2", 0.5, True),
        ("cve-3", 0.2, True),
    }


@pytest.mark.parametrize(
    ("exploits", "stays"),
    [
        (Exploits(), True),
        (Exploits(epss=FeedCopy("feed", NOW)), True),
        (Exploits(kev=FeedCopy("feed", NOW)), False),
        (FEEDS_OFF, False),
    ],
    ids=["nothing was fetched yet", "KEV was not fetched", "KEV has it no more", "nobody wants to know"],
)
def test_unknown_is_not_the_same_as_not_exploited(exploits: Exploits, *, stays: bool) -> None:
    before = Finding("CVE-1", Severity.LOW, exploit=KnownExploit(date(2026, 11, 20)))
    [finding] = with_exploits([before], exploits, 0.1)
    assert (finding.exploit is not None) is stays


def test_without_a_threshold_nothing_is_likely() -> None:
    [finding] = with_exploits([Finding("CVE-1", Severity.LOW, epss=0.99, is_likely=True)], NOTHING_KNOWN, None)
    assert not finding.is_likely


@pytest.mark.parametrize(
    ("text", "threshold"), [("0.1", 0.1), ("0", 0.0), ("1", 1.0), (".5", 0.5), ("off", None), (" OFF ", None)]
)
def test_a_threshold_is_a_probability_or_off(text: str, threshold: float | None) -> None:
    assert parse_epss_threshold(text, "EPSS_THRESHOLD") == threshold


@pytest.mark.parametrize("text", ["", "-0.1", "1.1", "10%", "nan", "inf", "high"])
def test_a_wrong_threshold_is_named_with_what_is_allowed(text: str) -> None:
    with pytest.raises(InvalidInputError, match=r"EPSS_THRESHOLD.*a number from 0 to 1, or off"):
        parse_epss_threshold(text, "EPSS_THRESHOLD")


@pytest.mark.parametrize(
    ("epss", "text"), [(0.0, "<0.01"), (0.0049, "<0.01"), (0.005, "0.01"), (0.844, "0.84"), (1, "1.00")]
)
def test_a_probability_has_two_digits_and_is_never_zero(epss: float, text: str) -> None:
    assert describe_epss(epss) == text


def test_the_levels_are_in_their_order() -> None:
    assert all(one < other for one, other in pairwise(Importance))
