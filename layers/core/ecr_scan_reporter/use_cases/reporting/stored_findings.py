"""Store the last full result of each image, and compare a new one with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Protocol

from ecr_scan_reporter.concurrency.task_groups import Start, TaskGroup, run_all
from ecr_scan_reporter.domain.findings.changes import Baseline, Changes, compare, with_history
from ecr_scan_reporter.domain.findings.documents import findings_key, result_document, tag_key
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.findings.stored_result import parse_stored_result
from ecr_scan_reporter.domain.moments import is_plausible
from ecr_scan_reporter.domain.registry.images import ImageId, ScannedImage
from ecr_scan_reporter.errors import InvalidInputError

# An image with more tags is compared, and found again, by the first of them.
MAX_TAGS = 20


class Findings(Protocol):
    """Where full results are stored."""

    def uri(self, key: str) -> str:
        """Return the address of a document."""

    def load(self, key: str) -> Mapping[str, Any] | None:
        """Return a document, None where there is none. Raises InvalidInputError when it is none of ours."""

    def save(self, key: str, document: Mapping[str, Any]) -> None:
        """Write a document."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A result with each finding dated, what it was compared with, what has changed, and where it will be stored.

    `problem` says what is wrong with the document that was stored, which then counts for nothing.
    """

    result: ScanResult
    uri: str = ""
    baseline: Baseline | None = None
    changes: Changes | None = None
    problem: str = ""


class ReadAhead:
    """A store of which some documents are being read already, while nobody has asked for them."""

    def __init__(self, findings: Findings, start: Start) -> None:
        self._findings = findings
        self._start = start
        self._expected: dict[str, Callable[[], Mapping[str, Any] | None]] = {}

    def expect(self, image: ImageId, tags: Sequence[str]) -> None:
        """Begin to read what an image will be compared with."""
        for key in (findings_key(image), *(tag_key(image.repository, tag) for tag in tags[:MAX_TAGS])):
            self._expected[key] = self._start(partial(self._findings.load, key))

    def uri(self, key: str) -> str:
        """Return the address of a document."""
        return self._findings.uri(key)

    def load(self, key: str) -> Mapping[str, Any] | None:
        """Return a document, as it was when it was first expected."""
        return self._expected[key]() if key in self._expected else self._findings.load(key)

    def save(self, key: str, document: Mapping[str, Any]) -> None:
        """Write a document."""
        self._findings.save(key, document)


def compare_with_stored(
    image: ScannedImage, result: ScanResult, findings: Findings, now: datetime
) -> Comparison | None:
    """Compare a full result with the stored one; None when that is of a later scan, so that this one has no news."""
    key, problem = findings_key(image.id), ""
    try:
        known = _known(key, findings, now)
    except InvalidInputError as error:
        known, problem = None, f"{key}: {error}"
    if known and known.completed_at and result.completed_at and known.completed_at > result.completed_at:
        return None
    baseline = known or _baseline_of_tag(image, findings)
    dated = with_history(result, baseline)
    changes = compare(baseline, dated.findings) if baseline else None
    return Comparison(dated, findings.uri(key), baseline, changes, problem)


def _known(key: str, findings: Findings, now: datetime) -> Baseline | None:
    stored = findings.load(key)
    known = parse_stored_result(stored).baseline if stored is not None else None
    if known and known.completed_at and not is_plausible(known.completed_at, now):
        raise InvalidInputError(
            "completedAt of the stored result", known.completed_at.isoformat(), "a moment until now"
        )
    return known


def store_result(image: ScannedImage, result: ScanResult, findings: Findings, task_group: TaskGroup) -> None:
    """Save the full result over the one before; then which image has each tag.

    A pointer must not name a result that is not there: the next scan would have nothing to be compared with.
    """
    findings.save(findings_key(image.id), result_document(image, result))
    pointer = {"imageDigest": image.digest}
    # To read costs a tenth of to write.
    moved = [key for key in _tag_keys(image) if _pointer(key, findings) != image.digest]
    run_all(task_group, *(partial(findings.save, key, pointer) for key in moved))


def _baseline_of_tag(image: ScannedImage, findings: Findings) -> Baseline | None:
    """Return the last full result of the image that had one of the tags before."""
    for key in _tag_keys(image):
        digest = _pointer(key, findings)
        try:
            stored = findings.load(findings_key(ImageId(image.repository, digest))) if digest else None
            if stored:
                return parse_stored_result(stored).baseline
        except InvalidInputError:
            continue
    return None


def _tag_keys(image: ScannedImage) -> list[str]:
    return [tag_key(image.repository, tag) for tag in image.tags[:MAX_TAGS]]


def _pointer(key: str, findings: Findings) -> str:
    """Return the digest that a tag had at its last scan, empty where that is not known."""
    try:
        document = findings.load(key)
    except InvalidInputError:
        return ""
    digest = document.get("imageDigest") if document else None
    return digest if isinstance(digest, str) else ""
