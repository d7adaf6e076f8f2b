"""The digest on one line: the news, then coverage where it is low, then all findings."""

from collections.abc import Iterator

from ecr_scan_reporter.domain.digest.digest import Digest
from ecr_scan_reporter.domain.inventory.coverage import Coverage, CoverageStatus
from ecr_scan_reporter.domain.messages.digest.names import change_of
from ecr_scan_reporter.domain.severities import Severity, most_severe
from ecr_scan_reporter.domain.text import ascii_line, describe_counts, many, shorten

HEADLINE_LEVELS = (Severity.CRITICAL, Severity.HIGH)
# Images that a scan could cover, and that have no recent result. The others are not for a scan to mend.
_UNCOVERED = (CoverageStatus.STALE, CoverageStatus.NEVER_SCANNED, CoverageStatus.FAILED)
MAX_UNCOVERED_PERCENT = 10


def is_coverage_low(coverage: Coverage) -> bool:
    """Return whether coverage belongs into the subject.

    That is so when more than a tenth of the images that can be scanned have a scan that is too old, has failed, or
    never was. Images that ECR does not support, finds too large or refuses are not among these: no scan mends that.
    """
    uncovered = sum(coverage.counts.get(status, 0) for status in _UNCOVERED)
    return uncovered * 100 > coverage.scannable * MAX_UNCOVERED_PERCENT


def describe_coverage(coverage: Coverage) -> str:
    """Say how many images have a recent scan."""
    current = coverage.counts.get(CoverageStatus.CURRENT, 0)
    return f"{current} of {many(coverage.scannable, 'image')} scanned in time"


def new_severity(digest: Digest) -> Severity | None:
    """Return the most severe level of what is new or raised, in images that are new too; None where nothing is."""
    return most_severe([*digest.new, *digest.raised, *digest.appeared_counts])


def has_news(digest: Digest) -> bool:
    """Return whether an image got worse, or one that is new has findings."""
    return bool(digest.worse.total or digest.appeared.total)


def headline(digest: Digest, length: int) -> str:
    """Return the line in ASCII, in at most `length` characters."""
    lines = [ascii_line(f"ECR digest: {line}") for line in _lines(digest)]
    return next((line for line in lines if len(line) <= length), shorten(lines[-1], length))


def _lines(digest: Digest) -> Iterator[str]:
    summary = describe_news(digest)
    for has_changes in (True, False):
        yield f"{summary} - {_totals(digest, has_changes=has_changes)}"
    yield summary


def describe_news(digest: Digest) -> str:
    """Say what got worse. Where nothing did, low coverage comes first: nothing is known of what was not scanned."""
    is_low = is_coverage_low(digest.coverage)
    coverage = _low_coverage(digest.coverage) if is_low else ""
    if has_news(digest):
        parts = [worse(digest), coverage]
    elif digest.before is None:
        parts = ["the first digest", coverage]
    else:
        parts = [coverage, "no scan found anything worse" if is_low else "nothing got worse"]
    return "; ".join(filter(None, parts))


def _low_coverage(coverage: Coverage) -> str:
    is_any_current = coverage.counts.get(CoverageStatus.CURRENT, 0)
    return f"only {describe_coverage(coverage)}" if is_any_current else "no image scanned in time"


def worse(digest: Digest) -> str:
    """Say how many images got worse, and how many new ones have findings."""
    changed, new = digest.worse.total, digest.appeared.total
    parts = [f"{many(changed, 'image')} got worse"] if changed else []
    if new:
        parts.append(f"{new} new with findings" if changed else f"{many(new, 'new image')} with findings")
    return ", ".join(parts)


def _totals(digest: Digest, *, has_changes: bool) -> str:
    parts = []
    for severity in HEADLINE_LEVELS:
        change = change_of(digest, severity)
        if digest.totals.get(severity) or change:
            count = f"{digest.totals.get(severity, 0)} {severity.lower()}"
            parts.append(f"{count} ({change})" if change and has_changes else count)
    return ", ".join(parts) or describe_counts(digest.totals, list(Severity)) or "no findings"
