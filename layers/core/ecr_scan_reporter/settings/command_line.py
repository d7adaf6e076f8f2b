"""Settings of the command line, from its options and the environment."""

from dataclasses import dataclass
from re import Pattern

from ecr_scan_reporter.domain.scanning.policy import ScanPolicy


@dataclass(frozen=True, slots=True)
class TerminalSettings:
    """Settings of the commands that scan."""

    profile: str | None
    region: str | None
    registry_id: str | None
    repositories_filter: Pattern[str]
    policy: ScanPolicy
    ledger_table: str
    concurrency: int


@dataclass(frozen=True, slots=True)
class TerminalSuppressionsSettings:
    """Settings of the commands for suppressions."""

    profile: str | None
    region: str | None
    table: str


@dataclass(frozen=True, slots=True)
class TerminalAccountSettings:
    """In which account and region a command works."""

    profile: str | None
    region: str | None
