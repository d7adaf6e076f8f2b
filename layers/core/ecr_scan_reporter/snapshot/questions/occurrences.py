"""Findings in images, page by page: finding by finding, so that a page need not look at all images of a package."""

from collections.abc import Callable, Iterator, Sequence
from sqlite3 import Connection
from typing import Any, TypeVar

from ecr_scan_reporter.domain.inventory.answers import Page
from ecr_scan_reporter.domain.inventory.cursors import Question, make_cursor, read_cursor
from ecr_scan_reporter.domain.inventory.selection import SuppressedFindings
from ecr_scan_reporter.snapshot.questions.conditions import Conditions
from ecr_scan_reporter.snapshot.questions.pages import check_limit

Item = TypeVar("Item")

OCCURRENCE = "image.id, finding.id, component_finding.component_id, component_finding.position"
OCCURRENCE_KEYS = ("finding.rank", "finding.id", "image.id")
# The planner must begin with the findings: a vulnerability has few, and so has a package.
OCCURRENCES = """f.finding CROSS JOIN f.component_finding ON component_finding.finding_id = finding.id
    CROSS JOIN f.set_component ON set_component.component_id = component_finding.component_id
    CROSS JOIN image ON image.set_id = set_component.set_id"""
IS_SUPPRESSED = "EXISTS (SELECT 1 FROM f.suppressed WHERE finding_id = finding.id AND image_id = image.id)"
_SUPPRESSED_IMAGES = "(SELECT count(*) FROM f.suppressed WHERE finding_id = finding.id)"
_NUMBERS = {
    SuppressedFindings.EXCLUDED: f"finding.images - {_SUPPRESSED_IMAGES}",
    SuppressedFindings.INCLUDED: "finding.images",
    SuppressedFindings.ONLY: _SUPPRESSED_IMAGES,
}
_SHOWN = {
    SuppressedFindings.EXCLUDED: f"NOT {IS_SUPPRESSED}",
    SuppressedFindings.INCLUDED: "1",
    SuppressedFindings.ONLY: IS_SUPPRESSED,
}


def read_page_of_findings(
    connection: Connection,
    conditions: Conditions,
    question: Question,
    read: Callable[[Sequence[Any]], Item],
    suppressed: SuppressedFindings,
    *,
    limit: int,
    cursor: str | None,
) -> Page[Item]:
    """Return a page of the findings of a filter in all images. Raises InvalidInputError for a wrong limit or cursor."""
    check_limit(limit)
    (total,) = connection.execute(
        f"SELECT COALESCE(sum({_NUMBERS[suppressed]}), 0) FROM f.finding WHERE {conditions.where}", conditions.values
    ).fetchone()
    rank, finding, image = read_cursor(cursor, question, 3) if cursor is not None else (-1, 0, 0)
    rows: list[Sequence[Any]] = []
    for row in _rows(connection, conditions, suppressed, (rank, finding), image, limit + 1):
        rows.append(row)
        if len(rows) > limit:
            return Page(
                tuple(read(each[3:]) for each in rows[:limit]), total, make_cursor(question, rows[limit - 1][:3])
            )
    return Page(tuple(read(each[3:]) for each in rows), total)


def _rows(
    connection: Connection, conditions: Conditions, suppressed: SuppressedFindings, start: Any, image: Any, most: int
) -> Iterator[Sequence[Any]]:
    """Yield rows from a finding on: of that finding itself, only the images after `image`."""
    findings = connection.execute(
        f"""SELECT finding.rank, finding.id FROM f.finding WHERE {conditions.where}
        AND (finding.rank, finding.id) >= (?, ?) ORDER BY finding.rank, finding.id""",
        (*conditions.values, *start),
    )
    for found in findings:
        after = image if found == tuple(start) else 0
        yield from connection.execute(
            f"""SELECT {", ".join(OCCURRENCE_KEYS)}, {OCCURRENCE} FROM {OCCURRENCES}
            WHERE finding.id = ? AND image.id > ? AND {_SHOWN[suppressed]} ORDER BY image.id LIMIT ?""",
            (found[1], after, most),
        )
