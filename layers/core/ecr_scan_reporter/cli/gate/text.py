"""A check for people: the verdict first, then the worst findings, then what to do, then what it all rests on."""

from rich.console import Console
from rich.text import Text

from ecr_scan_reporter.cli.inventory.cells import severity
from ecr_scan_reporter.cli.inventory.tables import Column, print_line, print_table
from ecr_scan_reporter.domain.findings.facts import describe_effect
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.fixes import Update
from ecr_scan_reporter.domain.gate.actions import actions, updates_of
from ecr_scan_reporter.domain.gate.checks import Check, CheckedImage, Verdict
from ecr_scan_reporter.domain.gate.words import (
    check_facts,
    describe_breaches,
    describe_found,
    describe_hidden,
    headline,
    image_facts,
    known_of,
    warnings,
)
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import one_line

STYLES = {Verdict.PASSED: "bold green", Verdict.AGAINST_POLICY: "bold red"}
OTHER_STYLE = "bold yellow"
MAX_UPDATES = 20
_FACTS = (Column[tuple[str, str]]("", lambda fact: fact[0]), Column[tuple[str, str]]("", lambda fact: fact[1]))
_UPDATES = (
    Column[Update]("Update", lambda update: f"{update.package} {update.version}"),
    Column[Update]("to", lambda update: update.fixed_in),
    Column[Update]("fixes", describe_effect),
)


def show_check(check: Check, least: Severity, limit: int) -> None:
    """Print a check on standard output, with at most `limit` findings of each image; 0 for all."""
    print_line(headline(check), STYLES.get(check.verdict, OTHER_STYLE))
    for image in check.images:
        _show_image(check, image, least, limit)
    _show_actions(check)
    print_line("")
    print_line("Where this comes from:")
    facts = [fact for image in check.images for fact in image_facts(image)]
    print_table([*facts, *check_facts(check)], _FACTS, has_header=False)
    for warning in warnings(check, check.checked_at):
        print_line(f"warning: {warning}", "yellow")


def _show_image(check: Check, image: CheckedImage, least: Severity, limit: int) -> None:
    if len(check.images) > 1:
        print_line("")
        print_line(f"{check.name_of(image)}: {image.problem or describe_found(image)}", "bold")
    if image.result is None:
        return
    shown = image.shown(least)
    if shown:
        print_line("")
        print_table(shown[: limit or None], _finding_columns(check, image))
    if limit and len(shown) > limit:
        print_line(f"and {len(shown) - limit:,} more: --limit 0 for all")
    hidden = describe_hidden(image, least)
    if hidden:
        print_line(hidden)
    todo = [update for update in updates_of(image) if update.fixed_in]
    if todo:
        print_line("")
        print_table(todo[:MAX_UPDATES], _UPDATES)
        if len(todo) > MAX_UPDATES:
            print_line(f"and {len(todo) - MAX_UPDATES:,} more updates")


def _finding_columns(check: Check, image: CheckedImage) -> tuple[Column[Finding], ...]:
    def known(finding: Finding) -> Text:
        return Text(known_of(check, finding))

    return (
        Column[Finding]("Severity", lambda finding: severity(finding.severity)),
        Column[Finding]("Vulnerability", lambda finding: finding.name),
        Column[Finding]("Package", lambda finding: f"{finding.package} {finding.version}"),
        Column[Finding]("Known of it", known),
        Column[Finding]("Fails", lambda finding: describe_breaches(image, finding), is_optional=True),
    )


def _show_actions(check: Check) -> None:
    todo = list(actions(check))
    if not todo:
        return
    print_line("")
    print_line("What to do:")
    console = Console()
    for action in todo:
        console.print(Text(f"  {one_line(action.text)}"), soft_wrap=True)
        for line in action.lines:
            console.print(Text(f"    {line}"), soft_wrap=True)
