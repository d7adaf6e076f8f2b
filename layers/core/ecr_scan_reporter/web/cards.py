"""The card of one image: what the inventory knows of it, where it is, and what to update."""

from typing import Any

from ecr_scan_reporter.domain.findings.documents import counts_document
from ecr_scan_reporter.domain.findings.fixes import Update, updates
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, SnapshotInfo
from ecr_scan_reporter.domain.inventory.exports.records_of_findings import card_records
from ecr_scan_reporter.domain.registry.partitions import console_url, image_uri


def card_document(card: ImageFindings, info: SnapshotInfo) -> dict[str, Any]:
    """Write the image with its findings, and what people need to act."""
    return card_records(info).record(card) | card_extras(card)


def card_extras(card: ImageFindings) -> dict[str, Any]:
    """Write the members that only cards have. Suppressed findings need no update."""
    todo = updates(each for each in card.findings if not each.suppressed_by)
    return {
        "imageUri": image_uri(card.image.id),
        "consoleUrl": console_url(card.image.id),
        "updates": [_update(each) for each in todo],
    }


def _update(update: Update) -> dict[str, Any]:
    return {
        "package": update.package,
        "version": update.version,
        "fixedIn": update.fixed_in,
        "counts": counts_document(update.counts),
        "partialCounts": counts_document(update.partial_counts),
        "otherPackages": list(update.other_packages),
        "vulnerabilities": list(dict.fromkeys(each.name for each in update.findings)),
    }
