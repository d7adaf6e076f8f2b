"""One run of the gate: from its options to its exit status. Nothing that crashes looks like a verdict."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from rich.console import Console

from ecr_scan_reporter.bootstrap.terminal_gate import TerminalGate, system_clock
from ecr_scan_reporter.cli.exits import (
    AGAINST_POLICY,
    DONE,
    INCOMPLETE,
    INTERRUPTED,
    NOT_SCANNED,
    UNUSABLE,
    explain,
    is_without_access,
    print_error,
)
from ecr_scan_reporter.cli.gate.ignored import read_ignored
from ecr_scan_reporter.cli.gate.outputs import WRITERS, Report, append_summary, write_reports
from ecr_scan_reporter.cli.gate.text import show_check
from ecr_scan_reporter.cli.inventory.files import show_every_character, write_output
from ecr_scan_reporter.domain.gate.checks import Check, Verdict
from ecr_scan_reporter.domain.gate.policy import GatePolicy
from ecr_scan_reporter.domain.gate.suppressing import Rules
from ecr_scan_reporter.domain.gate.words import headline, warnings
from ecr_scan_reporter.domain.inventory.references import NamedImage
from ecr_scan_reporter.domain.registry.images import ImageReference
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import one_line
from ecr_scan_reporter.errors import CallFailedError, EcrScanReporterError, InvalidInputError, RegistryError
from ecr_scan_reporter.settings.command_line import TerminalGateSettings
from ecr_scan_reporter.use_cases.gate.check_image import (
    GateRequest,
    Knowledge,
    ReporterThresholds,
    check_image,
)
from ecr_scan_reporter.use_cases.gate.scans import IncompleteResultError, WaitPolicy
from ecr_scan_reporter.use_cases.gate.subjects import NamedSubject

# AWS, or its SDK, does not take a name of a repository, a tag, a table.
_WRONG_NAMES = frozenset({"InvalidParameterException", "ValidationException", "ParamValidationError"})
STATUSES = {
    Verdict.PASSED: DONE,
    Verdict.NOT_JUDGED: INCOMPLETE,
    Verdict.NOT_SCANNED: NOT_SCANNED,
    Verdict.AGAINST_POLICY: AGAINST_POLICY,
}


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked for. `has_own_policy`: --fail-on was given, so the thresholds of a stack do not count."""

    image: tuple[str, NamedImage]
    baseline: tuple[str, NamedImage] | None
    policy: GatePolicy
    has_own_policy: bool
    has_own_days: bool
    ignore: Path | None
    wait: WaitPolicy


@dataclass(frozen=True, slots=True)
class Outputs:
    """What is written, and where to. Without `is_summary_asked_for`, the environment named the summary."""

    output: str
    reports: tuple[Report, ...]
    summary: Path | None
    is_summary_asked_for: bool
    least: Severity
    limit: int


def run_check(settings: TerminalGateSettings, question: Question, outputs: Outputs) -> int:
    """Check, write the reports, print the verdict; return the exit status."""
    show_every_character()
    console = Console(stderr=True)
    try:
        check = _check(settings, question, lambda text: _note(console, text))
        write_reports(check, outputs.reports, outputs.least)
        _summarise(check, outputs, console)
        _print(check, outputs, console)
        # What cannot be written must fail before the verdict does.
        sys.stdout.flush()
    except EcrScanReporterError as error:
        print_error(console, f"error: {explain(error)}")
        return error_status(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    return STATUSES[check.verdict]


def _summarise(check: Check, outputs: Outputs, console: Console) -> None:
    """Append the summary. One that nobody asked for may fail: its file is not there in a container of a build."""
    if outputs.summary is None:
        return
    try:
        append_summary(check, outputs.summary, outputs.least)
    except InvalidInputError as error:
        if outputs.is_summary_asked_for:
            raise
        _note(console, f"warning: {error}")


def error_status(error: EcrScanReporterError) -> int:
    """Return the exit status of an error: 2 for wrong usage and without access, 1 for a fault."""
    if isinstance(error, CallFailedError):
        return UNUSABLE if is_without_access(error) or error.code in _WRONG_NAMES else INCOMPLETE
    return INCOMPLETE if isinstance(error, IncompleteResultError | RegistryError) else UNUSABLE


def _check(settings: TerminalGateSettings, question: Question, note: Callable[[str], None]) -> Check:
    clock, problems = system_clock(), list[str]()
    ignored = read_ignored(question.ignore, clock.now())
    terminal = TerminalGate(_in_region(settings, question.image[1]))
    request = _request(terminal, question, settings.stack)
    knowledge = Knowledge(
        Rules(terminal.suppressions(problems.append), ignored),
        terminal.exploits(),
        terminal.scores_of,
        terminal.history,
        terminal.table,
        terminal.region,
    )
    check = check_image(request, knowledge, clock, note)
    return replace(check, notes=(*check.notes, *problems))


def _in_region(settings: TerminalGateSettings, image: NamedImage) -> TerminalGateSettings:
    """Return the settings with the region of a URI, where no region is given."""
    return replace(settings, region=settings.region or (image.registry[1] if image.registry else None))


def _request(terminal: TerminalGate, question: Question, stack: str) -> GateRequest:
    policy, deployed = question.policy, terminal.policy()
    thresholds = None
    if deployed:
        days = policy.remediation_days if question.has_own_days else deployed.remediation_days
        policy = replace(policy, epss_threshold=deployed.epss_threshold, remediation_days=days)
        if not question.has_own_policy:
            policy = replace(policy, conditions=(), source=f"thresholds of the stack {stack}")
            thresholds = ReporterThresholds(deployed.thresholds, deployed.known_exploited)
    baseline = _subject(terminal, question.baseline) if question.baseline else None
    return GateRequest(_subject(terminal, question.image), policy, question.wait, baseline, thresholds)


def _subject(terminal: TerminalGate, named: tuple[str, NamedImage]) -> NamedSubject:
    text, image = named
    reference = ImageReference(image.digest) if image.digest else ImageReference(tag=image.tag)
    return NamedSubject(text, image.repository or "", reference, terminal.registry(image.registry))


def _print(check: Check, outputs: Outputs, console: Console) -> None:
    if outputs.output not in WRITERS:
        show_check(check, outputs.least, outputs.limit)
        return
    write_output(WRITERS[outputs.output](check, outputs.least))
    _note(console, headline(check))
    for warning in warnings(check, check.checked_at):
        _note(console, f"warning: {warning}")


def _note(console: Console, text: str) -> None:
    console.print(one_line(text), markup=False, emoji=False, highlight=False, soft_wrap=True)
