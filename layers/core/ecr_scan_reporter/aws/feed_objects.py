"""Feeds as objects of S3: the last good copies, and sources at `s3://` addresses.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
"""

from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.errors import CallFailedError, FeedUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class FeedObjects:
    """Reads and writes whole objects. All methods raise CallFailedError."""

    def __init__(self, client: "S3Client", caller: Caller, bucket: str) -> None:
        self._client, self._caller, self._bucket = client, caller, bucket

    def get(self, key: str) -> bytes | None:
        """Return a copy, None where there is none."""
        try:
            content: bytes = self._caller(self._get, Bucket=self._bucket, Key=key)
        except CallFailedError as error:
            if error.code == "NoSuchKey":
                return None
            raise
        return content

    def put(self, key: str, content: bytes) -> None:
        """Write a copy, over the one that was there."""
        self._caller(self._client.put_object, Bucket=self._bucket, Key=key, Body=content)

    def fetch(self, address: str, most: int) -> bytes:
        """Return the object at an `s3://` address. Raises FeedUnavailableError for one that is too large."""
        bucket, _, key = address.removeprefix("s3://").partition("/")
        content: bytes = self._caller(self._get, Bucket=bucket, Key=key, most=most)
        if len(content) > most:
            raise FeedUnavailableError(f"it has more than {most} bytes")
        return content

    def _get(self, *, most: int | None = None, **parameters: Any) -> bytes:
        # The body is read within the call, so that a connection that breaks in it is tried again too.
        body = self._client.get_object(**parameters)["Body"]
        return body.read() if most is None else body.read(most + 1)
