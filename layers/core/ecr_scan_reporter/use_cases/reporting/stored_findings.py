"""Store the last full result of each image, and compare a new one with it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol

from ecr_scan_reporter.concurrency.task_groups import Start
from ecr_scan_reporter.domain.findings.changes import Baseline, Changes, compare, fingerprint, with_history
from ecr_scan_reporter.domain.findings.documents import findings_key, result_document, tag_key
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.findings.importance import sort_findings
from ecr_scan_reporter.domain.findings.stored_document import StoredDocument
from ecr_scan_reporter.domain.findings.stored_result import parse_stored_result
from ecr_scan_reporter.domain.ledger.change_documents import change_document, parse_change
from ecr_scan_reporter.domain.ledger.records import ChangeRecord
from ecr_scan_reporter.domain.moments import is_plausible
from ecr_scan_reporter.domain.registry.images import ImageId, ScannedImage
from ecr_scan_reporter.domain.thresholds import Thresholds
from ecr_scan_reporter.errors import InvalidInputError

# An image with more tags is compared, and found again, by the first of them.
MAX_TAGS = 20
# Lambda retries an event for six hours at most. A change that was stored before then has been recorded.
# https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
REPETITION_PERIOD = timedelta(hours=6)

# The member of a stored result whose report some channel did not take: the result that it was compared with, empty
# where there was none.
UNDELIVERED = "undelivered"


class Findings(Protocol):
    """Where full results are stored."""

    def uri(self, key: str) -> str:
        """Return the address of a document."""

    def load(self, key: str) -> StoredDocument | None:
        """Return a document, None where there is none. Raises InvalidInputError when it is none of ours."""

    def save(self, key: str, document: Mapping[str, Any]) -> None:
        """Write a document."""

    def replace(self, key: str, document: Mapping[str, Any], known: StoredDocument | None) -> bool:
        """Write a document over the `known` one (or none); return False where another one is there by now."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A result with each finding dated, what it was compared with, what has changed, and where it will be stored.

    `stored` is the document of the image, which a newer one replaces, and `of_tag` that of another image which had its
    tag, where it was compared with that; `is_same_scan` when it is of this scan, and
    `is_reported` when every channel took its report too. `unrecorded` are the changes of the stored result
    when this one is the same: the event that stored it may have ended before it recorded them. `problem` says what is
    wrong with the stored document, which then counts for nothing.
    """

    result: ScanResult
    uri: str = ""
    baseline: Baseline | None = None
    changes: Changes | None = None
    stored: StoredDocument | None = None
    of_tag: Mapping[str, Any] = field(default_factory=dict)
    is_same_scan: bool = False
    is_reported: bool = False
    unrecorded: ChangeRecord | None = None
    problem: str = ""


class ReadAhead:
    """A store that reads some documents ahead, before they are needed."""

    def __init__(self, findings: Findings, start: Start) -> None:
        self._findings = findings
        self._start = start
        self._expected: dict[str, Callable[[], StoredDocument | None]] = {}

    def expect(self, image: ImageId, tags: Sequence[str]) -> None:
        """Begin to read what an image will be compared with."""
        for key in (findings_key(image), *(tag_key(image.repository, tag) for tag in tags[:MAX_TAGS])):
            self._expected[key] = self._start(partial(self._findings.load, key))

    def uri(self, key: str) -> str:
        """Return the address of a document."""
        return self._findings.uri(key)

    def load(self, key: str) -> StoredDocument | None:
        """Return a document, as it was when it was first expected."""
        return self._expected[key]() if key in self._expected else self._findings.load(key)

    def save(self, key: str, document: Mapping[str, Any]) -> None:
        """Write a document."""
        self._findings.save(key, document)

    def replace(self, key: str, document: Mapping[str, Any], known: StoredDocument | None) -> bool:
        """Write a document over the `known` one; return False where another one is there by now."""
        return self._findings.replace(key, document, known)


@dataclass(frozen=True, slots=True)
class _Known:
    """What is stored of the image itself. `undelivered` is the document before, where a channel missed the report."""

    document: StoredDocument | None = None
    baseline: Baseline | None = None
    change: ChangeRecord | None = None
    undelivered: Mapping[str, Any] | None = None
    problem: str = ""

    def is_same_scan(self, result: ScanResult, *, is_enhanced: bool) -> bool:
        """True when the stored result is of this scan; enhanced scanning has no end, so its findings decide."""
        if self.baseline is None or fingerprint(self.baseline.findings) != fingerprint(result.findings):
            return False
        # The stored moment has whole seconds.
        completed_at = result.completed_at and result.completed_at.replace(microsecond=0)
        return is_enhanced or (completed_at is not None and self.baseline.completed_at == completed_at)


Weigh = Callable[[Iterable[Finding]], tuple[Finding, ...]]
"""Returns findings with what is known of their exploits, the most important first."""


def compare_with_stored(
    image: ScannedImage,
    result: ScanResult,
    findings: Findings,
    now: datetime,
    *,
    weigh: Weigh = sort_findings,
    told: Mapping[str, datetime] | None = None,
    is_enhanced: bool = False,
) -> Comparison | None:
    """Compare a full result with the stored one; None when that is of a later scan, so that this one has no news.

    `told` are exploited CVEs that all images with them were told of, as `domain.findings.changes.compare` has it.
    """
    known = _known(image.id, findings, now)
    own = known.baseline
    # Enhanced scanning never ends: the moments of its results do not order them.
    if own and not is_enhanced and _is_later(own.completed_at, result.completed_at):
        return None
    is_same = known.is_same_scan(result, is_enhanced=is_enhanced)
    if is_same and known.undelivered is not None:
        own = _baseline_in(known.undelivered)
    of_tag: Mapping[str, Any] = {} if own else _result_of_tag(image, findings)
    baseline = own or _baseline_in(of_tag)
    dated = with_history(result, baseline)
    dated = replace(dated, findings=weigh(dated.findings))
    is_fresh = known.change is not None and now - known.change.at < REPETITION_PERIOD
    return Comparison(
        dated,
        findings.uri(findings_key(image.id)),
        baseline,
        compare(baseline, dated.findings, told) if baseline else None,
        known.document,
        of_tag,
        is_same_scan=is_same,
        is_reported=is_same and known.undelivered is None,
        unrecorded=known.change if is_same and is_fresh else None,
        problem=known.problem,
    )


def _is_later(moment: datetime | None, other: datetime | None) -> bool:
    return moment is not None and other is not None and moment > other


def _baseline_in(document: Mapping[str, Any]) -> Baseline | None:
    try:
        return parse_stored_result(document).baseline if document else None
    except InvalidInputError:
        return None


def _known(image: ImageId, findings: Findings, now: datetime) -> _Known:
    key, stored = findings_key(image), None
    try:
        stored = findings.load(key)
        if stored is None:
            return _Known()
        baseline = parse_stored_result(stored.content).baseline
        if baseline.completed_at and not is_plausible(baseline.completed_at, now):
            moment = baseline.completed_at.isoformat()
            raise InvalidInputError("completedAt of the stored result", moment, "a moment until now")
    except InvalidInputError as error:
        return _Known(stored, problem=f"{key}: {error}")
    undelivered = stored.content.get(UNDELIVERED)
    undelivered = undelivered if isinstance(undelivered, Mapping) else None
    try:
        change = stored.content.get("change")
        return _Known(stored, baseline, None if change is None else parse_change(change, image), undelivered)
    except InvalidInputError as error:
        return _Known(stored, baseline, None, undelivered, f"{key}: {error}")


def store_result(
    image: ScannedImage,
    comparison: Comparison,
    thresholds: Thresholds,
    change: ChangeRecord | None,
    findings: Findings,
    *,
    is_delivered: bool,
) -> bool:
    """Store the full result over the one that it was compared with; `is_delivered` when all channels took its report.

    Return False, and store nothing, when another result was stored in the meantime.
    """
    document = result_document(image, comparison.result, thresholds)
    if change:
        document["change"] = change_document(change)
    if not is_delivered:
        document[UNDELIVERED] = _result_before(comparison)
    if comparison.stored is None and comparison.problem:  # It could not be read, so it has no known version.
        findings.save(findings_key(image.id), document)
        return True
    return findings.replace(findings_key(image.id), document, comparison.stored)


def tag_writes(image: ScannedImage, findings: Findings) -> list[Callable[[], object]]:
    """Return what stores which image has each tag; after the result, which a pointer must not name before."""
    pointer = {"imageDigest": image.digest}
    # To read costs a tenth of to write.
    moved = [key for key in _tag_keys(image) if _pointer(key, findings) != image.digest]
    return [partial(findings.save, key, pointer) for key in moved]


def _result_before(comparison: Comparison) -> Mapping[str, Any]:
    stored = comparison.stored.content if comparison.stored and not comparison.problem else {}
    before = stored.get(UNDELIVERED, stored) if comparison.is_same_scan else stored
    return _without(before or comparison.of_tag, UNDELIVERED)


def _without(document: Mapping[str, Any], member: str) -> Mapping[str, Any]:
    return {name: value for name, value in document.items() if name != member}


def _result_of_tag(image: ScannedImage, findings: Findings) -> Mapping[str, Any]:
    """Return the last full result of another image that had one of the tags before, empty where there is none."""
    for key in _tag_keys(image):
        digest = _pointer(key, findings)
        try:
            # Who stored the image's own result may have moved the tag to it: that is no baseline for itself.
            is_other = digest not in ("", image.digest)
            stored = findings.load(findings_key(ImageId(image.repository, digest))) if is_other else None
            if stored:
                parse_stored_result(stored.content)
                return stored.content
        except InvalidInputError:
            continue
    return {}


def _tag_keys(image: ScannedImage) -> list[str]:
    return [tag_key(image.repository, tag) for tag in image.tags[:MAX_TAGS]]


def _pointer(key: str, findings: Findings) -> str:
    """Return the digest that a tag had at its last scan, empty where that is not known."""
    try:
        document = findings.load(key)
    except InvalidInputError:
        return ""
    digest = document.content.get("imageDigest") if document else None
    return digest if isinstance(digest, str) else ""
