"""When somebody is told of a scan."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from ecr_scan_reporter.domain.findings.changes import Changes
from ecr_scan_reporter.domain.registry.tag_options import DEFAULT_OWNER_KEY
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import Breach, Thresholds


class NotifyOn(StrEnum):
    """Which scans above the thresholds are told: all, those with something new, or those with any change."""

    ALL = "ALL"
    NEW = "NEW"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class ReportPolicy:
    """When somebody is told, and which AWS tag of a repository names its owner."""

    thresholds: Thresholds
    notify_on_failure: bool = True
    notify_on: NotifyOn = NotifyOn.ALL
    owner_tag_key: str = DEFAULT_OWNER_KEY

    @property
    def of_changes(self) -> "ReportPolicy":
        """The rules for an event that only says that something has changed: what has not is no news."""
        return replace(self, notify_on=NotifyOn.NEW) if self.notify_on is NotifyOn.ALL else self


def is_reportable(
    notify_on: NotifyOn, changes: Changes | None, breaches: Iterable[Breach], thresholds: Iterable[Severity]
) -> bool:
    """Decide whether a scan is told. A first scan (no changes are known) is news, where it breaches a threshold.

    NEW: something new, or raised, of a severity that breaches. CHANGED: also when something of a severity that has a
    threshold is fixed, even if nothing breaches any more.
    """
    breached = {breach.severity for breach in breaches}
    if notify_on is NotifyOn.ALL or changes is None:
        return bool(breached)
    if any(f.severity in breached for f in (*changes.new, *(raised.finding for raised in changes.raised))):
        return True
    watched = set(thresholds)
    return notify_on is NotifyOn.CHANGED and any(finding.severity in watched for finding in changes.fixed)
