"""A small registry in an inventory of its own, and the commands that ask it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner, Result

from ecr_scan_reporter.bootstrap.terminal_inventory import TerminalInventory
from ecr_scan_reporter.cli.main import cli
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.answers import HistoryDay, InventoryChange, InventoryImage
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.ledger.records import ChangeRecord
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.settings.command_line import TerminalInventorySettings
from tests.cli.inventory.fake_inventory import FakeInventory, entry
from tests.unit.domain.inventory.snapshot_infos import EXPLOIT, KNOWING
from tests.unit.samples import NOW, ago, image_id

APP = Repository("123456789012", "eu-west-1", "payments/app")
PROXY = Repository("123456789012", "eu-west-1", "infra/proxy")
LOG4SHELL = Finding(
    "CVE-2021-44228",
    Severity.CRITICAL,
    "org.apache.logging.log4j:log4j-core",
    "2.14.1",
    10.0,
    "https://nvd.example/CVE-2021-44228",
    "JNDI features do not protect against attackers.",
    fix_available="YES",
    fixed_in="2.15.0",
    exploit_available=True,
    first_seen_at=ago(days=9),
)
CURL = Finding("CVE-2023-38545", Severity.HIGH, "curl", "7.88.1-10", 8.8, first_seen_at=ago(days=3))
APT = Finding("CVE-2011-3374", Severity.LOW, "apt", "2.6.1", suppressed_by="apt")
SUPPRESSION = Suppression("apt", "CVE-2011-3374", "Not reachable.", None, "alice", ago(days=30))


def image(number: int, repository: Repository = APP, **facts: Any) -> InventoryImage:
    """Return a scanned image."""
    typical: dict[str, Any] = {
        "tags": (f"1.{number}",),
        "pushed_at": ago(days=10 * number),
        "size_bytes": 1_500_000_000,
        "status": CoverageStatus.CURRENT,
        "scan_status": ScanStatus.COMPLETE,
        "scanned_at": ago(days=1),
    }
    return InventoryImage(image_id(number, repository), **(typical | facts))


def registry() -> FakeInventory:
    """Return three images of two repositories: one with log4shell, one without findings, one never scanned."""
    return FakeInventory(
        [
            entry(image(1, owner="payments", tags=("latest", "1.1"), is_in_use=True), LOG4SHELL, CURL, APT),
            entry(image(2, owner="payments"), CURL),
            entry(
                image(
                    30,
                    PROXY,
                    status=CoverageStatus.NEVER_SCANNED,
                    scan_status=ScanStatus.NOT_SCANNED,
                    scanned_at=None,
                    is_in_use=False,
                )
            ),
        ],
        days=[history_day(number) for number in (3, 1, 0)],
        scans=[
            InventoryChange(
                ChangeRecord(
                    image_id(1, APP),
                    ago(days=2),
                    "1.1",
                    new={Severity.CRITICAL: 1},
                    fixed={Severity.LOW: 3},
                    news=("CVE-2021-44228 log4j-core",),
                ),
                "payments",
            )
        ],
    )


# Known to be exploited since 20 January: it must be gone 7 days after it was seen, on the 22nd.
EXPLOITED = replace(LOG4SHELL, exploit=EXPLOIT, epss=0.84, is_likely=True)
# Seen first 40 days ago, and a high one may be there for 30 days.
LATE = replace(CURL, name="CVE-2023-9", first_seen_at=ago(days=40), epss=0.01)


def urgent_registry() -> FakeInventory:
    """Return a registry that knows KEV, EPSS and deadlines: one image is exploited, both have overdue findings."""
    info = replace(KNOWING, id="0007")
    exploited = image(1, owner="payments", is_in_use=True, with_exploit=1, likely=1, epss=0.84)
    late = image(2, PROXY, is_in_use=False)
    return FakeInventory([entry(exploited, EXPLOITED, CURL, info=info), entry(late, LATE, info=info)], info)


def history_day(days_ago: int) -> HistoryDay:
    """Return the history of a day before NOW's: as many critical findings as days ago."""
    return HistoryDay(
        (NOW - timedelta(days=days_ago)).date(),
        10,
        {CoverageStatus.CURRENT: 9, CoverageStatus.NEVER_SCANNED: 1},
        {Severity.CRITICAL: days_ago, Severity.HIGH: 5},
    )


class Asking:
    """Runs commands on an inventory. `settings` are those with which it was opened last."""

    def __init__(self, inventory: FakeInventory) -> None:
        self.inventory = inventory
        self.settings: TerminalInventorySettings | None = None
        self.suppressions = [SUPPRESSION]
        self.problems: list[str] = []

    def run(self, *arguments: str, stack: str = "prod", width: int = 200) -> Result:
        """Run a command on the stack `prod`."""
        source = ["--stack", stack] if stack else []
        return CliRunner(env={"COLUMNS": str(width)}).invoke(
            cli, [arguments[0], *source, *arguments[1:]], prog_name="ecr-scan-reporter"
        )

    def lines(self, *arguments: str, **facts: Any) -> list[str]:
        """Run a command that ends well, and return the lines of its results, each with single spaces."""
        result = self.run(*arguments, **facts)
        assert result.exit_code == 0, result.stderr
        return [" ".join(line.split()) for line in result.stdout.splitlines()]

    def json(self, *arguments: str) -> Any:
        """Run a command that ends well, and return its results as JSON."""
        result = self.run(*arguments, "--output", "json")
        assert result.exit_code == 0, result.stderr
        return json.loads(result.stdout)


def patched(monkeypatch: pytest.MonkeyPatch, asking: Asking) -> None:
    """Let the commands open the inventory of `asking`."""

    @contextmanager
    def open_(terminal: Any, on_problem: Callable[[str], object], progress: Any) -> Iterator[FakeInventory]:
        asking.settings = terminal._settings
        for problem in asking.problems:
            on_problem(problem)
        progress.begin("repositories", 2)
        progress.advance()
        yield asking.inventory

    monkeypatch.setattr(TerminalInventory, "open", open_)
    monkeypatch.setattr(TerminalInventory, "suppressions", lambda *_: asking.suppressions)


def renamed(inventory: FakeInventory, **facts: Any) -> FakeInventory:
    """Return the inventory with other facts of its snapshot."""
    return replace(inventory, info=replace(inventory.info, **facts))
