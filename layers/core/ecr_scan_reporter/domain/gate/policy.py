"""The policy of a gate: its conditions, which findings count, and where it comes from."""

from dataclasses import dataclass

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import DEFAULT_EPSS_THRESHOLD
from ecr_scan_reporter.domain.findings.remediation import NO_DEADLINES, RemediationDays
from ecr_scan_reporter.domain.gate.conditions import ConditionKind, Conditions
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import OFF


@dataclass(frozen=True, slots=True)
class GatePolicy:
    """What must not ship. `source` says in a few words who said so.

    `is_explicit`: a person asked for each of the conditions, so one that cannot be judged is an error. `only_fixable`:
    findings that have no fix yet do not count. `epss_threshold` is for the order of the findings.
    """

    conditions: Conditions
    source: str
    is_explicit: bool = False
    only_fixable: bool = False
    remediation_days: RemediationDays = NO_DEADLINES
    epss_threshold: float | None = DEFAULT_EPSS_THRESHOLD

    def has(self, kind: ConditionKind) -> bool:
        """Return whether a condition of this kind is asked for."""
        return any(condition.kind is kind for condition in self.conditions)

    @property
    def gap(self) -> Severity | None:
        """The most severe level without a condition, above one that has a condition: None where there is none.

        Each level is counted by itself, so `high=1` alone lets a critical finding pass.
        """
        if self.has(ConditionKind.ANY):
            return None
        levels = [condition.severity for condition in self.conditions if condition.severity]
        lowest = max((severity.rank for severity in levels), default=0)
        return next((each for each in Severity if each.rank < lowest and each not in levels and _is_rated(each)), None)

    def __str__(self) -> str:
        """Return the conditions as the option writes them."""
        return ",".join(map(str, self.conditions)) or OFF


def _is_rated(severity: Severity) -> bool:
    return severity in (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM)


def may_be_fixable(finding: Finding) -> bool:
    """Return False only for a finding that has no fix yet. Basic scanning does not know: an unknown fix counts."""
    return finding.fix_available != "NO"


def is_fix_unknown(finding: Finding) -> bool:
    """Return whether nobody says if there is a fix, as in basic scanning."""
    return not finding.fix_available and not finding.fixed_in
