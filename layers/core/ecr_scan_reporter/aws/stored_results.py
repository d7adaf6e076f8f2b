"""All results of the findings bucket, for what looks at every image at once."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.findings_bucket import FindingsBucket
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.concurrency.threads import ConcurrentMap

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "findings/"


class StoredResults:
    """Lists a findings bucket and reads what is in it, several objects at a time."""

    def __init__(self, client: "S3Client", caller: Caller, concurrently: ConcurrentMap, bucket: str) -> None:
        self._client = client
        self._caller = caller
        self._concurrently = concurrently
        self._bucket = bucket
        self._documents = FindingsBucket(client, caller, bucket)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        """Yield key and document of the last full result of each image, as they come. Raises CallFailedError.

        The document of an object that is no JSON is its error's text.
        """
        for key, document in self._concurrently(self._load, self._keys()):
            # None: it was removed after it was listed.
            if document is not None:
                yield key, document

    def _load(self, key: str) -> tuple[str, Any]:
        try:
            return key, self._documents.load(key)
        except ValueError as error:
            return key, str(error)

    def _keys(self) -> Iterator[str]:
        parameters: dict[str, Any] = {"Bucket": self._bucket, "Prefix": PREFIX}
        while True:
            page = self._caller(self._client.list_objects_v2, **parameters)
            yield from (entry["Key"] for entry in page.get("Contents", ()) if entry["Key"].endswith(".json"))
            if not page.get("IsTruncated"):
                return
            parameters["ContinuationToken"] = page["NextContinuationToken"]
