"""One digest as one SNS message, with a text for each protocol, within SNS's limits.

The e-mail gets its bytes first, up to its share. The document gets the rest.
"""

import json
from collections.abc import Iterator

from ecr_scan_reporter.domain.digest.digest import Digest
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.messages.digest.document import digest_document
from ecr_scan_reporter.domain.messages.digest.email import digest_email
from ecr_scan_reporter.domain.messages.digest.headline import describe_coverage, has_news, headline, new_severity
from ecr_scan_reporter.domain.messages.digest.lists import shorter_and_shorter
from ecr_scan_reporter.domain.messages.digest.names import describe_changes, image_name
from ecr_scan_reporter.domain.messages.digest.urgent import urgent_summary
from ecr_scan_reporter.domain.messages.sns import (
    DOCUMENT_PROTOCOLS,
    MAX_BYTES,
    NONE,
    SMS_BYTES,
    SUBJECT_CHARACTERS,
    Notification,
    document_share,
    email_share,
    fitting,
    only,
)
from ecr_scan_reporter.domain.scanning.round import describe_round_in_brief
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import ascii_line, describe_counts, many
from ecr_scan_reporter.domain.thresholds import RATED_SEVERITIES

MAX_WORST = 3


def compose_digest(digest: Digest, max_bytes: int = MAX_BYTES) -> Notification:
    """Compose the message; where it would be too large its lists are shorter, and its counts the same."""
    mail = fitting(map(digest_email, shorter_and_shorter(digest)), email_share(max_bytes))
    default = f"{headline(digest, MAX_BYTES)}\n{describe_coverage(digest.coverage)}"
    texts = {"default": default, "email": mail, "sms": _sms(digest)}
    documents = (json.dumps(digest_document(shorter)) for shorter in shorter_and_shorter(digest))
    text = fitting(documents, document_share(max_bytes, texts))
    # ASCII only (json escapes the rest), so that characters are bytes.
    message = json.dumps(texts | dict.fromkeys(DOCUMENT_PROTOCOLS, text))
    return Notification(subject(digest), message, attributes(digest))


def subject(digest: Digest) -> str:
    """Return the news, coverage where it is low, and all findings: ASCII, on one line, within SNS's length."""
    return headline(digest, SUBJECT_CHARACTERS)


def attributes(digest: Digest) -> dict[str, str]:
    """Return the message attributes, for the filter policies of subscribers. None is empty: SNS refuses that."""
    registries, severity = digest.repositories.registries, new_severity(digest)
    return {
        "reason": "DIGEST",
        "severity": digest.severity.value if digest.severity else NONE,
        "newSeverity": severity.value if severity else NONE,
        "registryId": only(account for account, _ in registries.first),
        "region": only(region for _, region in registries.first),
        "hasNew": "true" if has_news(digest) else "false",
        **({"hasExploited": "true" if digest.urgent.totals.exploited else "false"} if digest.urgent else {}),
    }


def digest_lines(digest: Digest, most: int = 5) -> tuple[str, list[str]]:
    """Return a title and a few lines of plain text, for chat."""
    lines = [
        f"{image_name(digest, changed.image)}: {describe_changes(changed.new, changed.raised)}"
        for changed in digest.worse.first[:most]
    ]
    lines += [
        f"new image {image_name(digest, changed.image)}: {describe_counts(changed.new, list(Severity))}"
        for changed in digest.appeared.first[:most]
    ]
    unnamed = max(digest.worse.total - most, 0) + max(digest.appeared.total - most, 0)
    if unnamed:
        lines.append(f"and {many(unnamed, 'more image')} that got worse or {'is' if unnamed == 1 else 'are'} new")
    if digest.better.total:
        fixed = describe_counts(digest.fixed, list(Severity))
        lines.append(f"fixed: {fixed} in {many(digest.better.total, 'image')}")
    lines += urgent_summary(digest)
    lines.append(f"all findings: {describe_counts(digest.totals, list(Severity)) or 'none'}")
    lines += [
        f"most findings: {image_name(digest, image)}: {describe_counts(image.counts, RATED_SEVERITIES)}"
        for image in digest.worst.first[:MAX_WORST]
    ]
    return subject(digest), [*lines, *_not_covered(digest), *_suppressions(digest)]


def _not_covered(digest: Digest) -> Iterator[str]:
    counts = digest.coverage.counts
    others = [f"{counts[status]} {name}" for status, name in _NOT_COVERED.items() if counts.get(status)]
    yield describe_coverage(digest.coverage) + (f"; the others: {', '.join(others)}" if others else "")
    days = describe_round_in_brief(digest.round, digest.at) if digest.round else ""
    if days:
        yield days


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


def _sms(digest: Digest) -> str:
    registries = digest.repositories.registries
    region = f" ({ascii_line(registries.first[0][1])})" if registries.total == 1 else ""
    return headline(digest, SMS_BYTES - len(region)) + region
