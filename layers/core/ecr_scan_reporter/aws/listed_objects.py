"""The objects of a bucket.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.retries import Caller

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def listed_objects(client: "S3Client", caller: Caller, bucket: str, prefix: str) -> Iterator[Mapping[str, Any]]:
    """Yield the entries of all objects whose keys begin so, in the order of their keys. Raises CallFailedError."""
    parameters: dict[str, Any] = {"Bucket": bucket, "Prefix": prefix}
    while True:
        page = caller(client.list_objects_v2, **parameters)
        yield from page.get("Contents", ())
        if not page.get("IsTruncated"):
            return
        parameters["ContinuationToken"] = page["NextContinuationToken"]
