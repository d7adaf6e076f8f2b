"""Scan configurations as objects of S3, one for each, as amazon-ecr-continuous-scan stores them.

https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecr_scan_reporter.aws.listed_objects import listed_objects
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.domain.configs.imports import S3_SCHEME
from ecr_scan_reporter.errors import InvalidInputError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# A bucket with more, or with larger ones, is not one of configurations.
MAX_OBJECTS, MAX_BYTES = 1_000, 1_000_000


class ConfigObjects:
    """Reads all objects at an address."""

    def __init__(self, client: "S3Client", caller: Caller) -> None:
        self._client, self._caller = client, caller

    def read(self, address: str) -> Iterator[tuple[str, bytes]]:
        """Yield the address and the content of each object of a bucket, or below a prefix: `s3://bucket/prefix`.

        Raises InvalidInputError where there is none, or more than configurations have; CallFailedError.
        """
        bucket, _, prefix = address.removeprefix(S3_SCHEME).partition("/")
        if not bucket:
            raise InvalidInputError("the address", address, "s3://BUCKET or s3://BUCKET/PREFIX")
        keys = self._keys(bucket, prefix, address)
        if not keys:
            raise InvalidInputError("the address", address, "one with objects")
        for key in keys:
            yield f"{S3_SCHEME}{bucket}/{key}", self._caller(self._content, bucket=bucket, key=key)

    def _keys(self, bucket: str, prefix: str, address: str) -> list[str]:
        keys: list[str] = []
        for entry in listed_objects(self._client, self._caller, bucket, prefix):
            if entry["Key"].endswith("/"):  # a folder of the console
                continue
            keys.append(entry["Key"])
            if len(keys) > MAX_OBJECTS:
                raise InvalidInputError("the address", address, f"one with at most {MAX_OBJECTS:,} objects")
            if entry["Size"] > MAX_BYTES:
                raise InvalidInputError("the object", entry["Key"], f"one with at most {MAX_BYTES:,} bytes")
        return keys

    def _content(self, *, bucket: str, key: str) -> bytes:
        # The body is read within the call, so that a connection that breaks in it is tried again too.
        return self._client.get_object(Bucket=bucket, Key=key)["Body"].read()
