"""OpenVEX of the images that a filter shows, for the command line: the functions lack the package for it."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from ecr_scan_reporter.domain.findings.stored_result import StoredResult
from ecr_scan_reporter.domain.inventory.answers import ImageFindings
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.domain.suppressions.vex import image_statements, vex_document


def vex_of_images(
    images: Iterable[ImageFindings], suppressions: Iterable[Suppression], *, now: datetime, author: str | None = None
) -> Mapping[str, Any] | None:
    """Name the images in which a suppression of today matches; None without any: OpenVEX has no empty documents.

    The images need all their findings, suppressed ones included: a statement is for a whole image when all findings of
    the vulnerability are suppressed. The default author is who made the suppressions.
    """
    results = (StoredResult(each.image.id, each.image.tags, each.image.scanned_at, each.findings) for each in images)
    statements = image_statements(results, suppressions, today=now.astimezone(UTC).date())
    return vex_document(statements, now=now, author=author) if statements else None
