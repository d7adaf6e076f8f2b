"""The files of the lake in S3: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecr_scan_reporter.aws.listed_objects import listed_objects
from ecr_scan_reporter.aws.retries import Caller

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class LakeBucket:
    """Writes, lists and deletes the files of one bucket. Each call raises CallFailedError."""

    def __init__(self, client: "S3Client", caller: Caller, name: str) -> None:
        self._client = client
        self._caller = caller
        self._name = name

    def put(self, key: str, body: bytes) -> None:
        """Write a file, over the one that was there."""
        # No Content-Encoding: Athena knows the compression by the key, and clients would undo it.
        self._caller(self._client.put_object, Bucket=self._name, Key=key, Body=body, ContentType="application/gzip")

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with a prefix."""
        return (entry["Key"] for entry in listed_objects(self._client, self._caller, self._name, prefix))

    def delete(self, key: str) -> None:
        """Delete a file; one that is not there is no error."""
        self._caller(self._client.delete_object, Bucket=self._name, Key=key)
