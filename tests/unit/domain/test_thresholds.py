import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import (
    THRESHOLD_SEVERITIES,
    Breach,
    find_breaches,
    parse_threshold,
    threshold_level,
)
from ecr_scan_reporter.errors import InvalidInputError

counts = st.dictionaries(st.sampled_from(Severity), st.integers(0, 20))
thresholds = st.dictionaries(st.sampled_from(THRESHOLD_SEVERITIES), st.integers(0, 20))


@pytest.mark.parametrize(
    ("count", "threshold", "breached"),
    [
        pytest.param(0, 0, False, id="no findings are no breach, whatever the threshold"),
        pytest.param(1, 0, True, id="0 reports any finding"),
        pytest.param(1, 1, True, id="so does 1"),
        pytest.param(2, 3, False, id="below"),
        pytest.param(3, 3, True, id="at"),
        pytest.param(4, 3, True, id="above"),
    ],
)
def test_a_count_breaches_its_threshold_at_or_above_it(count: int, threshold: int, breached: bool) -> None:
    breaches = find_breaches({Severity.HIGH: count}, {Severity.HIGH: threshold})
    assert breaches == ((Breach(Severity.HIGH, count, threshold),) if breached else ())


def test_breaches_come_most_severe_first() -> None:
    breaches = find_breaches(
        {Severity.LOW: 9, Severity.CRITICAL: 1, Severity.MEDIUM: 2},
        {Severity.LOW: 5, Severity.MEDIUM: 3, Severity.CRITICAL: 0},
    )
    assert breaches == (Breach(Severity.CRITICAL, 1, 0), Breach(Severity.LOW, 9, 5))


def test_a_severity_without_a_threshold_is_never_breached() -> None:
    assert find_breaches({Severity.INFORMATIONAL: 99, Severity.UNDEFINED: 99}, {Severity.LOW: 0}) == ()


@given(counts, thresholds)
def test_each_breach_says_the_count_and_the_threshold_that_it_compares(
    counts: dict[Severity, int], thresholds: dict[Severity, int]
) -> None:
    breaches = find_breaches(counts, thresholds)
    assert [breach.severity.rank for breach in breaches] == sorted({b.severity.rank for b in breaches})
    for severity, threshold in thresholds.items():
        count = sum(number for level, number in counts.items() if threshold_level(level) is severity)
        assert (Breach(severity, count, threshold) in breaches) == (count >= max(threshold, 1))


def test_findings_without_a_rating_share_one_threshold() -> None:
    counts = {Severity.UNDEFINED: 2, Severity.UNTRIAGED: 3}
    assert find_breaches(counts, {Severity.UNDEFINED: 5}) == (Breach(Severity.UNDEFINED, 5, 5),)
    assert find_breaches(counts, {Severity.UNDEFINED: 6}) == ()


@pytest.mark.parametrize(
    ("text", "threshold"), [("0", 0), ("17", 17), ("1000000000", 10**9), ("off", None), ("OFF", None), (" Off ", None)]
)
def test_a_threshold_is_a_number_or_off(text: str, threshold: int | None) -> None:
    assert parse_threshold(text, "HIGH") == threshold


@pytest.mark.parametrize("text", ["", "-1", "1.5", "many", "1000000001", "\u0663", "none"])
def test_another_threshold_is_refused_with_its_name_and_the_allowed_values(text: str) -> None:
    with pytest.raises(InvalidInputError, match=r"HIGH is .*: allowed is a whole number from 0 to 1000000000, or off"):
        parse_threshold(text, "HIGH")


@given(counts, thresholds, st.sampled_from(Severity))
def test_more_findings_never_silence_a_report(
    counts: dict[Severity, int], thresholds: dict[Severity, int], severity: Severity
) -> None:
    more = counts | {severity: counts.get(severity, 0) + 1}
    before = {breach.severity for breach in find_breaches(counts, thresholds)}
    assert before <= {breach.severity for breach in find_breaches(more, thresholds)}
