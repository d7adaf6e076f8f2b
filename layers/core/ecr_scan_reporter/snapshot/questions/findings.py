"""The findings of images, each with its own history: when it was seen first, what suppresses it."""

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from sqlite3 import Connection
from typing import Any

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import sort_findings
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, Occurrence, Page
from ecr_scan_reporter.domain.inventory.cursors import Question
from ecr_scan_reporter.domain.inventory.references import NamedImage
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, ImageFilter, SuppressedFindings
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.snapshot.questions.conditions import finding_conditions, image_conditions
from ecr_scan_reporter.snapshot.questions.images import IMAGE_COLUMNS, IMAGE_TABLES, read_image
from ecr_scan_reporter.snapshot.questions.occurrences import (
    IS_SUPPRESSED,
    OCCURRENCE,
    OCCURRENCE_KEYS,
    OCCURRENCES,
    read_page_of_findings,
)
from ecr_scan_reporter.snapshot.questions.pages import PagedList, read_page
from ecr_scan_reporter.snapshot.rows import digest_bytes, known_exploit

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SEVERITIES = tuple(Severity)

_FINDING = """vulnerability.name, finding.rank, package.name, package.version, finding.score, vulnerability.uri,
    vulnerability.description, finding.fix_available, finding.fixed_in, finding.exploit_available, vulnerability.epss,
    finding.also, COALESCE(suppression.name, ''), vulnerability.likely, vulnerability.kev_added, vulnerability.kev_due,
    vulnerability.ransomware"""
_OF_FINDING = """JOIN f.vulnerability ON vulnerability.id = finding.vulnerability_id
    JOIN f.package ON package.id = finding.package_id"""
_OF_IMAGE = """LEFT JOIN f.suppressed ON suppressed.finding_id = finding.id AND suppressed.image_id = image.id
    LEFT JOIN f.suppression ON suppression.id = suppressed.suppression_id"""
_FINDINGS = f"""SELECT {_FINDING} FROM image JOIN f.set_component ON set_component.set_id = image.set_id
    JOIN f.component_finding ON component_finding.component_id = set_component.component_id
    JOIN f.finding ON finding.id = component_finding.finding_id {_OF_FINDING} {_OF_IMAGE}
    WHERE image.id = ? ORDER BY set_component.component_id, component_finding.position"""
_ONE_FINDING = f"""SELECT {_FINDING} FROM f.finding JOIN image ON image.id = ? {_OF_FINDING} {_OF_IMAGE}
    WHERE finding.id = ?"""
_FIRST_SEEN = "SELECT day, others FROM f.first_seen WHERE image_id = ?"
# How many findings of the image come before this one: by its position, the days of others are found.
_POSITION = """SELECT count(*) FROM image JOIN f.set_component ON set_component.set_id = image.set_id
    JOIN f.component_finding ON component_finding.component_id = set_component.component_id
    WHERE image.id = ? AND (component_finding.component_id, component_finding.position) < (?, ?)"""
_BY_REPOSITORY = "repository.name, repository.registry_id, repository.region, image.digest"
_IMAGES = f"SELECT image.id, {IMAGE_COLUMNS} FROM {IMAGE_TABLES} WHERE "


def is_shown(finding: Finding, suppressed: SuppressedFindings) -> bool:
    """Return whether a question about suppressed findings, or without them, has this finding."""
    match suppressed:
        case SuppressedFindings.EXCLUDED:
            return not finding.suppressed_by
        case SuppressedFindings.ONLY:
            return bool(finding.suppressed_by)
    return True


def findings_of(connection: Connection, image: int, suppressed: SuppressedFindings) -> tuple[Finding, ...]:
    """Return the findings of the image in a row, the most urgent first."""
    rows = connection.execute(_FINDINGS, (image,)).fetchall()
    if not rows:
        return ()
    usual, days = _days(connection, image)
    found = (_finding(values, days.get(position, usual)) for position, values in enumerate(rows))
    return sort_findings(finding for finding in found if is_shown(finding, suppressed))


