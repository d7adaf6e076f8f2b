"""Numbers, ages and sizes in words."""

from datetime import datetime, timedelta

from ecr_scan_reporter.cli.inventory.choices import Members
from ecr_scan_reporter.domain.inventory.answers import InventoryImage, SnapshotInfo, Totals
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.text import describe_moment, one_line

OLD = timedelta(hours=2)
MAX_ERRORS = 5
_WITH_RESULT = frozenset({CoverageStatus.CURRENT, CoverageStatus.STALE})
_UNITS = ("bytes", "kB", "MB", "GB", "TB", "PB")


def counted(number: int, what: str) -> str:
    """Say how many there are: '1 image', '1,200 images', '2 vulnerabilities'."""
    if number == 1:
        return f"1 {what}"
    return f"{number:,} {what[:-1]}ies" if what.endswith(("ry", "ty")) else f"{number:,} {what}s"


def size(number: int) -> str:
    """Return a number of bytes as ECR's console shows it, in powers of ten: '56.7 GB'."""
    amount, unit = float(number), 0
    while amount >= 999.95 and unit < len(_UNITS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.1f} {_UNITS[unit]}" if unit else f"{number} bytes"


def share(part: int, whole: int) -> str:
    """Return a share in percent, which is 100 % only of all, and 0 % only of none; '-' of nothing."""
    if not whole:
        return "-"
    percent = 100 * part / whole
    return f"{min(percent, 99.9) if part < whole else percent:.1f} %" if percent >= 0.05 or not part else "< 0.1 %"


def age(length: timedelta) -> str:
    """Return a length of time in whole days, from two days on, else in whole hours."""
    hours = int(length.total_seconds()) // 3600
    return counted(hours // 24, "day") if hours >= 48 else counted(hours, "hour")


def snapshot_notes(info: SnapshotInfo, now: datetime) -> list[str]:
    """Return what a reader of its answers has to know of a snapshot; nothing of one that is whole and new."""
    notes = []
    if info.pending:
        notes.append(f"the snapshot is not complete: the findings of {counted(info.pending, 'image')} are not read yet")
    elif not info.is_complete:
        notes.append("the snapshot is not complete: not all repositories were listed")
    notes += [f"the snapshot lacks something: {one_line(error)}" for error in info.errors[:MAX_ERRORS]]
    if len(info.errors) > MAX_ERRORS:
        notes.append(f"and {len(info.errors) - MAX_ERRORS:,} more of these")
    if now - info.built_at > OLD:
        notes.append(f"the snapshot is {age(now - info.built_at)} old: it was built {describe_moment(info.built_at)}")
    return notes


def known_of(totals: Totals) -> str:
    """Say how many images were searched, and how many of them have no scan result: nothing is known of these."""
    if not totals.images:
        return "there are no such images"
    unknown = totals.images - totals.scanned
    which = f"{unknown:,} of them without a scan result" if unknown else "all with a scan result"
    return f"searched {counted(totals.images, 'image')}, {which}"


def has_counts(image: InventoryImage) -> bool:
    """Return whether the numbers of findings of an image are known: it has a result, and that is read."""
    return bool(image.counts or image.suppressed) or (image.status in _WITH_RESULT and not image.is_pending)


def status_name(status: CoverageStatus) -> str:
    """Return a coverage as the option `--status` takes it: 'never-scanned'."""
    return Members(CoverageStatus).normalize_choice(status, None)
