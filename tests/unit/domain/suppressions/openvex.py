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


# What https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md demands of a document that says `not_affected` alone.
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
                    "status": {"const": "not_affected"},
                    "status_notes": TEXT,
                    "impact_statement": TEXT,
                }
            )
        ),
    }
)
