"""The tables of totals: findings and vulnerabilities by severity, images by coverage."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from ecr_scan_reporter.cli.inventory.cells import count_columns, day, number, severity
from ecr_scan_reporter.cli.inventory.tables import Column
from ecr_scan_reporter.cli.inventory.words import share, status_name
from ecr_scan_reporter.domain.inventory.answers import CoverageTotals, Totals
from ecr_scan_reporter.domain.inventory.coverage import STATUS_NAMES, Coverage, CoverageStatus
from ecr_scan_reporter.domain.inventory.selection import TotalsBy
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts


@dataclass(frozen=True, slots=True)
class SeverityRow:
    """The numbers of one severity."""

    severity: Severity
    findings: int
    unique: int
    suppressed: int


@dataclass(frozen=True, slots=True)
class StatusRow:
    """The images of one status."""

    status: CoverageStatus
    images: int
    of_all: int


EXPLOITED = "Exploited"
SUMMARY_COLUMNS = (
    Column[SeverityRow]("Severity", lambda row: severity(row.severity)),
    Column[SeverityRow]("Findings", lambda row: number(row.findings), is_number=True),
    Column[SeverityRow]("Vulnerabilities", lambda row: number(row.unique), is_number=True),
    Column[SeverityRow]("Suppressed", lambda row: number(row.suppressed), is_number=True, is_optional=True),
)
STATUS_COLUMNS = (
    Column[StatusRow]("Status", lambda row: status_name(row.status)),
    Column[StatusRow]("Images", lambda row: number(row.images), is_number=True),
    Column[StatusRow]("Share", lambda row: share(row.images, row.of_all), is_number=True),
    Column[StatusRow]("Meaning", lambda row: STATUS_NAMES[row.status]),
)


def summary_rows(totals: Totals) -> Iterator[SeverityRow]:
    """Yield a row for each severity that has findings, and always for the first four."""
    for level in Severity:
        counts = (totals.counts.get(level, 0), totals.unique.get(level, 0), totals.suppressed.get(level, 0))
        if any(counts) or level.rank <= Severity.LOW.rank:
            yield SeverityRow(level, *counts)


def status_rows(totals: CoverageTotals) -> Iterator[StatusRow]:
    """Yield a row for each status that images have, and always for the first."""
    for status in STATUS_NAMES:
        images = totals.counts.get(status, 0)
        if images or status is CoverageStatus.CURRENT:
            yield StatusRow(status, images, Coverage(totals.counts).total)


def summary_columns(by: TotalsBy) -> tuple[Column[Totals], ...]:
    """Return the columns of totals by repository or owner: findings first, then vulnerabilities."""

    def unique(heading: str, *levels: Severity) -> Column[Totals]:
        return Column[Totals](
            heading, lambda totals: number(_sum(totals.unique, *levels)), is_number=True, gives_way=True
        )

    return (
        Column[Totals](by.value.capitalize(), lambda totals: totals.name or "not known"),
        Column[Totals]("Images", lambda totals: number(totals.images), is_number=True),
        Column[Totals]("Scanned", lambda totals: number(totals.scanned), is_number=True),
        *count_columns(lambda totals: totals.counts),
        Column[Totals](EXPLOITED, lambda totals: number(totals.exploited), is_number=True, is_optional=True),
        Column[Totals]("Overdue", lambda totals: number(totals.overdue), is_number=True, is_optional=True),
        Column[Totals](
            "Suppressed",
            lambda totals: number(_sum(totals.suppressed)),
            is_number=True,
            is_optional=True,
            gives_way=True,
        ),
        Column[Totals]("All findings", lambda totals: number(_sum(totals.counts)), is_number=True, gives_way=True),
        unique("Critical CVEs", Severity.CRITICAL),
        unique("High CVEs", Severity.HIGH),
        unique("All CVEs"),
    )


def coverage_columns(by: TotalsBy, found: Sequence[CoverageTotals]) -> tuple[Column[CoverageTotals], ...]:
    """Return the columns of coverage by repository or owner, with each status that some images have."""

    def images(status: CoverageStatus) -> Callable[[CoverageTotals], str]:
        return lambda totals: number(totals.counts.get(status, 0))

    def in_time(totals: CoverageTotals) -> str:
        return share(totals.counts.get(CoverageStatus.CURRENT, 0), Coverage(totals.counts).scannable)

    statuses = [status for status in STATUS_NAMES if any(totals.counts.get(status) for totals in found)]
    return (
        Column[CoverageTotals](by.value.capitalize(), lambda totals: totals.name or "not known"),
        Column[CoverageTotals]("Images", lambda totals: number(Coverage(totals.counts).total), is_number=True),
        Column[CoverageTotals]("In time", in_time, is_number=True),
        *(Column[CoverageTotals](status_name(status), images(status), is_number=True) for status in statuses),
        Column[CoverageTotals]("Oldest scan", lambda totals: day(totals.oldest_scan_at)),
    )


def _sum(counts: SeverityCounts, *levels: Severity) -> int:
    return sum(counts.get(level, 0) for level in levels or Severity)
