"""Images whose scan is due, as the images scanner decides it (`domain.scanning.due`), in the order of some criteria."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from sqlite3 import Connection

from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.domain.inventory.scan_order import Criterion
from ecr_scan_reporter.domain.registry.filter import is_selected
from ecr_scan_reporter.domain.registry.images import ImageId, Repository, TagStatus
from ecr_scan_reporter.domain.scanning.due import NOT_SCANNABLE_PERIOD
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.domain.scanning.selection import JobSelection
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.snapshot.questions.conditions import Conditions
from ecr_scan_reporter.snapshot.rows import digest_text
from ecr_scan_reporter.snapshot.schema import COUNTS

_TAGS = {TagStatus.TAGGED: "image.tags != '[]'", TagStatus.UNTAGGED: "image.tags = '[]'"}
_CANNOT = """(image.scan_status IN ('UNSUPPORTED_IMAGE', 'IMAGE_SIZE_EXCEEDED', 'REFUSED')
    OR (image.scan_status = 'FAILED' AND instr(image.description, 'UnsupportedImageError')))"""
_DUE = (
    "image.kind = 'image'",
    "image.scan_status NOT IN ('ACTIVE', 'SCAN_ELIGIBILITY_EXPIRED', 'IMAGE_ARCHIVED')",
    f"""iif({_CANNOT}, image.scanned < chosen.not_scannable,
        image.scanned IS NULL OR image.scanned < chosen.oldest)""",
)
_NEWEST = """image.id IN (SELECT id FROM (SELECT image.id, row_number() OVER (
    PARTITION BY image.repository_id ORDER BY COALESCE(image.pushed, 0) DESC) AS place
    FROM image WHERE {0}) WHERE place <= ?)"""
_TABLES = """WITH chosen AS MATERIALIZED (
        SELECT json_extract(value, '$[0]') AS id, json_extract(value, '$[1]') AS oldest,
        json_extract(value, '$[2]') AS not_scannable, key AS place FROM json_each(?))
    SELECT {columns} FROM image JOIN chosen ON chosen.id = image.repository_id WHERE {where}"""
_KEYS = {
    Criterion.IN_USE: "image.in_use IS NOT 1",
    Criterion.NEVER_SCANNED: "image.scanned IS NOT NULL",
    Criterion.EXPLOITED: "COALESCE(image.exploited, 0) = 0",
    Criterion.FINDINGS: ", ".join(f"image.{column} DESC" for column in COUNTS),
    Criterion.USED_LAST: "COALESCE(image.pulled, image.pushed, 0) DESC",
    Criterion.SCANNED_FIRST: "COALESCE(image.scanned, 0)",
    Criterion.IDENTITY: "image.digest, chosen.place",
}


class DueImages:
    """The due images of those that runs select.

    An image that ECR refused is not among them where only the start of that scan is known, and not its end.
    """

    def __init__(self, connection: Connection, selection: JobSelection, policy: ScanPolicy, now: datetime) -> None:
        self._connection = connection
        self._repositories, moments = _chosen(connection, selection, policy, now)
        # The limits of the policy do not apply to the images that ECS runs: jobs name these.
        conditions = Conditions(["image.in_use = 1"]) if selection.is_from_ecs else _limited(policy, now)
        self._where = " AND ".join((*_DUE, conditions.where))
        self._values = (json.dumps(moments), *conditions.values)

    def count(self) -> int:
        """Return the number of due images."""
        statement = _TABLES.format(columns="count(*)", where=self._where)
        return int(self._connection.execute(statement, self._values).fetchone()[0])

    def first(self, order: Sequence[Criterion], most: int) -> Iterator[ImageId]:
        """Yield at most so many due images, in an order."""
        keys = ", ".join(_KEYS[criterion] for criterion in order)
        statement = _TABLES.format(columns="image.digest, chosen.place", where=self._where)
        rows = self._connection.execute(f"{statement} ORDER BY {keys} LIMIT ?", (*self._values, most))
        return (ImageId(self._repositories[place], digest_text(digest)) for digest, place in rows)


def _chosen(
    connection: Connection, selection: JobSelection, policy: ScanPolicy, now: datetime
) -> tuple[list[Repository], list[tuple[int, float, float]]]:
    """Return the repositories that runs select, and for each its row and the moments before which scans are too old."""
    rows = connection.execute(
        "SELECT registry_id, region, name, id, max_age FROM repository WHERE NOT is_excluded ORDER BY 1, 2, 3"
    )
    repositories, moments = [], []
    for registry_id, region, name, row, max_age in rows:
        if is_selected(name, selection.repositories_filter):
            oldest = _duration(max_age, policy.max_age).before(now)
            not_scannable = min(oldest, NOT_SCANNABLE_PERIOD.before(now))
            repositories.append(Repository(registry_id, region, name))
            moments.append((row, oldest.timestamp(), not_scannable.timestamp()))
    return repositories, moments


def _limited(policy: ScanPolicy, now: datetime) -> Conditions:
    """Return the conditions of the policy's limits (`domain.scanning.limits`)."""
    conditions, limits = Conditions(), policy.limits
    if policy.tag_status in _TAGS:
        conditions.add(_TAGS[policy.tag_status])
    if limits.pulled_within:
        conditions.add("image.pulled >= ?", limits.pulled_within.before(now).timestamp())
    if limits.pushed_within:
        conditions.add("image.pushed >= ?", limits.pushed_within.before(now).timestamp())
    if limits.max_images is None:
        return conditions
    return Conditions([_NEWEST.format(conditions.where)], [*conditions.values, limits.max_images])


def _duration(text: str, default: Duration) -> Duration:
    try:
        return parse_duration(text) if text else default
    except InvalidInputError:
        return default
