"""The findings bucket: the last full result of each image digest, as one JSON object in S3."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.domain.events.fields import read_json
from ecr_scan_reporter.domain.findings.stored_document import StoredDocument
from ecr_scan_reporter.errors import CallFailedError, InvalidInputError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
_CONFLICTS = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "NoSuchKey"})


class FindingsBucket:
    """Reads and writes the documents of one bucket."""

    def __init__(self, client: "S3Client", caller: Caller, name: str) -> None:
        self._client = client
        self._caller = caller
        self._name = name

    def uri(self, key: str) -> str:
        """Return the address of an object."""
        return f"s3://{self._name}/{key}"

    def load(self, key: str) -> StoredDocument | None:
        """Return a document, None where there is none.

        Raises CallFailedError, and InvalidInputError when the document is no JSON object.
        """
        try:
            body, version = self._caller(self._get_object, Bucket=self._name, Key=key)
        except CallFailedError as error:
            if error.code == "NoSuchKey":
                return None
            raise
        document = read_json(body, f"the object {key}")
        if not isinstance(document, Mapping):
            raise InvalidInputError(f"the object {key}", document, "a JSON object")
        return StoredDocument(document, version)

    def _get_object(self, **parameters: Any) -> tuple[bytes, str]:
        # The body is read within the call, so that a connection that breaks in it is tried again too.
        answer = self._client.get_object(**parameters)
        return answer["Body"].read(), answer["ETag"]

    def save(self, key: str, document: Mapping[str, Any]) -> None:
        """Write a document, over the one that was there. Raises CallFailedError."""
        self._put(key, document)

    def replace(self, key: str, document: Mapping[str, Any], known: StoredDocument | None) -> bool:
        """Write a document over the `known` one, or where there was none; return False where it has changed since.

        Raises CallFailedError.
        """
        condition = {"IfMatch": known.version} if known else {"IfNoneMatch": "*"}
        try:
            self._put(key, document, **condition)
        except CallFailedError as error:
            if error.code not in _CONFLICTS:
                raise
            # An attempt before may have written it, though its answer was lost.
            return error.is_after_fault and self._is_stored(key, document)
        return True

    def add(self, key: str, document: Mapping[str, Any]) -> str | None:
        """Write a document where there is none; return its version, None where there is one. Raises CallFailedError."""
        try:
            return str(self._put(key, document, IfNoneMatch="*")["ETag"])
        except CallFailedError as error:
            if error.code in _CONFLICTS:
                return None
            raise

    def _put(self, key: str, document: Mapping[str, Any], **condition: str) -> Mapping[str, Any]:
        answer: Mapping[str, Any] = self._caller(
            self._client.put_object,
            Bucket=self._name,
            Key=key,
            Body=json.dumps(document).encode(),
            ContentType="application/json",
            **condition,
        )
        return answer

    def _is_stored(self, key: str, document: Mapping[str, Any]) -> bool:
        stored = self.load(key)
        return stored is not None and stored.content == document
