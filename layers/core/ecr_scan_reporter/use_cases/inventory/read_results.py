"""Read the stored results of images into the snapshot."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Protocol

from ecr_scan_reporter.concurrency.threads import ConcurrentMap
from ecr_scan_reporter.domain.findings.stored_document import StoredDocument
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.snapshot.writing.builder import SnapshotBuilder
from ecr_scan_reporter.use_cases.inventory.in_time import InTime


class Results(Protocol):
    """Where the results are stored."""

    def results(self) -> Iterable[tuple[ImageId, str]]:
        """Yield the images with a stored result, and the version of each."""

    def load_result(self, image: ImageId) -> StoredDocument | None:
        """Return the stored result of an image, None where there is none. Raises InvalidInputError."""


def expect_all_results(results: Results, builder: SnapshotBuilder, time_is_up: Callable[[], bool]) -> bool:
    """Expect each result that is not the one in the snapshot; return False where time was up before the end."""
    stored = InTime(results.results(), time_is_up)
    for image, version in stored:
        builder.expect_result(image, version)
    return stored.is_whole


def read_results(
    results: Results,
    builder: SnapshotBuilder,
    concurrently: ConcurrentMap,
    *,
    time_is_up: Callable[[], bool],
    on_problem: Callable[[str], object],
) -> int:
    """Read the expected results, until time is up; return their number. The others stay expected.

    `on_problem` gets a sentence about each that cannot be read: it stays expected, and what was read of the image
    before stays.
    """
    read = 0
    for image, document in concurrently(partial(_load, results), InTime(builder.pending(), time_is_up)):
        problem = _write(image, document, builder)
        if problem:
            on_problem(f"{image}: {problem}")
        else:
            read += document is not None
    return read


def _load(results: Results, image: ImageId) -> tuple[ImageId, StoredDocument | InvalidInputError | None]:
    try:
        return image, results.load_result(image)
    except InvalidInputError as error:
        return image, error


def _write(
    image: ImageId, document: StoredDocument | InvalidInputError | None, builder: SnapshotBuilder
) -> InvalidInputError | None:
    """Write a result; return what is wrong with it."""
    if isinstance(document, InvalidInputError):
        return document
    if document is None:
        builder.no_longer_expect(image)
        return None
    try:
        builder.write_result(image, document)
    except InvalidInputError as error:
        return error
    return None
