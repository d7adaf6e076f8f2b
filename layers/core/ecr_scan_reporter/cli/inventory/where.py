"""`where`: in which images is a vulnerability, or a package?"""

from collections.abc import Iterator
from functools import partial
from itertools import chain, islice

import click

from ecr_scan_reporter.cli.inventory.filters import image_filters
from ecr_scan_reporter.cli.inventory.holders import Holders, show_holders
from ecr_scan_reporter.cli.inventory.listing_options import LIMIT, TABLE, WITH_SARIF, length, output_option
from ecr_scan_reporter.cli.inventory.named import Named, kind_options, named
from ecr_scan_reporter.cli.inventory.outputs import Answer, write_answer
from ecr_scan_reporter.cli.inventory.run import EPILOG, Run, inventory_command
from ecr_scan_reporter.cli.inventory.sarif import write_sarif
from ecr_scan_reporter.cli.inventory.tables import print_line
from ecr_scan_reporter.cli.inventory.words import counted, known_of
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, Occurrence, Page
from ecr_scan_reporter.domain.inventory.exports.records_of_findings import finding_records
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, Selection, SuppressedFindings
from ecr_scan_reporter.domain.text import one_line
from ecr_scan_reporter.use_cases.inventory.listing import Listing


@click.command(epilog=EPILOG)
@inventory_command
@click.argument("name")
@kind_options
@image_filters()
@LIMIT
@output_option(WITH_SARIF)
def where(run: Run, name: str, kind: str | None, wanted: Selection, limit: int | None, output: str) -> None:
    """Show which images have a vulnerability, or a package.

    NAME is one of a vulnerability (CVE-2021-44228), else of a package (log4j-core); both may be globs. The table has a
    row for each image; the other formats have each finding.
    """
    _Question(run, named(name, kind, wanted.findings), wanted).answer(limit, output)


class _Question:
    def __init__(self, run: Run, asked: Named, wanted: Selection) -> None:
        self._run = run
        self._asked = asked
        self._wanted = wanted
        self._lists = [Listing(partial(self._page, findings)) for findings in asked.filters]

    def answer(self, limit: int | None, output: str) -> None:
        is_found = any(found.total for found in self._lists)
        if output == "sarif":
            write_sarif(self._run, self._images(limit or 0), self._wanted.findings.suppressed)
        elif output != TABLE:
            items = islice(self._occurrences(), limit or None)
            total = sum(found.total for found in self._lists)
            write_answer(self._run, output, Answer(finding_records(self._run.inventory.info), items, total))
        elif is_found:
            self._show(length(limit, output))
        if not is_found:
            self._deny(is_result=output == TABLE)

    def _page(self, findings: FindingFilter, limit: int, cursor: str | None) -> Page[Occurrence]:
        return self._run.inventory.where(findings, self._wanted.holders, limit=limit, cursor=cursor)

    def _occurrences(self) -> Iterator[Occurrence]:
        return chain.from_iterable(self._lists)

    def _images(self, limit: int) -> Iterator[ImageFindings]:
        for holder in Holders(self._occurrences(), limit).shown:
            yield ImageFindings(holder.image, tuple(holder.findings))

    def _show(self, limit: int) -> None:
        holders = Holders(self._occurrences(), limit)
        images, repositories = counted(holders.images, "image"), counted(holders.repositories, "repository")
        have = "has" if holders.images == 1 else "have"
        is_hidden = self._wanted.findings.suppressed is SuppressedFindings.ONLY
        print_line(f"{images} in {repositories} {have} {self._asked.name}{' suppressed' if is_hidden else ''}", "bold")
        are_shown = show_holders(holders.shown, names_findings=not self._asked.is_one)
        self._run.note_remaining(holders.images - len(holders.shown))
        totals = self._run.searched(self._wanted.holders)
        if totals.images > totals.scanned:
            self._run.note(known_of(totals))
        self._run.note_feeds(are_shown=are_shown)

    def _deny(self, *, is_result: bool) -> None:
        """Say that no image has it, how far that is known, and whether it is suppressed."""
        say = print_line if is_result else self._run.note
        say(f"no image has {one_line(self._asked.name)}: {known_of(self._run.searched(self._wanted.holders))}")
        if self._wanted.findings.suppressed is SuppressedFindings.EXCLUDED:
            hidden = sum(self._page(findings, 1, None).total for findings in self._asked.only_suppressed())
            if hidden:
                self._run.note(f"{counted(hidden, 'finding')} of it suppressed: --suppressed only shows where")