def image_findings(
    connection: Connection, wanted: ImageFilter, after: ImageId | None = None
) -> Iterator[ImageFindings]:
    """Yield the images of a filter with their findings, by repository and digest; only those that follow `after`."""
    conditions = image_conditions(connection, wanted)
    if after is not None:
        place = after.repository.name, after.repository.registry_id, after.repository.region
        conditions.add(f"({_BY_REPOSITORY}) > (?, ?, ?, ?)", *place, digest_bytes(after.digest))
    statement = f"{_IMAGES}{conditions.where} ORDER BY {_BY_REPOSITORY}"
    for row, *image in connection.execute(statement, conditions.values):
        yield ImageFindings(read_image(image), findings_of(connection, row, wanted.suppressed))


def named_images(
    connection: Connection, named: NamedImage, suppressed: SuppressedFindings
) -> tuple[ImageFindings, ...]:
    """Return the images that are named so, with their findings.

    Raises InvalidInputError for an image of a registry that the inventory is not about.
    """
    conditions = image_conditions(connection, ImageFilter(digest=named.digest))
    if named.registry is not None:
        _check_registry(connection, named.registry)
        conditions.add("(repository.registry_id, repository.region) = (?, ?)", *named.registry)
    if named.repository is not None:
        conditions.add("repository.name = ?", named.repository)
    if named.tag is not None:
        conditions.add("image.id IN (SELECT image_id FROM image_tag WHERE tag = ?)", named.tag)
    rows = connection.execute(f"{_IMAGES}{conditions.where} ORDER BY image.id", conditions.values).fetchall()
    return tuple(ImageFindings(read_image(image), findings_of(connection, row, suppressed)) for row, *image in rows)


def _check_registry(connection: Connection, registry: tuple[str, str]) -> None:
    known = connection.execute("SELECT DISTINCT registry_id, region FROM repository ORDER BY 1, 2").fetchall()
    if known and registry not in known:
        allowed = f"an image of the inventory, which is about {', '.join(map('/'.join, known))}"
        raise InvalidInputError("the registry of the image", "/".join(registry), allowed)


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
    question = Question(generation, ("where", wanted, images))
    conditions = finding_conditions(connection, wanted)
    read = partial(_occurrence, connection)
    of_images = image_conditions(connection, images)
    if not of_images.parts:
        return read_page_of_findings(
            connection, conditions, question, read, wanted.suppressed, limit=limit, cursor=cursor
        )
    conditions.parts += of_images.parts
    conditions.values += of_images.values
    if wanted.suppressed is not SuppressedFindings.INCLUDED:
        conditions.add(IS_SUPPRESSED if wanted.suppressed is SuppressedFindings.ONLY else f"NOT {IS_SUPPRESSED}")
    listed = PagedList(OCCURRENCE, OCCURRENCES, OCCURRENCE_KEYS, conditions, is_descending=False)
    return read_page(connection, listed, question, read, limit=limit, cursor=cursor)


def _occurrence(connection: Connection, row: Sequence[int]) -> Occurrence:
    image, finding, component, position = row
    _, *columns = connection.execute(f"{_IMAGES} image.id = ?", (image,)).fetchone()
    values = connection.execute(_ONE_FINDING, (image, finding)).fetchone()
    day, days = _days(connection, image)
    if days:
        (place,) = connection.execute(_POSITION, (image, component, position)).fetchone()
        day = days.get(place, day)
    return Occurrence(read_image(columns), _finding(values, day))


def _days(connection: Connection, image: int) -> tuple[int, dict[int, int]]:
    """Return the day on which most findings of an image were seen first, and those of others by their positions."""
    day, others = connection.execute(_FIRST_SEEN, (image,)).fetchone() or (0, "")
    if not others:
        return day, {}
    return day, {position: int(other) for other, positions in json.loads(others).items() for position in positions}


def _finding(values: Sequence[Any], day: int) -> Finding:
    name, rank, package, version, score, uri, description, fix_available, fixed_in, exploit, epss = values[:11]
    also, suppression, likely, *kev = values[11:]
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
        is_likely=bool(likely),
        exploit=known_exploit(*kev),
        first_seen_at=_EPOCH + timedelta(days=day) if day else None,
        suppressed_by=suppression,
    )
