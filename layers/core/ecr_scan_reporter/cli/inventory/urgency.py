"""Why images are urgent, in numbers: of findings that attackers use or probably will, and of overdue ones."""

from collections.abc import Iterator

from ecr_scan_reporter.domain.inventory.answers import InventoryImage, SnapshotInfo, Totals
from ecr_scan_reporter.domain.text import many


def urgency(counted: InventoryImage | Totals, info: SnapshotInfo) -> Iterator[tuple[str, str]]:
    """Yield the numbers that are known, each with its name; those of exploits that are zero are left out."""
    if counted.exploited is not None:
        by_ransomware = f", {counted.ransomware:,} of them by ransomware" if counted.ransomware else ""
        yield "exploited", f"{counted.exploited:,} (KEV){by_ransomware}"
    if counted.with_exploit:
        yield "with an exploit", f"{counted.with_exploit:,}"
    if counted.likely:
        yield "likely", f"{counted.likely:,} with EPSS at or above the threshold"
    if not info.remediation_days.is_off:
        yield "overdue", overdue(counted, info) if isinstance(counted, InventoryImage) else f"{counted.overdue:,}"


def overdue(image: InventoryImage, info: SnapshotInfo) -> str:
    """Return the number of findings that are overdue, and since when the first is: '3 (12 days)'."""
    if not image.overdue_since:
        return f"{image.overdue:,}"
    return f"{image.overdue:,} ({many((info.built_at.date() - image.overdue_since).days, 'day')})"
