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
_IS_FIXABLE = "(finding.fix_available = 'YES' OR (finding.fix_available = '' AND finding.fixed_in != ''))"
# The order of importance, finding by finding; of one finding, the images that are in use come first.
_FINDING_KEYS = (
    *("finding.level", "finding.rank", f"NOT {_IS_FIXABLE}"),
    *("iif(vulnerability.epss IS NULL, 1, 2 - 2 * vulnerability.likely)", "-COALESCE(vulnerability.epss, 0)"),
    "finding.id",
)
_IMAGE_KEYS = ("image.in_use IS NOT 1", "image.id")
OCCURRENCE_KEYS = (*_FINDING_KEYS, *_IMAGE_KEYS)
_FINDINGS = "f.finding JOIN f.vulnerability ON vulnerability.id = finding.vulnerability_id"
# The planner must begin with the findings: a vulnerability has few, and so has a package.
OCCURRENCES = f"""{_FINDINGS} CROSS JOIN f.component_finding ON component_finding.finding_id = finding.id
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
    width = len(OCCURRENCE_KEYS)
    start = read_cursor(cursor, question, width) if cursor is not None else None
    rows: list[Sequence[Any]] = []
    for row in _rows(connection, conditions, suppressed, start, limit + 1):
        rows.append(row)
        if len(rows) > limit:
            following = make_cursor(question, rows[limit - 1][:width])
            return Page(tuple(read(each[width:]) for each in rows[:limit]), total, following)
    return Page(tuple(read(each[width:]) for each in rows), total)


def _rows(
    connection: Connection,
    conditions: Conditions,
    suppressed: SuppressedFindings,
    start: Sequence[Any] | None,
    most: int,
) -> Iterator[Sequence[Any]]:
    """Yield the rows after `start`, its keys, or all: the findings from that of `start` on, and of each its images."""
    keys, width = ", ".join(_FINDING_KEYS), len(_FINDING_KEYS)
    where, values = conditions.where, list(conditions.values)
    if start is not None:
        where += f" AND ({keys}) >= ({', '.join('?' * width)})"
        values += start[:width]
    findings = connection.execute(f"SELECT {keys} FROM {_FINDINGS} WHERE {where} ORDER BY {keys}", values)
    for found in findings:
        is_begun = start is not None and found == tuple(start[:width])
        after = start[width:] if is_begun and start is not None else (-1, 0)
        yield from connection.execute(
            f"""SELECT {", ".join(OCCURRENCE_KEYS)}, {OCCURRENCE} FROM {OCCURRENCES}
            WHERE finding.id = ? AND ({", ".join(_IMAGE_KEYS)}) > (?, ?) AND {_SHOWN[suppressed]}
            ORDER BY {", ".join(_IMAGE_KEYS)} LIMIT ?""",
            (found[-1], *after, most),
        )
