"""Settings of the command line, from its options and the environment."""

from dataclasses import dataclass
from re import Pattern

from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.settings.scanning import DEFAULT_CONCURRENCY


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
class TerminalConfigsSettings:
    """Settings of the commands for scan configurations: the table, or the stack that has it."""

    profile: str | None
    region: str | None
    stack: str
    table: str


@dataclass(frozen=True, slots=True)
class TerminalAccountSettings:
    """In which account and region a command works."""

    profile: str | None
    region: str | None


@dataclass(frozen=True, slots=True)
class TerminalInventorySettings:
    """Settings of the commands that ask the inventory.

    `stack` or `findings_bucket` names the deployed application. With `is_live`, ECR itself answers: `ledger_table`,
    `registry_id` and `concurrency` are for that alone, and the bucket is that of the feeds of exploits. `repository` is
    a glob: others need not be asked about. A table that is named counts more than that of the stack.
    """

    profile: str | None = None
    region: str | None = None
    stack: str = ""
    findings_bucket: str = ""
    is_live: bool = False
    ledger_table: str = ""
    suppressions_table: str = ""
    registry_id: str | None = None
    concurrency: int = DEFAULT_CONCURRENCY
    repository: str | None = None


@dataclass(frozen=True, slots=True)
class TerminalGateSettings:
    """Settings of the gate: `stack` names the deployed application; a table or a bucket that is named counts more."""

    profile: str | None = None
    region: str | None = None
    stack: str = ""
    suppressions_table: str = ""
    findings_bucket: str = ""
