"""One digest as one SNS message, with a text for each protocol, within SNS's limits."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from ecr_scan_reporter.domain.digest.digest import Digest
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.messages.digest.document import digest_document as _document
from ecr_scan_reporter.domain.messages.digest.email import digest_email
from ecr_scan_reporter.domain.messages.digest.names import describe_changes, headline, image_name
from ecr_scan_reporter.domain.messages.sns import (
    DOCUMENT_PROTOCOLS,
    MAX_BYTES,
    SMS_BYTES,
    SUBJECT_CHARACTERS,
    Notification,
)
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import ascii_line, describe_counts, many, one_line, shorten
from ecr_scan_reporter.domain.thresholds import RATED_SEVERITIES

# Of each list, and fewer where the message would be too large.
MAX_LISTED = 20
MAX_WORST = 3
SEVERAL, NONE = "SEVERAL", "NONE"


def compose_digest(digest: Digest, max_bytes: int = MAX_BYTES) -> Notification:
    """Compose the message; where it would be too large its lists are shorter, and its counts the same."""
    most = MAX_LISTED
    message = _message(digest.cut(most))
    while len(message) > max_bytes and most:
        most //= 2
        message = _message(digest.cut(most))
    return Notification(subject(digest), message, attributes(digest))


def subject(digest: Digest) -> str:
    """Totals, their change, and what got worse: ASCII, on one line, within SNS's length."""
    return shorten(headline(digest), SUBJECT_CHARACTERS)


def digest_document(digest: Digest) -> dict[str, Any]:
    """Return the JSON document (docs/scan-digest.schema.json)."""
    return _document(digest, subject(digest))


def attributes(digest: Digest) -> dict[str, str]:
    """Return the message attributes, for the filter policies of subscribers. None is empty: SNS refuses that."""
    registries = digest.repositories.registries
    return {
        "reason": "DIGEST",
        "severity": digest.severity.value if digest.severity else NONE,
        "registryId": _only(account for account, _ in registries.first),
        "region": _only(region for _, region in registries.first),
        "hasNew": "true" if digest.worse.total else "false",
    }


def digest_lines(digest: Digest, most: int = 5) -> tuple[str, list[str]]:
    """Return a title and a few lines of plain text, for chat."""
    lines = [describe_counts(digest.totals, list(Severity)) or "no findings"]
    lines += [
        f"{image_name(digest, changed.image)}: {describe_changes(changed.new, changed.raised)}"
        for changed in digest.worse.first[:most]
    ]
    if digest.better.total:
        fixed = describe_counts(digest.fixed, list(Severity))
        lines.append(f"fixed: {fixed} in {many(digest.better.total, 'image')}")
    lines += [
        f"most findings: {image_name(digest, image)}: {describe_counts(image.counts, RATED_SEVERITIES)}"
        for image in digest.worst.first[:MAX_WORST]
    ]
    return subject(digest), [*lines, *_not_covered(digest), *_suppressions(digest)]


def _not_covered(digest: Digest) -> Iterator[str]:
    counts = digest.coverage.counts
    others = [f"{counts[status]} {name}" for status, name in _NOT_COVERED.items() if counts.get(status)]
    yield _coverage(digest) + (f"; the others: {', '.join(others)}" if others else "")


_NOT_COVERED = {
    CoverageStatus.STALE: "too old",
    CoverageStatus.NEVER_SCANNED: "never scanned",
    CoverageStatus.UNSUPPORTED_SYSTEM: "of an operating system that is not supported",
    CoverageStatus.FAILED: "failed",
}


def _suppressions(digest: Digest) -> Iterator[str]:
    review = digest.suppressions
    parts = {"end soon": review.ending, "have ended": review.ended, "match nothing": review.unmatched}
    counted = [f"{ranked.total} {what}" for what, ranked in parts.items() if ranked.total]
    if counted:
        yield f"suppressions: {', '.join(counted)}"


def _coverage(digest: Digest) -> str:
    current = digest.coverage.counts.get(CoverageStatus.CURRENT, 0)
    return f"{current} of {many(digest.coverage.scannable, 'image')} scanned in time"


def _only(values: Iterable[str]) -> str:
    different = {one_line(value) for value in values} - {""}
    return different.pop() if len(different) == 1 else (SEVERAL if different else NONE)


def _sms(digest: Digest) -> str:
    registries = digest.repositories.registries
    region = f" ({ascii_line(registries.first[0][1])})" if registries.total == 1 else ""
    return shorten(headline(digest), SMS_BYTES - len(region)) + region


def _message(digest: Digest) -> str:
    text = json.dumps(digest_document(digest))
    texts = {
        "default": f"{headline(digest)}\n{_coverage(digest)}",
        "email": digest_email(digest),
        "sms": _sms(digest),
        **dict.fromkeys(DOCUMENT_PROTOCOLS, text),
    }
    # ASCII only (json escapes the rest), so that characters are bytes.
    return json.dumps(texts)
