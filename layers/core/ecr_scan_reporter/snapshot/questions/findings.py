"""The findings of images, each with its own history: when it was seen first, what suppresses it."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection
from typing import Any

from ecr_scan_reporter.domain.findings.findings import Finding, sort_findings
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, InventoryImage, Occurrence, Page
from ecr_scan_reporter.domain.inventory.cursors import Question
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, ImageFilter, SuppressedFindings
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.snapshot.questions.conditions import Conditions, finding_conditions, image_conditions
from ecr_scan_reporter.snapshot.questions.images import IMAGE_COLUMNS, IMAGE_TABLES, IMAGE_WIDTH, read_image
from ecr_scan_reporter.snapshot.questions.pages import PagedList, read_page

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SEVERITIES = tuple(Severity)

FINDING_COLUMNS = """vulnerability.name, finding.rank, package.name, package.version, finding.score, vulnerability.uri,
    vulnerability.description, finding.fix_available, finding.fixed_in, finding.exploit_available, vulnerability.epss,
    finding.also, COALESCE(suppression.name, ''), first_seen.day, first_seen.others"""
_OF_SET = """f.set_component
    JOIN f.component_finding ON component_finding.component_id = set_component.component_id
    JOIN f.finding ON finding.id = component_finding.finding_id
    JOIN f.vulnerability ON vulnerability.id = finding.vulnerability_id
    JOIN f.package ON package.id = finding.package_id"""
_OF_IMAGE = """LEFT JOIN f.suppressed ON suppressed.finding_id = finding.id AND suppressed.image_id = image.id
    LEFT JOIN f.suppression ON suppression.id = suppressed.suppression_id
    LEFT JOIN f.first_seen ON first_seen.image_id = image.id"""
_FINDINGS = f"""SELECT {FINDING_COLUMNS} FROM image JOIN {_OF_SET} {_OF_IMAGE}
    WHERE image.id = ? AND set_component.set_id = image.set_id
    ORDER BY set_component.component_id, component_finding.position"""
_IMAGES = f"SELECT image.id, {IMAGE_COLUMNS} FROM {IMAGE_TABLES} WHERE "
# The planner must begin with the findings: a vulnerability has few.
_WHERE = f"""f.vulnerability CROSS JOIN f.finding ON finding.vulnerability_id = vulnerability.id
    CROSS JOIN f.package ON package.id = finding.package_id
    CROSS JOIN f.component_finding ON component_finding.finding_id = finding.id
    CROSS JOIN f.set_component ON set_component.component_id = component_finding.component_id
    CROSS JOIN image ON image.set_id = set_component.set_id
    CROSS JOIN repository ON repository.id = image.repository_id
    CROSS JOIN owner ON owner.id = repository.owner_id
    {_OF_IMAGE}"""


def is_shown(finding: Finding, suppressed: SuppressedFindings) -> bool:
    """Return whether a question about suppressed findings, or without them, has this finding."""
    match suppressed:
        case SuppressedFindings.EXCLUDED:
            return not finding.suppressed_by
        case SuppressedFindings.ONLY:
            return bool(finding.suppressed_by)
    return True


def findings_of(connection: Connection, row: int, suppressed: SuppressedFindings) -> tuple[Finding, ...]:
    """Return the findings of the image in a row, the most urgent first."""
    rows = connection.execute(_FINDINGS, (row,)).fetchall()
    if not rows:
        return ()
    days = _days(rows[0][13], rows[0][14])
    found = (_finding(values, days.get(position, rows[0][13])) for position, values in enumerate(rows))
    return sort_findings(finding for finding in found if is_shown(finding, suppressed))


def image_findings(connection: Connection, wanted: ImageFilter) -> Iterator[ImageFindings]:
    """Yield the images of a filter with their findings, by repository."""
    conditions = image_conditions(connection, wanted)
    order = "repository.name, repository.registry_id, repository.region, image.id"
    statement = f"{_IMAGES}{conditions.where} ORDER BY {order}"
    for row, *image in connection.execute(statement, conditions.values):
        yield ImageFindings(read_image(image), findings_of(connection, row, wanted.suppressed))


def named_images(
    connection: Connection, digest: str | None, repository: str | None, tag: str | None, suppressed: SuppressedFindings
) -> tuple[ImageFindings, ...]:
    """Return the images with a digest (or its beginning), or a tag, with their findings."""
    conditions = image_conditions(connection, ImageFilter(digest=digest))
    if repository is not None:
        conditions.add("repository.name = ?", repository)
    if tag is not None:
        conditions.add("image.id IN (SELECT image_id FROM image_tag WHERE tag = ?)", tag)
    rows = connection.execute(f"{_IMAGES}{conditions.where} ORDER BY image.id", conditions.values).fetchall()
    return tuple(ImageFindings(read_image(image), findings_of(connection, row, suppressed)) for row, *image in rows)


def find_occurrences(
    connection: Connection,
    generation: str,
    wanted: FindingFilter,
    images: ImageFilter,
    *,
    limit: int,
    cursor: str | None,
) -> Page[Occurrence]:
    """Return one page of findings in images, the most severe first."""
    conditions = _occurrence_conditions(connection, wanted, images)
    # A finding that was seen on another day than most of its image is found by its position.
    position = """(SELECT count(*) FROM f.set_component AS other_component
        JOIN f.component_finding AS other ON other.component_id = other_component.component_id
        WHERE other_component.set_id = image.set_id AND (other.component_id, other.position)
            < (component_finding.component_id, component_finding.position))"""
    columns = f"{IMAGE_COLUMNS}, {FINDING_COLUMNS}, iif(first_seen.others = '', 0, {position})"
    keys = ("finding.rank", "image.id", "finding.id")
    listed = PagedList(columns, _WHERE, keys, conditions, is_descending=False)
    question = Question(generation, ("where", wanted, images))
    return read_page(connection, listed, question, _occurrence, limit=limit, cursor=cursor)


def _occurrence_conditions(connection: Connection, wanted: FindingFilter, images: ImageFilter) -> Conditions:
    conditions = finding_conditions(connection, wanted)
    of_images = image_conditions(connection, images)
    conditions.parts += of_images.parts
    conditions.values += of_images.values
    if wanted.suppressed is not SuppressedFindings.INCLUDED:
        is_only = wanted.suppressed is SuppressedFindings.ONLY
        conditions.add(f"suppressed.suppression_id IS {'NOT ' if is_only else ''}NULL")
    return conditions


def _occurrence(row: Sequence[Any]) -> Occurrence:
    image: InventoryImage = read_image(row[:IMAGE_WIDTH])
    values = row[IMAGE_WIDTH:-1]
    days = _days(values[13], values[14])
    return Occurrence(image, _finding(values, days.get(row[-1], values[13])))


def _days(usual: int | None, others: str | None) -> dict[int, int]:
    """Return the days of findings that were not first seen on the usual one, by position."""
    if usual is None or not others:
        return {}
    return {position: int(day) for day, positions in json.loads(others).items() for position in positions}


def _finding(values: Sequence[Any], day: int | None) -> Finding:
    name, rank, package, version, score, uri, description, fix_available, fixed_in, exploit, epss, also, suppression = (
        values[:13]
    )
    return Finding(
        name=name,
        severity=_SEVERITIES[rank],
        package=package,
        version=version,
        score=score,
        uri=uri,
        description=description,
        also=tuple((name, version) for name, version in json.loads(also)) if also else (),
        fix_available=fix_available,
        fixed_in=fixed_in,
        exploit_available=None if exploit is None else bool(exploit),
        epss=epss,
        first_seen_at=_EPOCH + timedelta(days=day) if day else None,
        suppressed_by=suppression,
    )
