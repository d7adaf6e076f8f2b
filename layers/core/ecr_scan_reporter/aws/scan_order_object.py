"""The order of scans, as one object of the findings bucket."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.errors import CallFailedError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class ScanOrderObject:
    """Reads the object. Makes the client on first use: not every container of the images scanner gets that far."""

    def __init__(self, client: "Callable[[], S3Client]", caller: Caller, bucket: str, key: str) -> None:
        self._client, self._caller, self._bucket, self._key = client, caller, bucket, key

    def load(self) -> bytes:
        """Return the content, in two attempts: jobs wait for it, and scans start without it too.

        Raises CallFailedError, also where there is none.
        """
        try:
            return self._load()
        except CallFailedError as error:
            if not error.is_passing:
                raise
        return self._load()

    def _load(self) -> bytes:
        content: bytes = self._caller.once(self._get_object, Bucket=self._bucket, Key=self._key)
        return content

    def _get_object(self, **parameters: Any) -> bytes:
        # The body is read within the call, so that a connection that breaks in it is tried again too.
        body: bytes = self._client().get_object(**parameters)["Body"].read()
        return body
