"""The files of the lake in S3: https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.listed_objects import listed_objects
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.errors import CallFailedError

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

    def get(self, key: str) -> bytes | None:
        """Return the content of a file, None where there is none."""
        try:
            content: bytes = self._caller(self._get, Bucket=self._name, Key=key)
        except CallFailedError as error:
            if error.code == "NoSuchKey":
                return None
            raise
        return content

    def _get(self, **parameters: Any) -> bytes:
        # The body is read within the call, so that a connection that breaks in it is tried again too.
        return self._client.get_object(**parameters)["Body"].read()

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield the keys that begin with a prefix."""
        return (entry["Key"] for entry in listed_objects(self._client, self._caller, self._name, prefix))

    def delete(self, key: str) -> None:
        """Delete a file; one that is not there is no error."""
        self._caller(self._client.delete_object, Bucket=self._name, Key=key)
