"""Answers that are too large for a function: objects that an address with a signature downloads."""

from typing import IO, TYPE_CHECKING, Any
from uuid import uuid4

from ecr_scan_reporter.aws.retries import Caller

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# The bucket deletes them after a day.
PREFIX = "downloads/"
SECONDS = 300


class Downloads:
    """Stores files for a download.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ShareObjectPreSignedURL.html
    """

    def __init__(self, client: "S3Client", caller: Caller, bucket: str) -> None:
        self._client, self._caller, self._bucket = client, caller, bucket

    def publish(self, packed: IO[bytes], content_type: str, file_name: str) -> str:
        """Store a gzip file; return the address that downloads it, for five minutes. Raises CallFailedError."""
        key = f"{PREFIX}{uuid4()}/{file_name}"
        self._caller(self._put_object, Body=packed, Key=key, ContentType=content_type, ContentEncoding="gzip")
        disposition = f'attachment; filename="{file_name}"'
        return self._client.generate_presigned_url(
            "get_object",
            Params={"Bucket": self._bucket, "Key": key, "ResponseContentDisposition": disposition},
            ExpiresIn=SECONDS,
        )

    def _put_object(self, **parameters: Any) -> object:
        # An attempt before may have read it.
        parameters["Body"].seek(0)
        return self._client.put_object(Bucket=self._bucket, **parameters)
