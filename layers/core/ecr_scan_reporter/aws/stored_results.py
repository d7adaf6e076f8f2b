"""All results of the findings bucket."""

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.findings_bucket import FindingsBucket
from ecr_scan_reporter.aws.listed_objects import listed_objects
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.concurrency.threads import ConcurrentMap
from ecr_scan_reporter.domain.findings.documents import FINDINGS_PREFIX
from ecr_scan_reporter.domain.findings.stored_result import StoredResult, parse_stored_result
from ecr_scan_reporter.errors import InvalidInputError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class StoredResults:
    """Lists a findings bucket and reads its results, several objects at a time.

    `on_problem` gets a sentence about each wrong object that is skipped.
    """

    def __init__(
        self,
        client: "S3Client",
        caller: Caller,
        concurrently: ConcurrentMap,
        bucket: str,
        on_problem: Callable[[str], object],
    ) -> None:
        self._client = client
        self._caller = caller
        self._concurrently = concurrently
        self._bucket = bucket
        self._documents = FindingsBucket(client, caller, bucket)
        self._on_problem = on_problem

    def __iter__(self) -> Iterator[StoredResult]:
        """Yield the last full result of each image, in any order. Raises CallFailedError."""
        for key, result in self._concurrently(self._load, self._keys()):
            if isinstance(result, InvalidInputError):
                self._on_problem(f"{key}: {result}")
            elif result:
                yield result

    def _load(self, key: str) -> tuple[str, StoredResult | InvalidInputError | None]:
        """Return a result, None for one that was deleted since it was listed."""
        try:
            document = self._documents.load(key)
            return key, parse_stored_result(document.content) if document is not None else None
        except InvalidInputError as error:
            return key, error

    def _keys(self) -> Iterator[str]:
        return (entry["Key"] for entry in self._objects() if entry["Key"].endswith(".json"))

    def _objects(self) -> Iterator[Mapping[str, Any]]:
        return listed_objects(self._client, self._caller, self._bucket, FINDINGS_PREFIX)
