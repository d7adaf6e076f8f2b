"""When somebody is told of a scan."""

from dataclasses import dataclass, replace
from enum import StrEnum

from ecr_scan_reporter.domain.registry.tag_options import DEFAULT_OWNER_KEY
from ecr_scan_reporter.domain.thresholds import Thresholds


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
