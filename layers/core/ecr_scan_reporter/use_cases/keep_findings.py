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
class Compared:
    """A result with each finding dated, what it was compared with, what has changed, and where it is to be kept.

    `known_tags` are those that the image had at its last scan.
    """

    result: ScanResult
    uri: str = ""
    baseline: Baseline | None = None
    changes: Changes | None = None
    known_tags: tuple[str, ...] = ()


class NewerResultKnownError(Exception):
    """A later scan has been handled already: this one has no news."""


def compare_with_kept(image: ScannedImage, result: ScanResult, findings: Findings) -> Compared:
    """Compare a full result with the one that is kept. Raises NewerResultKnownError.

    Handled again, the same scan is compared with what it was compared with the first time.
    """
    key = findings_key(image.repository, image.digest)
    stored = findings.load(key)
    last, before = parse_baselines(stored) if stored else (_baseline_of_tag(image, findings), None)
    if stored and last and last.completed_at and result.completed_at and last.completed_at > result.completed_at:
        raise NewerResultKnownError
    baseline = before if stored and last and is_same_scan(last, result) else last
    dated = with_history(result, last)
    return Compared(
        result=dated,
        uri=findings.uri(key),
        baseline=baseline,
        changes=changes_since(baseline, dated) if baseline else None,
        known_tags=tuple(stored["imageTags"]) if stored else (),
    )


def keep(image: ScannedImage, compared: Compared, findings: Findings) -> None:
    """Save the full result over the one before."""
    key = findings_key(image.repository, image.digest)
    findings.save(key, result_document(image, compared.result, compared.baseline))
    for tag in image.tags[:MOST_TAGS]:
        if tag not in compared.known_tags:
            findings.save(tag_key(image.repository, tag), {"imageDigest": image.digest})


def _baseline_of_tag(image: ScannedImage, findings: Findings) -> Baseline | None:
    """Return the last full result of the image that had one of the tags before."""
    for tag in image.tags[:MOST_TAGS]:
        pointer = findings.load(tag_key(image.repository, tag))
        stored = pointer and findings.load(findings_key(image.repository, pointer["imageDigest"]))
        if stored:
            return parse_baselines(stored)[0]
    return None
