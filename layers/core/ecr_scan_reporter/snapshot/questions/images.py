"""Lists of images."""

import json
from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

from ecr_scan_reporter.domain.inventory.answers import InventoryImage, Page
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.cursors import Question
from ecr_scan_reporter.domain.inventory.selection import ImageFilter, ImageSort, SuppressedFindings
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.snapshot.questions.conditions import count_columns, image_conditions
from ecr_scan_reporter.snapshot.questions.pages import PagedList, read_page
from ecr_scan_reporter.snapshot.rows import day, digest_text, moment, read_counts
from ecr_scan_reporter.snapshot.schema import COUNTS, IS_PENDING, SUPPRESSED_COUNTS, WORST

IMAGE_COLUMNS = ", ".join(
    (
        "repository.registry_id, repository.region, repository.name, owner.name",
        "image.digest, image.tags, image.size, image.pushed, image.pulled, image.status, image.scan_status",
        "image.scanned, image.description, image.fixable, image.exploited, image.epss, image.in_use",
        "image.ransomware, image.with_exploit, image.likely, image.overdue, image.overdue_since",
        IS_PENDING,
        "(SELECT json_group_array(place) FROM running WHERE running.image_id = image.id)",
        *(f"image.{column}" for column in (*COUNTS, *SUPPRESSED_COUNTS)),
    )
)
IMAGE_TABLES = """image JOIN repository ON repository.id = image.repository_id
    JOIN owner ON owner.id = repository.owner_id"""


def find_images(
    connection: Connection, generation: str, wanted: ImageFilter, sort: ImageSort, *, limit: int, cursor: str | None
) -> Page[InventoryImage]:
    """Return one page of images."""
    keys, is_descending = image_order(wanted, sort)
    listed = PagedList(IMAGE_COLUMNS, IMAGE_TABLES, keys, image_conditions(connection, wanted), is_descending, "image")
    question = Question(generation, ("images", wanted, sort))
    return read_page(connection, listed, question, read_image, limit=limit, cursor=cursor)


def image_order(wanted: ImageFilter, sort: ImageSort) -> tuple[tuple[str, ...], bool]:
    """Return the keys of an order, and whether it is descending."""
    match sort:
        case ImageSort.WORST:
            return (*_worst(wanted.suppressed), "COALESCE(image.in_use, 0)", "image.fixable", "image.id"), True
        case ImageSort.OVERDUE:
            return ("NOT image.overdue", "COALESCE(image.overdue_since, 0)", "image.id"), False
        case ImageSort.REPOSITORY:
            return ("repository.name", "repository.registry_id", "repository.region", "image.id"), False
        case ImageSort.SIZE:
            return ("image.size", "image.id"), True
    return (f"COALESCE(image.{sort.value}, -1)", "image.id"), True


def _worst(suppressed: SuppressedFindings) -> tuple[str, ...]:
    if suppressed is SuppressedFindings.EXCLUDED:
        return WORST
    # What is known of exploits is counted without the suppressed findings.
    levels = () if suppressed is SuppressedFindings.ONLY else WORST[: -len(COUNTS)]
    return (*levels, *count_columns(suppressed))


def read_image(row: Sequence[Any]) -> InventoryImage:
    """Return the image of a row of IMAGE_COLUMNS."""
    registry_id, region, name, owner, digest, tags, size, pushed, pulled, status, scan_status = row[:11]
    scanned, description, fixable, exploited, epss, in_use = row[11:17]
    ransomware, with_exploit, likely, overdue, overdue_since, pending, places = row[17:24]
    first, levels = 24, len(Severity)
    return InventoryImage(
        id=ImageId(Repository(registry_id, region, name), digest_text(digest)),
        tags=tuple(json.loads(tags)),
        owner=owner,
        pushed_at=moment(pushed),
        pulled_at=moment(pulled),
        size_bytes=size,
        status=CoverageStatus(status),
        scan_status=ScanStatus.parse(scan_status),
        scanned_at=moment(scanned),
        description=description,
        counts=read_counts(row[first : first + levels]),
        suppressed=read_counts(row[first + levels : first + 2 * levels]),
        fixable=fixable,
        exploited=exploited,
        ransomware=ransomware,
        with_exploit=with_exploit,
        likely=likely,
        epss=epss,
        overdue=overdue,
        overdue_since=day(overdue_since),
        is_in_use=None if in_use is None else bool(in_use),
        places=tuple(json.loads(places)),
        is_pending=bool(pending),
    )
