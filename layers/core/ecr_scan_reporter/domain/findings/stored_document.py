"""A JSON document of the findings bucket, as it lies there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """The content of a document, and the version of this content: each write makes another one."""

    content: Mapping[str, Any]
    version: str
