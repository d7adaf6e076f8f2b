"""The shape of an OpenVEX document."""

from typing import Any

IRI = {"type": "string", "pattern": r"^(https://|pkg:[a-z]+/)[!-~]+$"}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$"}
TEXT = {"type": "string", "minLength": 1}


def _object(fields: dict[str, Any], *optional: str) -> dict[str, Any]:
    required = [name for name in fields if name not in optional]
    return {"type": "object", "properties": fields, "required": required, "additionalProperties": False}


def _list_of(entry: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": entry, "minItems": 1, "uniqueItems": True}


def _when(status: str, rules: dict[str, Any], *forbidden: str) -> dict[str, Any]:
    absent = [{"not": {"required": [name]}} for name in forbidden]
    return {"if": {"properties": {"status": {"const": status}}}, "then": rules | {"allOf": absent}}


JUSTIFICATIONS = [
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
]
# What https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md demands of statements with these statuses, and
# https://github.com/openvex/go-vex, which refuses what says nothing of a status.
_STATUSES = [
    _when(
        "not_affected",
        {"anyOf": [{"required": ["justification"]}, {"required": ["impact_statement"]}]},
        "action_statement",
    ),
    _when("affected", {"required": ["action_statement"]}, "justification", "impact_statement"),
]

# What https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md demands of a document.
SCHEMA = _object(
    {
        "@context": {"const": "https://openvex.dev/ns/v0.2.0"},
        "@id": IRI,
        "author": TEXT,
        "timestamp": MOMENT,
        "version": {"type": "integer", "minimum": 1},
        "tooling": TEXT,
        "statements": _list_of(
            _object(
                {
                    "vulnerability": _object({"name": TEXT}),
                    "timestamp": MOMENT,
                    "products": _list_of(
                        _object({"@id": IRI, "subcomponents": _list_of(_object({"@id": IRI}))}, "subcomponents")
                    ),
                    "status": {"enum": ["not_affected", "affected"]},
                    "status_notes": TEXT,
                    "justification": {"enum": JUSTIFICATIONS},
                    "impact_statement": TEXT,
                    "action_statement": TEXT,
                },
                "justification",
                "impact_statement",
                "action_statement",
            )
            | {"allOf": _STATUSES}
        ),
    }
)
