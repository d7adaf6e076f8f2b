"""Totals: findings, coverage, images that are left behind, by repository or owner."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from sqlite3 import Connection
from typing import Any

from ecr_scan_reporter.domain.inventory.answers import CoverageTotals, LeftBehind, RepositoryLeftBehind, Totals
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.selection import ImageFilter, TotalsBy
from ecr_scan_reporter.domain.inventory.urgent import UrgentTotals
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts
from ecr_scan_reporter.snapshot.questions.conditions import Conditions, image_conditions
from ecr_scan_reporter.snapshot.questions.vulnerabilities import is_of_whole_repositories, vulnerability_counts
from ecr_scan_reporter.snapshot.rows import moment, read_counts
from ecr_scan_reporter.snapshot.schema import COUNTS, SUPPRESSED_COUNTS

_SCANNED = f"image.status IN ('{CoverageStatus.CURRENT}', '{CoverageStatus.STALE}')"
_PARTS = {
    TotalsBy.REGISTRY: ("0", "''", "'', '', ''"),
    TotalsBy.OWNER: ("owner.id", "owner.name", "'', '', ''"),
    TotalsBy.REPOSITORY: (
        "repository.id",
        "repository.name",
        "repository.registry_id, repository.region, repository.name",
    ),
}
_JOIN = "JOIN repository ON repository.id = {0}.repository_id JOIN owner ON owner.id = repository.owner_id"
_SUMS = ", ".join(f"sum({{0}}.{column})" for column in (*COUNTS, *SUPPRESSED_COUNTS))
_OF_TOTALS = f"sum(total.images), sum(total.scanned), {_SUMS.format('total')}"
_OF_IMAGES = f"count(*), sum({_SCANNED}), {_SUMS.format('image')}"
_URGENT = ("exploited", "ransomware", "with_exploit", "likely", "overdue")
_OF_URGENT = ", ".join(f"sum(image.{column})" for column in _URGENT)
_BY_RANK = ", ".join(f"sum(vulnerability.rank = {severity.rank})" for severity in Severity)


def summarise(connection: Connection, by: TotalsBy, wanted: ImageFilter) -> tuple[Totals, ...]:
    """Return the totals of the images of a filter, the worst part first."""
    part, name, repository = _PARTS[by]
    table, numbers = ("total", _OF_TOTALS) if is_of_whole_repositories(wanted) else ("image", _OF_IMAGES)
    conditions = image_conditions(connection, wanted, table)
    rows = connection.execute(
        f"""SELECT {part}, {name}, {repository}, {numbers} FROM {table} {_JOIN.format(table)}
        WHERE {conditions.where} GROUP BY 1""",
        conditions.values,
    ).fetchall()
    unique = _unique(connection, by, wanted, [row[0] for row in rows])
    urgent = _urgent(connection, by, wanted)
    totals = [_totals(row, unique.get(row[0], {}), urgent.get(row[0], {}), by) for row in rows if row[5]]
    return tuple(sorted(totals, key=_badness))


def _urgent(connection: Connection, by: TotalsBy, wanted: ImageFilter) -> dict[int, dict[str, int]]:
    """Return the numbers of what is exploited, likely and overdue of each part; those that are known."""
    conditions = image_conditions(connection, wanted)
    rows = connection.execute(
        f"SELECT {_PARTS[by][0]}, {_OF_URGENT} FROM image {_JOIN.format('image')} WHERE {conditions.where} GROUP BY 1",
        conditions.values,
    )
    return {
        part: {name: number for name, number in zip(_URGENT, numbers, strict=True) if number is not None}
        for part, *numbers in rows
    }


def _totals(row: Sequence[Any], unique: SeverityCounts, urgent: Mapping[str, int], by: TotalsBy) -> Totals:
    levels = len(Severity)
    return Totals(
        name=row[1],
        images=row[5],
        scanned=row[6],
        counts=read_counts(row[7 : 7 + levels]),
        suppressed=read_counts(row[7 + levels :]),
        unique=unique,
        repository=Repository(*row[2:5]) if by is TotalsBy.REPOSITORY else None,
        **urgent,
    )


def _badness(totals: Totals) -> tuple[Any, ...]:
    return (*(-totals.counts.get(severity, 0) for severity in Severity), totals.name, str(totals.repository))


def _unique(
    connection: Connection, by: TotalsBy, wanted: ImageFilter, parts: Iterable[int]
) -> dict[int, SeverityCounts]:
    """Return the different CVEs of each part."""
    if by is TotalsBy.REGISTRY:
        return {0: _unique_of(connection, vulnerability_counts(connection, wanted))}
    is_stored = is_of_whole_repositories(wanted) and (by is TotalsBy.REPOSITORY or wanted.repository is None)
    if is_stored:
        rows = connection.execute(f"SELECT id, {', '.join(COUNTS)} FROM unique_total WHERE kind = ?", (by.value,))
        return {part: read_counts(numbers) for part, *numbers in rows}
    column = "id" if by is TotalsBy.REPOSITORY else "owner_id"
    return {part: _unique_of(connection, vulnerability_counts(connection, wanted, (column, part))) for part in parts}


def _unique_of(connection: Connection, counted: Conditions | None) -> SeverityCounts:
    if counted:
        by_rank = _BY_RANK.replace("vulnerability.", "counted.")
        statement = f"WITH {counted.where} SELECT {by_rank} FROM counted WHERE counted.images > 0"
        numbers = connection.execute(statement, counted.values).fetchone()
    else:
        numbers = connection.execute(f"SELECT {_BY_RANK} FROM f.vulnerability WHERE images > 0").fetchone()
    return read_counts([number or 0 for number in numbers])


def cover(connection: Connection, by: TotalsBy) -> tuple[CoverageTotals, ...]:
    """Return the coverage of each part, the least covered first."""
    part, name, repository = _PARTS[by]
    rows = connection.execute(
        f"""SELECT {part}, {name}, {repository}, coverage.status, sum(coverage.images),
        min(iif(coverage.status IN ('{CoverageStatus.CURRENT}', '{CoverageStatus.STALE}'), coverage.oldest, NULL))
        FROM coverage {_JOIN.format("coverage")} GROUP BY 1, coverage.status"""
    )
    parts: dict[int, tuple[str, Repository, dict[CoverageStatus, int], list[int]]] = {}
    for row in rows:
        entry = parts.setdefault(row[0], (row[1], Repository(*row[2:5]), {}, []))
        entry[2][CoverageStatus(row[5])] = row[6]
        entry[3].extend([] if row[7] is None else [row[7]])
    covered = [
        CoverageTotals(name, counts, moment(min(oldest, default=None)), repo if by is TotalsBy.REPOSITORY else None)
        for name, repo, counts, oldest in parts.values()
    ]
    return tuple(sorted(covered, key=_missing))


def _missing(totals: CoverageTotals) -> tuple[int, str, str]:
    fine = (CoverageStatus.CURRENT, CoverageStatus.UNSUPPORTED_TYPE, CoverageStatus.ARCHIVED)
    missing = sum(number for status, number in totals.counts.items() if status not in fine)
    return (-missing, totals.name, str(totals.repository))


def count_urgent(connection: Connection) -> UrgentTotals:
    """Count the findings that are known to be exploited, or overdue, and their images."""
    row = connection.execute(
        """SELECT COALESCE(sum(exploited), 0), COALESCE(sum(exploited > 0), 0), COALESCE(sum(overdue), 0),
        COALESCE(sum(overdue > 0), 0) FROM image"""
    ).fetchone()
    return UrgentTotals(*row)


def left_behind(connection: Connection, unused_since: datetime, wanted: ImageFilter) -> LeftBehind:
    """Return the images that nobody pulled, pushed or ran since a moment, those with most bytes first."""
    conditions = image_conditions(connection, replace(wanted, unused_since=unused_since))
    sums = ", ".join(f"sum(image.{column})" for column in COUNTS)
    rows = connection.execute(
        f"""SELECT repository.registry_id, repository.region, repository.name, owner.name, count(*), sum(image.size),
        {sums} FROM image {_JOIN.format("image")} WHERE {conditions.where} GROUP BY repository.id
        ORDER BY 6 DESC, repository.name, repository.id""",
        conditions.values,
    )
    return LeftBehind(
        unused_since,
        tuple(RepositoryLeftBehind(Repository(*row[:3]), row[3], row[4], row[5], read_counts(row[6:])) for row in rows),
    )
