"""Rules that take findings out of the reports: for which findings, why, until when, and who said so."""

from dataclasses import dataclass
from datetime import date, datetime

from ecr_scan_reporter.domain.severities import Severity


@dataclass(frozen=True, slots=True)
class Suppression:
    """One rule. A text that is a glob (`*`, `?`, `[...]`) is None where the rule does not care.

    `most_severity` is the most severe level that the rule reaches: a finding above it is reported all the same.
    `until` is the last day (UTC) on which the rule holds, None for a rule without end.
    """

    id: str
    cve: str
    reason: str
    until: date | None
    created_by: str
    created_at: datetime
    repository: str | None = None
    tag: str | None = None
    package: str | None = None
    most_severity: Severity | None = None
