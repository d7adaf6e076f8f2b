"""`overdue`: the findings whose deadline has passed."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import click

from ecr_scan_reporter.cli.inventory.cells import answer, severity
from ecr_scan_reporter.cli.inventory.filters import SUPPRESSED, image_filters
from ecr_scan_reporter.cli.inventory.holders import WHY
from ecr_scan_reporter.cli.inventory.listing_options import LIMIT, TABLE, WITH_SARIF, length, output_option
from ecr_scan_reporter.cli.inventory.outputs import Answer, write_answer
from ecr_scan_reporter.cli.inventory.run import EPILOG, Run, inventory_command
from ecr_scan_reporter.cli.inventory.sarif import write_sarif
from ecr_scan_reporter.cli.inventory.tables import Column, print_line, print_table
from ecr_scan_reporter.cli.inventory.words import counted
from ecr_scan_reporter.domain.findings.importance import describe_importance
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, Occurrence, SnapshotInfo
from ecr_scan_reporter.domain.inventory.exports.records_of_findings import finding_records
from ecr_scan_reporter.domain.inventory.overdue import longest_overdue_first, overdue_in
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, ImageSort, Selection, SuppressedFindings
from ecr_scan_reporter.domain.text import many
from ecr_scan_reporter.use_cases.inventory.contents import images_of, with_wanted


@click.command(epilog=EPILOG)
@inventory_command
@image_filters("is_overdue", SUPPRESSED)
@LIMIT
@output_option(WITH_SARIF)
def overdue(run: Run, wanted: Selection, limit: int | None, output: str) -> None:
    """Show the findings whose deadline has passed.

    The longest overdue comes first, and of one day the most important. RemediationDays of the deployed application sets
    the deadlines; a suppressed finding has none.
    """
    question = _Question(run, wanted)
    if output == "sarif":
        write_sarif(run, islice(question.images(), limit or None), SuppressedFindings.EXCLUDED)
        return
    shown = islice(question.findings(), length(limit, output) or None)
    if output != TABLE:
        total = question.count()[1] if output == "json" else 0
        write_answer(run, output, Answer(finding_records(run.inventory.info), shown, total))
        return
    images, findings = question.count()
    print_line(f"{counted(findings, 'finding')} overdue in {counted(images, 'image')}", "bold")
    rows = list(shown)
    headings = print_table(rows, _columns(run.inventory.info))
    if not findings:
        run.note_searched(wanted.holders)
    run.note_remaining(findings - len(rows))
    run.note(_deadlines(run.inventory.info))
    run.note_feeds(are_shown=WHY in headings)


class _Question:
    def __init__(self, run: Run, wanted: Selection) -> None:
        self._inventory = run.inventory
        self._info = run.inventory.info
        self._images = replace(wanted.images, is_overdue=True)
        self._findings = wanted.findings

    def images(self) -> Iterator[ImageFindings]:
        """Yield the images with their overdue findings that are wanted, those with the earliest deadline first."""
        for image in images_of(self._inventory, self._images, ImageSort.OVERDUE):
            name = f"{image.repository.name}@{image.digest}"
            for each in self._inventory.image(name, suppressed=SuppressedFindings.EXCLUDED):
                # Another registry may have the same image.
                found = overdue_in(with_wanted(each, self._findings, self._info), self._info)
                if each.image.id == image.id and found.findings:
                    yield found

    def findings(self) -> Iterator[Occurrence]:
        """Yield the findings, the longest overdue first."""
        return longest_overdue_first(self.images(), self._info)

    def count(self) -> tuple[int, int]:
        """Return the numbers of images and of findings, without reading findings where no filter is about them."""
        if self._findings == FindingFilter():
            numbers = [image.overdue for image in images_of(self._inventory, self._images)]
        else:
            numbers = [len(each.findings) for each in self.images()]
        return len(numbers), sum(numbers)


def _deadlines(info: SnapshotInfo) -> str:
    if info.remediation_days.is_off:
        return "nothing has a deadline: RemediationDays is off"
    return f"the deadlines in days, since a finding was seen first: {info.remediation_days}"


def _columns(info: SnapshotInfo) -> tuple[Column[Occurrence], ...]:
    def late(each: Occurrence) -> str:
        return many(info.days_overdue(each.finding), "day")

    def package(each: Occurrence) -> str:
        return f"{each.finding.package} {each.finding.version}"

    return (
        Column[Occurrence]("Overdue", late, is_number=True),
        Column[Occurrence]("Image", lambda each: each.image.name),
        Column[Occurrence]("Owner", lambda each: each.image.owner, is_optional=True),
        Column[Occurrence]("Vulnerability", lambda each: each.finding.name),
        Column[Occurrence]("Severity", lambda each: severity(each.finding.severity)),
        Column[Occurrence](WHY, lambda each: describe_importance(each.finding), is_optional=True),
        Column[Occurrence]("Package", package, gives_way=True),
        Column[Occurrence]("Fixed in", lambda each: each.finding.fixed_in, is_optional=True, gives_way=True),
        Column[Occurrence]("In use", lambda each: answer(each.image.is_in_use), is_optional=True),
    )
