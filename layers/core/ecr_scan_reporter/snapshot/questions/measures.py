"""The numbers of each repository and of each image, for time series."""

import json
from collections.abc import Iterator, Sequence
from sqlite3 import Connection
from typing import Any

from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.measures import FindingNumbers, ImageMeasures, RepositoryMeasures
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.snapshot.rows import digest_text, moment, read_counts
from ecr_scan_reporter.snapshot.schema import COUNTS, SUPPRESSED_COUNTS

_NUMBERS = tuple(f"image.{column}" for column in (*COUNTS, *SUPPRESSED_COUNTS, "fixable", "exploited", "overdue"))
_REPOSITORY = "repository.registry_id, repository.region, repository.name"
_IMAGES = f"""SELECT {_REPOSITORY}, repository.uri, image.digest, image.tags, image.size, image.pushed,
        image.scan_status, image.scanned, {", ".join(_NUMBERS)}
    FROM image JOIN repository ON repository.id = image.repository_id
    ORDER BY repository.name, repository.registry_id, repository.region, image.digest"""
_REPOSITORIES = f"""SELECT {_REPOSITORY}, repository.id, owner.name, repository.uri, repository.tag_mutability,
        repository.scan_on_push, repository.encryption_type, count(image.id), COALESCE(sum(image.size), 0),
        {", ".join(f"sum({column})" for column in _NUMBERS)}
    FROM repository JOIN owner ON owner.id = repository.owner_id LEFT JOIN image ON image.repository_id = repository.id
    GROUP BY repository.id ORDER BY repository.name, repository.registry_id, repository.region"""
_COVERAGE = "SELECT repository_id, status, images, oldest FROM coverage"


def measure_images(connection: Connection) -> Iterator[ImageMeasures]:
    """Yield the numbers of each image, by repository and digest; in bounded memory."""
    for row in connection.execute(_IMAGES):
        yield ImageMeasures(
            ImageId(Repository(*row[:3]), digest_text(row[4])),
            row[3],
            tuple(json.loads(row[5])),
            row[6],
            moment(row[7]),
            ScanStatus(row[8]),
            moment(row[9]),
            _findings(row[10:]),
        )


def measure_repositories(connection: Connection) -> Iterator[RepositoryMeasures]:
    """Yield the numbers of each repository, also of empty ones, by name."""
    coverage: dict[int, dict[CoverageStatus, int]] = {}
    oldest: dict[int, int] = {}
    for repository, status, images, scanned in connection.execute(_COVERAGE):
        coverage.setdefault(repository, {})[CoverageStatus(status)] = images
        if scanned is not None and status in (CoverageStatus.CURRENT, CoverageStatus.STALE):
            oldest[repository] = min(scanned, oldest.get(repository, scanned))
    for row in connection.execute(_REPOSITORIES):
        yield RepositoryMeasures(
            Repository(*row[:3]),
            owner=row[4],
            uri=row[5],
            tag_mutability=row[6],
            scans_on_push=bool(row[7]),
            encryption_type=row[8],
            images=row[9],
            size_bytes=row[10],
            coverage=coverage.get(row[3], {}),
            oldest_scan_at=moment(oldest.get(row[3])),
            findings=_findings(row[11:]),
        )


def _findings(numbers: Sequence[Any]) -> FindingNumbers:
    # The sums of no images are NULL.
    *counts, fixable, exploited, overdue = numbers
    levels = len(COUNTS)
    return FindingNumbers(
        read_counts(counts[:levels]), read_counts(counts[levels:]), fixable or 0, exploited, overdue or 0
    )
