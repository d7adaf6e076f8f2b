"""The facts of a finding in plain words: its fix, its exploits, its score, its age."""

from collections.abc import Iterator
from datetime import UTC, datetime

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.fixes import Update
from ecr_scan_reporter.domain.findings.importance import describe_importance
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import describe_counts, many, one_line, shorten

MAX_PACKAGES = 3
MAX_PACKAGE, MAX_VERSION = 80, 40

_FIXES = {"YES": "a fix is available", "NO": "no fix yet", "PARTIAL": "fixed in some of its packages"}


def describe_facts(finding: Finding, at: datetime | None = None) -> Iterator[str]:
    """Say what is known of a finding beyond its name and package; its age is that at the moment `at`."""
    importance = describe_importance(finding)
    if importance:
        yield importance
    if finding.fixed_in:
        yield f"fixed in {shorten(one_line(finding.fixed_in), MAX_VERSION)}"
    elif finding.fix_available:
        yield _FIXES.get(finding.fix_available, f"fix available: {one_line(finding.fix_available)}")
    if finding.score is not None:
        yield f"score {finding.score:.1f}"
    if finding.also:
        named = (shorten(one_line(" ".join(package)), MAX_PACKAGE) for package in finding.also[:MAX_PACKAGES])
        more = len(finding.also) - MAX_PACKAGES
        yield f"also in {', '.join(named)}" + (f" and {more} more" if more > 0 else "")
    days = _days(finding.first_seen_at, at)
    if days > 0:
        yield f"found {many(days, 'day')} ago"


def describe_effect(update: Update) -> str:
    """Say which findings an update fixes, and with which other packages: '1 high, together with log4j-api'."""
    whole, part = (describe_counts(counts, list(Severity)) for counts in (update.counts, update.partial_counts))
    effect = ", ".join(filter(None, (whole, f"a part of {part}" if part else "")))
    others = [shorten(one_line(package), MAX_PACKAGE) for package in update.other_packages]
    more = f" and {len(others) - MAX_PACKAGES} more" if len(others) > MAX_PACKAGES else ""
    return f"{effect}, together with {', '.join(others[:MAX_PACKAGES])}{more}" if others else effect


def _days(since: datetime | None, until: datetime | None) -> int:
    return (until.astimezone(UTC).date() - since.astimezone(UTC).date()).days if since and until else 0
