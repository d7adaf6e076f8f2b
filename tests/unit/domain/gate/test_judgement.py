"""Each condition against findings: met, breached, or not to be judged. Unknown is not zero."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.exploits.known import NOTHING_KNOWN, Exploits
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.gate.judgement import NO_DATES, NO_EPSS, NO_EXPLOITS, NO_KEV, judge
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.domain.gate.checks import COPY, CRITICAL, EXPLOITED, HIGH, KNOWN, UNRATED, policy
from tests.unit.samples import NOW, ago

OLD = replace(HIGH, first_seen_at=ago(days=40))
YOUNG = replace(HIGH, first_seen_at=ago(days=3))
INSPECTED = replace(HIGH, exploit_available=False)


@pytest.mark.parametrize(
    ("conditions", "findings", "breached"),
    [
        ("critical", [CRITICAL, HIGH], True),
        ("critical", [HIGH], False),
        ("critical=2", [CRITICAL], False),
        ("critical=2", [CRITICAL, replace(CRITICAL, name="CVE-9")], True),
        ("high", [CRITICAL], False),
        ("undefined", [UNRATED], True),
        ("any=2", [HIGH, UNRATED], True),
        ("any=3", [HIGH, UNRATED], False),
        ("exploited", [EXPLOITED], True),
        ("exploited", [HIGH], False),
        ("exploit-available", [replace(HIGH, exploit_available=True)], True),
        ("exploit-available", [replace(EXPLOITED, exploit_available=False)], True),
        ("exploit-available", [INSPECTED], False),
        ("epss>=0.5", [replace(HIGH, epss=0.5)], True),
        ("epss>=0.5", [replace(HIGH, epss=0.49)], False),
        ("epss>=0", [HIGH], False),
        ("overdue", [OLD], True),
        ("overdue", [YOUNG], False),
    ],
)
def test_a_condition_counts_what_it_names(conditions: str, findings: list[Finding], breached: bool) -> None:
    (outcome,) = judge(findings, policy(conditions), KNOWN, NOW).outcomes
    assert (outcome.is_breached, outcome.is_judged) == (breached, True)


@pytest.mark.parametrize(
    ("conditions", "findings", "exploits", "unknown"),
    [
        ("exploited", [HIGH], NOTHING_KNOWN, NO_KEV),
        ("exploited", [HIGH], Exploits(kev=COPY), ""),
        ("exploited", [], NOTHING_KNOWN, ""),
        ("epss>=0.5", [HIGH], NOTHING_KNOWN, NO_EPSS),
        ("epss>=0.5", [replace(HIGH, epss=0.1), HIGH], NOTHING_KNOWN, NO_EPSS),
        ("epss>=0.5", [replace(HIGH, epss=0.1)], NOTHING_KNOWN, ""),
        ("epss>=0.5", [HIGH], Exploits(epss=COPY), ""),
        ("exploit-available", [HIGH], KNOWN, NO_EXPLOITS),
        ("exploit-available", [INSPECTED], NOTHING_KNOWN, ""),
        ("overdue", [HIGH], KNOWN, NO_DATES),
        ("overdue", [UNRATED], KNOWN, ""),
        ("overdue", [YOUNG], NOTHING_KNOWN, NO_KEV),
        ("critical", [HIGH], NOTHING_KNOWN, ""),
        ("any=9", [HIGH], NOTHING_KNOWN, ""),
    ],
)
def test_a_condition_says_what_it_does_not_know(
    conditions: str, findings: list[Finding], exploits: Exploits, unknown: str
) -> None:
    judgement = judge(findings, policy(conditions), exploits, NOW)
    (outcome,) = judgement.outcomes
    assert outcome.unknown == unknown
    assert judgement.unjudged == ((outcome,) if unknown else ())


def test_a_breach_is_certain_whatever_else_is_unknown() -> None:
    judgement = judge([OLD, HIGH], policy("overdue"), NOTHING_KNOWN, NOW)
    assert [outcome.is_judged for outcome in judgement.breaches] == [True]
    assert judgement.unjudged == ()


def test_a_finding_behind_two_breaches_is_there_once() -> None:
    finding = replace(EXPLOITED, severity=Severity.CRITICAL)
    judgement = judge([finding, HIGH], policy("critical,exploited"), KNOWN, NOW)
    assert judgement.breaching == (finding,)
    assert [str(outcome) for outcome in judgement.breaches] == [
        "1 critical (allowed: none)",
        "1 exploited (allowed: none)",
    ]


def test_an_outcome_says_how_many_may_be() -> None:
    (outcome,) = judge([HIGH], policy("high=10"), KNOWN, NOW).outcomes
    assert str(outcome) == "1 high (allowed: 9)"


FINDINGS = st.lists(
    st.builds(
        Finding,
        name=st.sampled_from(["CVE-1", "CVE-2", "CVE-3"]),
        severity=st.sampled_from(Severity),
        package=st.sampled_from(["a", "b"]),
        epss=st.none() | st.floats(0, 1),
        exploit_available=st.none() | st.booleans(),
    )
)
LIMITS = st.integers(1, 4)


@given(FINDINGS, FINDINGS, LIMITS)
def test_more_findings_never_make_a_breach_good(some: list[Finding], more: list[Finding], limit: int) -> None:
    asked = policy(f"critical={limit},any={limit},epss>=0.5,exploit-available={limit}")
    before = {outcome.condition for outcome in judge(some, asked, NOTHING_KNOWN, NOW).breaches}
    after = {outcome.condition for outcome in judge([*some, *more], asked, NOTHING_KNOWN, NOW).breaches}
    assert before <= after


@given(FINDINGS)
def test_each_finding_without_a_severity_counts_as_undefined(findings: list[Finding]) -> None:
    (outcome,) = judge(findings, policy("undefined"), KNOWN, NOW).outcomes
    assert len(outcome.findings) == sum(
        finding.severity in (Severity.UNDEFINED, Severity.UNTRIAGED) for finding in findings
    )
