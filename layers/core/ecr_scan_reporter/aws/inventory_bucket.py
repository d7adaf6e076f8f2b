"""The inventory in the findings bucket: its pointer, the files of its snapshots, the stored results to read."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ecr_scan_reporter.aws.findings_bucket import FindingsBucket
from ecr_scan_reporter.aws.listed_objects import listed_objects
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.domain.chunks import chunks
from ecr_scan_reporter.domain.findings.documents import FINDINGS_PREFIX, findings_key, image_of_key, tag_key
from ecr_scan_reporter.domain.findings.stored_document import StoredDocument
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.errors import CallFailedError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
MAX_DELETIONS = 1_000


class InventoryBucket:
    """Reads and writes what the inventory has in one bucket. All methods raise CallFailedError."""

    def __init__(self, client: "S3Client", caller: Caller, name: str) -> None:
        self._client, self._caller, self._name = client, caller, name
        self._documents = FindingsBucket(client, caller, name)

    def load(self, key: str) -> StoredDocument | None:
        """Return a JSON document, None where there is none. Raises InvalidInputError when it is no JSON object."""
        return self._documents.load(key)

    def replace(self, key: str, document: Mapping[str, Any], known: StoredDocument | None) -> bool:
        """Write a document over the `known` one (or none); return False where another one is there by now."""
        return self._documents.replace(key, document, known)

    def save(self, key: str, document: Mapping[str, Any]) -> None:
        """Write a document, over the one that was there."""
        self._documents.save(key, document)

    def load_result(self, image: ImageId) -> StoredDocument | None:
        """Return the stored result of an image, None where there is none. Raises InvalidInputError."""
        return self._documents.load(findings_key(image))

    def add_result(self, image: ImageId, document: Mapping[str, Any]) -> str | None:
        """Store a result where there is none; return its version, None where there is one."""
        return self._documents.add(findings_key(image), document)

    def add_tag(self, image: ImageId, tag: str) -> None:
        """Store that an image has a tag, where no image had it."""
        self._documents.add(tag_key(image.repository, tag), {"imageDigest": image.digest})

    def results(self) -> Iterator[tuple[ImageId, str]]:
        """Yield the images with a stored result, and the version of each. Skips objects with keys of another form."""
        for entry in listed_objects(self._client, self._caller, self._name, FINDINGS_PREFIX):
            image = image_of_key(entry["Key"])
            if image:
                yield image, entry["ETag"]

    def upload(self, key: str, path: Path) -> None:
        """Upload a file."""
        self._caller(self._put_file, key=key, path=path)

    def _put_file(self, key: str, path: Path) -> None:
        with path.open("rb") as file:
            self._client.put_object(Bucket=self._name, Key=key, Body=file, ContentType="application/gzip")

    def read(self, key: str, consume: Callable[[IO[bytes]], object]) -> bool:
        """Hand the content of an object over as a stream, return False where there is none.

        A stream that breaks off is handed over again, from its beginning.
        """
        try:
            self._caller(self._read_object, key=key, consume=consume)
        except CallFailedError as error:
            if error.code == "NoSuchKey":
                return False
            raise
        return True

    def _read_object(self, key: str, consume: Callable[[IO[bytes]], object]) -> None:
        # The body is read within the call, so that a connection that breaks in it is tried again too.
        answer: Mapping[str, Any] = self._client.get_object(Bucket=self._name, Key=key)
        with answer["Body"]:
            consume(answer["Body"])

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Yield the keys that begin so, and when each object was written."""
        for entry in listed_objects(self._client, self._caller, self._name, prefix):
            yield entry["Key"], entry["LastModified"]

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; those that are not there do not matter."""
        for batch in chunks(keys, MAX_DELETIONS):
            self._caller(
                self._client.delete_objects,
                Bucket=self._name,
                Delete={"Objects": [{"Key": key} for key in batch], "Quiet": True},
            )
