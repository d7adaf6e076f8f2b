"""A bucket in memory for the inventory: it has versions and conditions, as S3 does."""

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from ecr_scan_reporter.domain.findings.documents import findings_key, image_of_key
from ecr_scan_reporter.domain.findings.stored_document import StoredDocument
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.errors import InvalidInputError
from tests.unit.snapshot.registries import NOW


@dataclass
class FakeBucket:
    """The objects by key; `now` is when the next one is written. `tags` has the pointers of tags that were added."""

    objects: dict[str, bytes] = field(default_factory=dict)
    written_at: dict[str, datetime] = field(default_factory=dict)
    now: datetime = NOW
    tags: list[tuple[ImageId, str]] = field(default_factory=list)
    loads: list[ImageId] = field(default_factory=list)

    def load(self, key: str) -> StoredDocument | None:
        if key not in self.objects:
            return None
        try:
            content = json.loads(self.objects[key])
        except ValueError as error:
            raise InvalidInputError(f"the object {key}", self.objects[key], "a JSON object") from error
        if not isinstance(content, Mapping):
            raise InvalidInputError(f"the object {key}", content, "a JSON object")
        return StoredDocument(content, self._version(key))

    def _version(self, key: str) -> str:
        return str(hash(self.objects[key]))

    def save(self, key: str, document: Mapping[str, Any]) -> None:
        self.objects[key] = json.dumps(document).encode()
        self.written_at[key] = self.now

    def replace(self, key: str, document: Mapping[str, Any], known: StoredDocument | None) -> bool:
        is_expected = (key not in self.objects) if known is None else self._version(key) == known.version
        if is_expected:
            self.save(key, document)
        return is_expected

    def upload(self, key: str, path: Path) -> None:
        self.objects[key] = path.read_bytes()
        self.written_at[key] = self.now

    def read(self, key: str, consume: Callable[[IO[bytes]], object]) -> bool:
        if key in self.objects:
            consume(io.BytesIO(self.objects[key]))
        return key in self.objects

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        yield from [(key, self.written_at[key]) for key in self.objects if key.startswith(prefix)]

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            self.objects.pop(key, None)

    def results(self) -> Iterator[tuple[ImageId, str]]:
        for key in list(self.objects):
            image = image_of_key(key)
            if image:
                yield image, self._version(key)

    def load_result(self, image: ImageId) -> StoredDocument | None:
        self.loads.append(image)
        return self.load(findings_key(image))

    def add_result(self, image: ImageId, document: Mapping[str, Any]) -> str | None:
        key = findings_key(image)
        return self._version(key) if self.replace(key, document, None) else None

    def add_tag(self, image: ImageId, tag: str) -> None:
        self.tags.append((image, tag))
