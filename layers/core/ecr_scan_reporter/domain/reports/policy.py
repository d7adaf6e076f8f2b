"""Which scans are reported."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from ecr_scan_reporter.domain.findings.changes import Changes
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import DEFAULT_EPSS_THRESHOLD
from ecr_scan_reporter.domain.registry.tag_options import DEFAULT_OWNER_KEY
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import (
    Breach,
    ExploitedBreach,
    Thresholds,
    find_breaches,
    find_exploited_breach,
    threshold_level,
)


class NotifyOn(StrEnum):
    """Which scans above the thresholds are reported: all, those with news, or those with any change."""

    ALL = "ALL"
    NEW = "NEW"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class ReportPolicy:
    """Which scans are reported, and which AWS tag of a repository names its owner.

    `suppressions_table` is the table in the commands of messages, empty where there is none. `known_exploited` is the
    number of exploited findings from which an image is reported, whatever the thresholds of severities say;
    `epss_threshold` says from which EPSS a finding is likely to be exploited. Both are None where they are off.
    """

    thresholds: Thresholds
    notify_on_failure: bool = True
    notify_on: NotifyOn = NotifyOn.ALL
    owner_tag_key: str = DEFAULT_OWNER_KEY
    suppressions_table: str = ""
    known_exploited: int | None = None
    epss_threshold: float | None = DEFAULT_EPSS_THRESHOLD

    @property
    def of_changes(self) -> "ReportPolicy":
        """The policy for an event that only says that something has changed: without a change there is no news."""
        return replace(self, notify_on=NotifyOn.NEW) if self.notify_on is NotifyOn.ALL else self


def is_reportable(
    notify_on: NotifyOn,
    changes: Changes | None,
    breaches: Collection[Breach],
    thresholds: Thresholds,
    exploited: ExploitedBreach | None = None,
    known_exploited: int | None = None,
) -> bool:
    """Decide whether a scan is reported. A first scan (no changes are known) is news, where it breaches a threshold.

    NEW: something new, or raised, of a severity that breaches, or a threshold that is reached now and was not before,
    or news of what is exploited where that breaches. CHANGED: also when something is fixed of a severity that breached
    before, or that was exploited where that breached before, even if nothing breaches any more. `known_exploited` is
    the threshold of what is exploited.
    """
    breached = {breach.severity for breach in breaches}
    if notify_on is NotifyOn.ALL or changes is None:
        return bool(breached or exploited)
    if any(threshold_level(finding.severity) in breached for finding in (*changes.new, *_raised(changes))):
        return True
    if exploited and any(finding.exploit for finding in changes.news):
        return True
    if newly_breached(changes, breaches):
        return True
    before = changes.baseline.thresholds
    breached_before = _breached_before(changes, thresholds if before is None else before)
    exploited_before = [each for each in changes.baseline.findings if each.exploit and not each.suppressed_by]
    is_exploited_before = find_exploited_breach(len(exploited_before), known_exploited) is not None
    return notify_on is NotifyOn.CHANGED and any(
        (is_exploited_before and finding.exploit) or threshold_level(finding.severity) in breached_before
        for finding in changes.fixed
    )


def _raised(changes: Changes) -> Iterable[Finding]:
    return (raised.finding for raised in changes.raised)


def newly_breached(changes: Changes, breaches: Collection[Breach]) -> tuple[Breach, ...]:
    """Return the breaches of levels that did not breach at the scan before, whose thresholds may have been others."""
    if changes.baseline.thresholds is None:
        return ()
    before = _breached_before(changes, changes.baseline.thresholds)
    return tuple(breach for breach in breaches if breach.severity not in before)


def _breached_before(changes: Changes, thresholds: Thresholds) -> set[Severity]:
    return {breach.severity for breach in find_breaches(changes.baseline.counts, thresholds)}
