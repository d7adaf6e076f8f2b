"""The findings bucket: the last full result of each image digest, as one JSON object in S3."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.calls import Caller

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class FindingsBucket:
    """Writes documents to one bucket."""

    def __init__(self, client: "S3Client", caller: Caller, name: str) -> None:
        self._client = client
        self._caller = caller
        self._name = name

    def uri(self, key: str) -> str:
        """Return the address of an object."""
        return f"s3://{self._name}/{key}"

    def save(self, key: str, document: Mapping[str, Any]) -> None:
        """Write a document, over the one that was there. Raises CallFailedError."""
        self._caller(
            self._client.put_object,
            Bucket=self._name,
            Key=key,
            Body=json.dumps(document).encode(),
            ContentType="application/json",
        )
