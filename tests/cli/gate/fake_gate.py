"""The command `check` with a registry in memory, and with nothing else of AWS."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import pytest
from click.testing import CliRunner, Result

from ecr_scan_reporter.cli.gate import run as gate_run
from ecr_scan_reporter.cli.main import cli
from ecr_scan_reporter.domain.exploits.known import NOTHING_KNOWN, Exploits
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.settings.command_line import TerminalGateSettings
from ecr_scan_reporter.settings.gate import StackPolicy
from ecr_scan_reporter.use_cases.reporting.stored_findings import Findings
from tests.unit.samples import NOW, image, result_of
from tests.unit.use_cases.gate.registry import ScriptedRegistry, Time


@dataclass
class FakeGate:
    """What `TerminalGate` gives a check; `settings` are those that the command made."""

    found: ScriptedRegistry = field(default_factory=ScriptedRegistry)
    known: Exploits = NOTHING_KNOWN
    account: list[Suppression] = field(default_factory=list)
    problems: tuple[str, ...] = ()
    deployed: StackPolicy | None = None
    history: Findings | None = None
    table: str = ""
    region: str = "eu-central-1"
    settings: TerminalGateSettings | None = None
    places: list[tuple[str, str] | None] = field(default_factory=list)

    def has(self, tag: str, *findings: Finding) -> None:
        """Push a scanned image."""
        each = image(len(self.found.answers) + 1, tags=(tag,))
        self.found.listed = [*(self.found.listed or ()), each]
        self.found.answers[each.digest] = [LastScan(ScanStatus.COMPLETE, NOW)]
        self.found.results[each.digest] = result_of(*findings)

    def registry(self, place: tuple[str, str] | None) -> ScriptedRegistry:
        self.places.append(place)
        return self.found

    def policy(self) -> StackPolicy | None:
        return self.deployed

    def suppressions(self, on_problem: Callable[[str], object]) -> list[Suppression]:
        for problem in self.problems:
            on_problem(problem)
        return self.account

    def exploits(self) -> Exploits:
        return self.known

    def scores_of(self, names: Collection[str]) -> dict[str, float]:
        return {}

    def check(self, *arguments: str) -> Result:
        """Run the command."""
        return CliRunner().invoke(cli, ["check", *arguments])


def install(monkeypatch: pytest.MonkeyPatch, gate: FakeGate) -> None:
    """Let the command use this gate, at a fixed time."""

    def terminal(settings: TerminalGateSettings) -> FakeGate:
        gate.settings = settings
        return gate

    monkeypatch.setattr(gate_run, "TerminalGate", terminal)
    monkeypatch.setattr(gate_run, "system_clock", lambda: Time().clock)
