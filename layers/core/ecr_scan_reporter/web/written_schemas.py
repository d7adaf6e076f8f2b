"""The JSON Schemas of what people write: suppressions and scan configurations."""

from collections.abc import Mapping
from typing import Any

from ecr_scan_reporter.domain.configs.values import MAX_REPOSITORY, MAX_TAG, MAX_TAGS
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.ends import FIXED, NEVER
from ecr_scan_reporter.domain.suppressions.kinds import JUSTIFIED_KINDS, Justification, SuppressionKind
from ecr_scan_reporter.domain.suppressions.values import MAX_GLOB, MAX_NAME, MAX_REASON
from ecr_scan_reporter.web.parameters import DURATION

Schema = Mapping[str, Any]

_CONTROL = r"\u0000-\u001f\u007f-\u009f"
_OUTER = rf"[^\s{_CONTROL}]"
_NO_SPACES_AROUND = rf"^{_OUTER}([^{_CONTROL}]*{_OUTER})?$"
# With line breaks and other white space, which becomes one space.
_OF_LINES = r"[^\u0000-\u0008\u000e-\u001b\u007f-\u0084\u0086-\u009f]*"
_SOME_LINES = rf"^{_OF_LINES}{_OUTER}{_OF_LINES}$"


def object_schema(properties: Mapping[str, Schema], optional: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the schema of an object."""
    required = [name for name in properties if name not in optional]
    return {"type": "object", "properties": dict(properties), "required": required}


def _text(description: str, longest: int = MAX_GLOB) -> Schema:
    return {
        "type": "string",
        "minLength": 1,
        "maxLength": longest,
        "pattern": _NO_SPACES_AROUND,
        "description": description,
    }


def _choice(choices: type[Severity] | type[SuppressionKind] | type[Justification], description: str) -> Schema:
    return {"type": "string", "enum": [each.value for each in choices], "description": description}


_UNTIL: Schema = {
    "anyOf": [{"type": "string", "format": "date"}, DURATION, {"type": "string", "enum": [FIXED.value, NEVER]}],
    "description": "the last day, a time from now (90d), until there is a fix, or never",
}
_NEW_SUPPRESSION: Mapping[str, Schema] = {
    "cve": _text("a vulnerability, or a glob"),
    "reason": {**_text("why the findings are suppressed, as one line", MAX_REASON), "pattern": _SOME_LINES},
    "until": _UNTIL,
    "id": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$", "description": "made of the rest if left out"},
    "repository": _text("a glob; all repositories where it is left out"),
    "tag": _text("a glob"),
    "package": _text("a glob"),
    "severity": _choice(Severity, "nothing more severe is hidden"),
    "kind": _choice(SuppressionKind, "what was decided"),
    "justification": _choice(Justification, f"only of the kinds {', '.join(sorted(JUSTIFIED_KINDS))}"),
    "createdBy": _text("who makes it; needed with a token, which many have", MAX_NAME),
}
_OPTIONAL = tuple(name for name in _NEW_SUPPRESSION if name not in ("cve", "reason", "until"))
# A suppression may be of an earlier version, or written by hand into the table.
_SUPPRESSION: Mapping[str, Schema] = {
    **{name: {"type": "string", "description": each["description"]} for name, each in _NEW_SUPPRESSION.items()},
    "kind": _NEW_SUPPRESSION["kind"],
    "createdAt": {"type": "string", "format": "date-time"},
}

_PART = "[a-z0-9]+(?:(?:[.]|_|__|-+)[a-z0-9]+)*"
_TAG = rf"^[A-Za-z0-9_][A-Za-z0-9._-]{{0,{MAX_TAG - 1}}}$"
_CONFIG: Mapping[str, Schema] = {
    "id": {"type": "string", "pattern": "^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
    "created": {"type": "string", "pattern": "^[0-9]{1,11}$", "description": "the seconds since 1970"},
    "region": {
        "type": "string",
        "pattern": "^[a-z]{2,8}(?:-[a-z]{1,16}){1,3}-[0-9]{1,2}$",
        "examples": ["us-west-2"],
    },
    "registry": {"type": "string", "pattern": "^[0-9]{12}$", "description": "the account of the registry"},
    "repository": {
        "type": "string",
        "minLength": 2,
        "maxLength": MAX_REPOSITORY,
        "pattern": f"^{_PART}(?:/{_PART})*$",
        "examples": ["test/ubuntu"],
    },
    "tags": {
        "type": ["array", "null"],
        "items": {"type": "string", "pattern": _TAG},
        "maxItems": MAX_TAGS,
        "uniqueItems": True,
        "description": "the tags to scan; all where it is left out, null or empty",
    },
}


def written_schemas() -> dict[str, Schema]:
    """Return the schemas by their names."""
    of_suppressions: Schema = {"type": "array", "items": {"$ref": "#/components/schemas/Suppression"}}
    total: Schema = {"type": "integer", "minimum": 0}
    return {
        "NewSuppression": {**object_schema(_NEW_SUPPRESSION, _OPTIONAL), "additionalProperties": False},
        "Suppression": object_schema(_SUPPRESSION, ("repository", "tag", "package", "severity", "justification")),
        "Suppressions": object_schema({"total": total, "items": of_suppressions}),
        "NewConfig": {**object_schema(_CONFIG, ("id", "created", "tags")), "additionalProperties": False},
        "Config": object_schema(_CONFIG),
        "Configs": {"type": "array", "items": {"$ref": "#/components/schemas/Config"}},
    }
