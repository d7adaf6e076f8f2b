"""Deadlines: within how many days a finding must be gone, and which findings are overdue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import OFF
from ecr_scan_reporter.errors import InvalidInputError

EXPLOITED = "exploited"
DEFAULT_REMEDIATION_DAYS = "exploited=7,critical=15,high=30"
MAX_DAYS = 9999
_KINDS = (EXPLOITED, *(severity.lower() for severity in Severity))
_ALLOWED = f"{OFF}, or numbers of days from 0 to {MAX_DAYS} such as {DEFAULT_REMEDIATION_DAYS}, of {', '.join(_KINDS)}"


@dataclass(frozen=True, slots=True)
class RemediationDays:
    """In how many days a finding must be gone: one that is known to be exploited, and one of each severity.

    None, and a severity that is missing, have no deadline.
    """

    exploited: int | None = None
    severities: Mapping[Severity, int] = field(default_factory=dict)

    @property
    def is_off(self) -> bool:
        """True when nothing has a deadline."""
        return self.exploited is None and not self.severities

    def __str__(self) -> str:
        """Return the text of which it was made, in one order: what is exploited, then by severity."""
        exploited = {} if self.exploited is None else {EXPLOITED: self.exploited}
        severities = {each.lower(): self.severities[each] for each in Severity if each in self.severities}
        return ",".join(f"{kind}={days}" for kind, days in (exploited | severities).items()) or OFF


NO_DEADLINES = RemediationDays()


def parse_remediation_days(text: str, name: str) -> RemediationDays:
    """Read deadlines such as `exploited=7,critical=15,high=30`, or `off`. Raises InvalidInputError."""
    if text.strip().lower() == OFF:
        return NO_DEADLINES
    days: dict[str, int] = {}
    for part in text.split(","):
        kind, _, number = (each.strip() for each in part.lower().partition("="))
        is_number = number.isascii() and number.isdecimal() and len(number) <= len(str(MAX_DAYS))
        if kind not in _KINDS or kind in days or not is_number or int(number) > MAX_DAYS:
            raise InvalidInputError(name, text, _ALLOWED)
        days[kind] = int(number)
    exploited = days.pop(EXPLOITED, None)
    return RemediationDays(exploited, {Severity(kind.upper()): number for kind, number in days.items()})


DEFAULT_DEADLINES = parse_remediation_days(DEFAULT_REMEDIATION_DAYS, "the deadlines")


def due_on(finding: Finding, days: RemediationDays) -> date | None:
    """Return the last day (UTC) on which a finding may be there; None where it has no deadline, or is suppressed.

    The days count from the day on which the finding was seen first in the image, or in those that had its tag before.
    Those of an exploited one do not begin before it entered KEV. The earliest deadline counts.
    """
    if finding.first_seen_at is None or finding.suppressed_by:
        return None
    seen = finding.first_seen_at.astimezone(UTC).date()
    dates = []
    if finding.severity in days.severities:
        dates.append(seen + timedelta(days=days.severities[finding.severity]))
    if finding.exploit and days.exploited is not None:
        dates.append(max(seen, finding.exploit.added) + timedelta(days=days.exploited))
    return min(dates, default=None)


def days_overdue(finding: Finding, days: RemediationDays, now: datetime) -> int:
    """Return how many days have passed since the deadline of a finding; 0 where it has none, or there is time left."""
    due = due_on(finding, days)
    return max((now.astimezone(UTC).date() - due).days, 0) if due else 0
