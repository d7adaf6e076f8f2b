"""Keep the last full result of each image, and compare a new one with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ecr_scan_reporter.domain.changes import Baseline, Changes, changes_since, is_same_scan, with_history
from ecr_scan_reporter.domain.documents import findings_key, parse_baselines, result_document, tag_key
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
class Kept:
    """A result with each finding dated, where it lies, what it was compared with and what has changed since."""

    result: ScanResult
    uri: str = ""
    baseline: Baseline | None = None
    changes: Changes | None = None


class NewerResultKnownError(Exception):
    """A later scan has been handled already: this one has no news."""


def keep(image: ScannedImage, result: ScanResult, findings: Findings) -> Kept:
    """Save the full result over the one before. Raises NewerResultKnownError, and saves nothing then.

    Handled again, the same scan is compared with what it was compared with the first time.
    """
    key = findings_key(image.repository, image.digest)
    stored = findings.load(key)
    last, before = parse_baselines(stored) if stored else (_baseline_of_tag(image, findings), None)
    if stored and last and last.completed_at and result.completed_at and last.completed_at > result.completed_at:
        raise NewerResultKnownError
    baseline = before if stored and last and is_same_scan(last, result) else last
    dated = with_history(result, last)
    findings.save(key, result_document(image, dated, baseline))
    told_tags = stored["imageTags"] if stored else ()
    for tag in image.tags[:MOST_TAGS]:
        if tag not in told_tags:
            findings.save(tag_key(image.repository, tag), {"imageDigest": image.digest})
    return Kept(dated, findings.uri(key), baseline, changes_since(baseline, dated) if baseline else None)


def _baseline_of_tag(image: ScannedImage, findings: Findings) -> Baseline | None:
    """Return the last full result of the image that had one of the tags before."""
    for tag in image.tags[:MOST_TAGS]:
        pointer = findings.load(tag_key(image.repository, tag))
        stored = pointer and findings.load(findings_key(image.repository, pointer["imageDigest"]))
        if stored:
            return parse_baselines(stored)[0]
    return None
