"""Ids of suppressions that get none from their author: made of what they match."""

import json
import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

_MATCHED = ("cve", "repository", "tag", "package", "severity")
_ANY_CASE = frozenset({"cve", "severity"})
_A_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,99}")
_MAX_WORDS, _HASH_DIGITS = 60, 8


def default_id(fields: Mapping[str, Any]) -> str:
    """Return an id: the same for the same scope, another one for another scope.

    A suppression of one vulnerability alone has its name (`cve-2023-38545`). Any other has the words of its keys,
    which globs and a cut may make the same for two scopes, and eight digits of the scope's hash after an underscore,
    which no name has.
    """
    scope = [_matched(fields, key) for key in _MATCHED]
    cve, *others = scope
    if cve and not any(others) and _A_NAME.fullmatch(cve):
        return cve
    words = re.sub(r"[^a-z0-9.]+", "-", " ".join(filter(None, scope)).lower())
    digits = sha256(json.dumps(scope).encode()).hexdigest()[:_HASH_DIGITS]
    return f"{words[:_MAX_WORDS].strip('-.') or 'all'}_{digits}"


def _matched(fields: Mapping[str, Any], key: str) -> str | None:
    value = fields.get(key)
    if not isinstance(value, str):
        return None
    return value.lower() if key in _ANY_CASE else value
