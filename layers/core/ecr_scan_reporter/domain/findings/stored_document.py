"""A JSON document of the findings bucket, as it lies there."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """The content of a document, and the version that tells it from what others wrote before and after."""

    content: Mapping[str, Any]
    version: str
