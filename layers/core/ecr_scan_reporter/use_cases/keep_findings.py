"""Keep the last full result of each image, and compare a new one with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ecr_scan_reporter.domain.changes import Baseline, Changes, changes_since, with_history
from ecr_scan_reporter.domain.documents import findings_key, parse_baseline, result_document, tag_key
from ecr_scan_reporter.domain.findings import ScanResult
from ecr_scan_reporter.domain.reports import ScannedImage

# An image with more tags is compared, and found again, by the first of them.
MOST_TAGS = 20


class Findings(Protocol):
    """Where full results are kept."""

    def uri(self, key: str) -> str:
        """Return the address of a document."""

    def load(self, key: str) -> Mapping[str, Any] | None:
        """Return a document, None where there is none."""

    def save(self, key: str, document: Mapping[str, Any]) -> None:
        """Write a document."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A result with each finding dated, what it was compared with, what has changed, and where it is to be kept."""

    result: ScanResult
    uri: str = ""
    baseline: Baseline | None = None
    changes: Changes | None = None


class NewerResultKnownError(Exception):
    """A later scan has been handled already: this one has no news."""


def compare_with_kept(image: ScannedImage, result: ScanResult, findings: Findings) -> Compared:
    """Compare a full result with the one that is kept. Raises NewerResultKnownError."""
    key = findings_key(image.repository, image.digest)
    stored = findings.load(key)
    baseline = parse_baseline(stored) if stored else _baseline_of_tag(image, findings)
    known_at = baseline.completed_at if stored and baseline else None
    if known_at and result.completed_at and known_at > result.completed_at:
        raise NewerResultKnownError
    dated = with_history(result, baseline)
    return Compared(dated, findings.uri(key), baseline, changes_since(baseline, dated) if baseline else None)


def keep(image: ScannedImage, result: ScanResult, findings: Findings) -> None:
    """Save the full result over the one before, and which image has each tag."""
    findings.save(findings_key(image.repository, image.digest), result_document(image, result))
    for tag in image.tags[:MOST_TAGS]:
        key, pointer = tag_key(image.repository, tag), {"imageDigest": image.digest}
        # To read costs a tenth of to write.
        if findings.load(key) != pointer:
            findings.save(key, pointer)


def _baseline_of_tag(image: ScannedImage, findings: Findings) -> Baseline | None:
    """Return the last full result of the image that had one of the tags before."""
    for tag in image.tags[:MOST_TAGS]:
        pointer = findings.load(tag_key(image.repository, tag))
        stored = pointer and findings.load(findings_key(image.repository, pointer["imageDigest"]))
        if stored:
            return parse_baseline(stored)
    return None
