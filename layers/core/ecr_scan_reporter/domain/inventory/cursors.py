"""Cursors: where the next page of a list begins. They mean something to their own question and snapshot alone."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence, Set
from dataclasses import dataclass, fields, is_dataclass
from hashlib import sha256

from ecr_scan_reporter.domain.text import is_unicode
from ecr_scan_reporter.errors import InvalidInputError

Key = str | int | float | None


class CursorExpiredError(InvalidInputError):
    """The cursor is of another snapshot than the one that answers now: the list must be read from its beginning."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question to one snapshot: everything that decides what its list has, and in which order."""

    generation: str
    parts: tuple[object, ...]

    @property
    def fingerprint(self) -> str:
        """A short text that differs from those of other questions."""
        return sha256(repr([_canonical(part) for part in self.parts]).encode()).hexdigest()[:12]


def make_cursor(question: Question, keys: Sequence[Key]) -> str:
    """Return the cursor of the page after the row with these keys."""
    content = {"q": question.fingerprint, "g": question.generation, "k": list(keys)}
    return urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode().rstrip("=")


def read_cursor(cursor: str, question: Question, length: int) -> tuple[Key, ...]:
    """Return the keys of the last row before a page.

    Raises InvalidInputError for a cursor of another question or none of ours, CursorExpiredError for one of another
    snapshot.
    """
    try:
        content = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        fingerprint, generation, keys = content["q"], content["g"], content["k"]
        is_sound = isinstance(keys, list) and len(keys) == length and all(_is_key(key) for key in keys)
    except (LookupError, TypeError, ValueError, RecursionError) as error:
        raise InvalidInputError("cursor", cursor, "the one of the page before") from error
    if not is_sound or fingerprint != question.fingerprint:
        raise InvalidInputError("cursor", cursor, "the one of the page before, with the same filter and order")
    if generation != question.generation:
        raise CursorExpiredError("cursor", cursor, "one of this snapshot: there is a newer one, begin again")
    return tuple(keys)


def _canonical(part: object) -> object:
    # The order of a set differs from process to process.
    if isinstance(part, Set):
        return sorted(map(str, part))
    if is_dataclass(part):
        return [(each.name, _canonical(getattr(part, each.name))) for each in fields(part)]
    return str(part)


def _is_key(key: object) -> bool:
    """Return whether SQLite takes a key: integers of 64 bits, and texts that UTF-8 has."""
    if isinstance(key, int):
        return not isinstance(key, bool) and key.bit_length() < 64
    if isinstance(key, str):
        return is_unicode(key)
    return key is None or isinstance(key, float)
