import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import THRESHOLD_SEVERITIES, Breach, find_breaches

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
        breached = counts.get(severity, 0) >= max(threshold, 1)
        assert (Breach(severity, counts.get(severity, 0), threshold) in breaches) == breached


@given(counts, thresholds, st.sampled_from(Severity))
def test_more_findings_never_silence_a_report(
    counts: dict[Severity, int], thresholds: dict[Severity, int], severity: Severity
) -> None:
    more = counts | {severity: counts.get(severity, 0) + 1}
    before = {breach.severity for breach in find_breaches(counts, thresholds)}
    assert before <= {breach.severity for breach in find_breaches(more, thresholds)}
