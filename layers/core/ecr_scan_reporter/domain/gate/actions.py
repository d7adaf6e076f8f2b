"""What the person whose build has failed can do: update, suppress, wait."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date

from ecr_scan_reporter.domain.findings.failures import SUPPORTED_SYSTEMS
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.fixes import Update, updates
from ecr_scan_reporter.domain.gate.checks import Check, CheckedImage, Verdict
from ecr_scan_reporter.domain.gate.judgement import HINTS
from ecr_scan_reporter.domain.gate.waiting import UNWATCHED
from ecr_scan_reporter.domain.messages.report.commands import SUPPRESSED_FOR, command_to_suppress
from ecr_scan_reporter.domain.suppressions.ids import default_id
from ecr_scan_reporter.domain.text import one_line


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do: a sentence, and the lines of a command or a file that belong to it."""

    text: str
    lines: tuple[str, ...] = ()


def updates_of(image: CheckedImage) -> tuple[Update, ...]:
    """Return the updates that fix findings which fail the gate, the most urgent first."""
    return updates(image.judgement.breaching)


def actions(check: Check) -> Iterator[Action]:
    """Yield what to do after a verdict; nothing after a good one."""
    match check.verdict:
        case Verdict.AGAINST_POLICY:
            yield from _after_breach(check)
        case Verdict.NOT_SCANNED:
            yield from _without_result(check)
        case Verdict.NOT_JUDGED:
            reasons = {outcome.unknown for image in check.images for outcome in image.judgement.unjudged}
            hints = sorted({HINTS[reason] for reason in reasons})
            yield from (Action(f"{hint[:1].upper()}{hint[1:]}.") for hint in hints)


def _after_breach(check: Check) -> Iterator[Action]:
    found = [update for image in check.images for update in updates_of(image)]
    if any(update.fixed_in for update in found):
        yield Action("Make the updates above, build the image again, push it, and check it again.")
    elif found:
        yield Action("Build with updated packages or a newer base image, push it, and check it again.")
    image, outcome = check.breaches[0]
    finding = next(each for each in image.judgement.breaching if each in outcome.findings)
    until = (check.checked_at.astimezone(UTC) + SUPPRESSED_FOR).date()
    yield from _suppress(check, image, finding, until)


def _suppress(check: Check, image: CheckedImage, finding: Finding, until: date) -> Iterator[Action]:
    repository = image.image.repository
    name = one_line(finding.name)
    command = command_to_suppress(finding, repository, check.table, check.region, until) if check.table else ()
    if command:
        parts = (f"{command[0]} \\", *(f"  {part} \\" for part in command[1:-1]), f"  {command[-1]}")
        yield Action(f"If {name} does not concern this image, suppress it in the account:", parts)
    # The same check of names as for a command: what is pasted says what it seems to say.
    if command_to_suppress(finding, repository, "table", repository.region, until):
        package = [f'  package: "{finding.package}"'] if finding.package and not finding.also else []
        yield Action(
            f"If {name} does not concern this image, ignore it in this pipeline, by the file of --ignore:",
            (
                f"- id: {default_id({'cve': finding.name, 'package': finding.package if package else None})}",
                f"  cve: {finding.name}",
                *package,
                "  reason: say here why it does not concern this image",
                f"  until: {until.isoformat()}",
            ),
        )


def _without_result(check: Check) -> Iterator[Action]:
    problems = " ".join((check.problem, *(image.problem for image in check.images)))
    if "does not support" in problems:
        yield Action(f"Build the image on a system that ECR's scanner supports: {SUPPORTED_SYSTEMS}")
    elif "did not end within" in problems:
        yield Action("Check again, or wait longer: --timeout 30m.")
    elif "daily quota" in problems:
        yield Action("Check again later: the quota is for 24 hours. MaxScansPerDay leaves a part of it for pipelines.")
    elif UNWATCHED in problems:
        yield Action("Add the repository to a rule of the registry's scanning configuration.")
    elif "there is no" in problems:
        yield Action("Push the image before the check, and look at the name, the account and the region.")
