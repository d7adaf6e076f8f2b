"""The findings bucket: the last full result of each image digest, as one JSON object in S3."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.domain.events.fields import read_json
from ecr_scan_reporter.errors import CallFailedError, InvalidInputError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class FindingsBucket:
    """Reads and writes the documents of one bucket."""

    def __init__(self, client: "S3Client", caller: Caller, name: str) -> None:
        self._client = client
        self._caller = caller
        self._name = name

    def uri(self, key: str) -> str:
        """Return the address of an object."""
        return f"s3://{self._name}/{key}"

    def load(self, key: str) -> Mapping[str, Any] | None:
        """Return a document, None when there is no object with this key.

        Raises CallFailedError, and InvalidInputError when the document is no JSON object.
        """
        try:
            body = self._caller(self._get_object, Bucket=self._name, Key=key)
        except CallFailedError as error:
            if error.code == "NoSuchKey":
                return None
            raise
        document = read_json(body, f"the object {key}")
        if not isinstance(document, Mapping):
            raise InvalidInputError(f"the object {key}", document, "a JSON object")
        return document

    def _get_object(self, **parameters: Any) -> bytes:
        # Reads the body within the call, so that the caller also retries a connection lost in the body.
        return self._client.get_object(**parameters)["Body"].read()

    def save(self, key: str, document: Mapping[str, Any]) -> None:
        """Write a document, in place of the one with this key. Raises CallFailedError."""
        self._caller(
            self._client.put_object,
            Bucket=self._name,
            Key=key,
            Body=json.dumps(document).encode(),
            ContentType="application/json",
        )
