import pytest

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.gate.policy import is_fix_unknown, may_be_fixable
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.domain.gate.checks import policy


@pytest.mark.parametrize(
    ("conditions", "gap"),
    [
        ("critical=1", None),
        ("critical,high,medium", None),
        ("high=1", Severity.CRITICAL),
        ("critical,medium", Severity.HIGH),
        ("critical,high,low", Severity.MEDIUM),
        ("critical,high,medium,undefined", None),
        ("high=1,any=100", None),
        ("exploited", None),
        ("off", None),
    ],
)
def test_a_level_above_a_condition_that_has_none_is_named(conditions: str, gap: Severity | None) -> None:
    assert policy(conditions).gap is gap


def test_a_policy_is_written_as_the_option_takes_it() -> None:
    assert str(policy("critical,epss>=0.50")) == "critical=1,epss>=0.5"
    assert str(policy("off")) == "off"


@pytest.mark.parametrize(
    ("fix_available", "fixed_in", "may_be", "unknown"),
    [
        ("YES", "1.2", True, False),
        ("YES", "", True, False),
        ("PARTIAL", "", True, False),
        ("NO", "", False, False),
        ("", "", True, True),
        ("", "1.2", True, False),
    ],
)
def test_only_a_finding_that_has_no_fix_for_sure_is_left_out(
    fix_available: str, fixed_in: str, may_be: bool, unknown: bool
) -> None:
    finding = Finding("CVE-1", Severity.HIGH, fix_available=fix_available, fixed_in=fixed_in)
    assert (may_be_fixable(finding), is_fix_unknown(finding)) == (may_be, unknown)
