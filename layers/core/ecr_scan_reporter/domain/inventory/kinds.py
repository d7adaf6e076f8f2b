"""Which images ECR can scan, and the coverage of those that it cannot."""

from datetime import datetime
from enum import StrEnum

from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus, scan_coverage
from ecr_scan_reporter.domain.registry.images import Image
from ecr_scan_reporter.domain.registry.scan_status import LastScan


class ImageKind(StrEnum):
    """What an entry of a repository is."""

    IMAGE = "image"
    INDEX = "index"
    REFERRER = "referrer"
    ARTIFACT = "artifact"
    ARCHIVED = "archived"


def kind_of(image: Image) -> ImageKind:
    """Return what an entry of a repository is."""
    kinds = {
        ImageKind.ARCHIVED: image.is_archived,
        ImageKind.INDEX: image.is_index,
        ImageKind.REFERRER: image.is_referrer,
        ImageKind.ARTIFACT: image.is_artifact,
    }
    return next((kind for kind, holds in kinds.items() if holds), ImageKind.IMAGE)


def image_status(kind: ImageKind, scan: LastScan | None, oldest_allowed: datetime) -> CoverageStatus:
    """Return the coverage of an entry by its last ended scan, None where none is known."""
    if kind is ImageKind.ARCHIVED:
        return CoverageStatus.ARCHIVED
    if scan is None and kind is not ImageKind.IMAGE:
        return CoverageStatus.UNSUPPORTED_TYPE
    return scan_coverage(scan, oldest_allowed)
