"""The JSON Schemas of bodies, most of them made of the records of exports."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.inventory.exports.members import Kind, Member, RecordType
from ecr_scan_reporter.domain.inventory.exports.records_of_findings import VULNERABILITIES, finding_records
from ecr_scan_reporter.domain.inventory.exports.records_of_images import IMAGES
from ecr_scan_reporter.domain.inventory.exports.records_of_totals import CHANGES, COVERAGE, HISTORY, LEFT_BEHIND, TOTALS
from ecr_scan_reporter.web.written_schemas import Schema, object_schema, written_schemas

_TEXT: Schema = {"type": "string"}
_OPTIONAL_TEXT: Schema = {"type": ["string", "null"]}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_NUMBERS: Schema = {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0}}
_DAY: Schema = {"type": ["string", "null"], "format": "date"}
_KINDS: Mapping[Kind, Schema] = {
    Kind.TEXT: _TEXT,
    Kind.NUMBER: {"type": ["number", "null"]},
    Kind.BOOLEAN: {"type": ["boolean", "null"]},
    Kind.MOMENT: {"type": ["string", "null"], "format": "date-time"},
    Kind.DAY: _DAY,
    Kind.TAGS: _TEXTS,
    Kind.TEXTS: _TEXTS,
    Kind.PACKAGES: {"type": "array", "items": {"type": "object", "additionalProperties": _TEXT}},
    Kind.COUNTS: _NUMBERS,
    Kind.COVERAGE: _NUMBERS,
    Kind.EXPLOIT: {
        "type": ["object", "null"],
        "properties": {"added": _DAY, "due": _DAY, "ransomware": {"type": "boolean"}},
        "required": ["added", "due", "ransomware"],
    },
}
_SOME_SNAPSHOT = SnapshotInfo(0, 0, "", datetime(2026, 1, 1, tzinfo=UTC))
_FINDINGS = finding_records(_SOME_SNAPSHOT)
_PAGED: Mapping[str, RecordType[Any]] = {
    "Images": IMAGES,
    "Vulnerabilities": VULNERABILITIES,
    "Findings": _FINDINGS,
    "Changes": CHANGES,
}
# Null where numbers are of more than one repository.
_PLACE = ("registryId", "region", "repository", "owner")
_UNPAGED: Mapping[str, RecordType[Any]] = {
    "Totals": TOTALS,
    "Coverage": COVERAGE,
    "History": HISTORY,
    "LeftBehind": LEFT_BEHIND,
}


def all_schemas() -> dict[str, Schema]:
    """Return all schemas by their names."""
    schemas: dict[str, Schema] = {"Problem": _problem(), "Snapshot": _snapshot()}
    for name, records in {**_PAGED, **_UNPAGED}.items():
        schemas[f"{name}Record"] = _record(records, _PLACE if records in (TOTALS, COVERAGE) else ())
        schemas[name] = _list(f"{name}Record", {**_MORE.get(name, {}), **({"next": _NEXT} if name in _PAGED else {})})
    schemas["ImageCards"] = _list_of(_card())
    schemas["VulnerabilityFindings"] = _vulnerability_findings()
    return {**schemas, **written_schemas(), **_OTHERS}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _record(records: RecordType[Any], unknown: Collection[str] = ()) -> Schema:
    return object_schema({member.name: _member(member, member.name in unknown) for member in records.members})


def _member(member: Member[Any], may_be_null: bool) -> Schema:
    schema = _OPTIONAL_TEXT if may_be_null and member.kind is Kind.TEXT else _KINDS[member.kind]
    return {**schema, "description": member.meaning}


def _list(item: str, more: Mapping[str, Schema]) -> Schema:
    return _list_of(_ref(item), more)


def _list_of(item: Schema, more: Mapping[str, Schema] | None = None) -> dict[str, Any]:
    return object_schema(
        {
            "snapshot": _ref("Snapshot"),
            "total": {"type": "integer", "minimum": 0, "description": "the number of all items, on whatever page"},
            "items": {"type": "array", "items": item},
            **(more or {}),
        }
    )


_NEXT: Schema = {"type": ["string", "null"], "description": "the cursor of the next page; null on the last"}


_MORE: Mapping[str, Mapping[str, Schema]] = {
    "Changes": {
        "sums": {
            **object_schema(
                {"new": _NUMBERS, "raised": _NUMBERS, "fixed": _NUMBERS, "firstScans": {"type": "integer"}}
            ),
            "description": "the findings of all changes, on whatever page; those of first scans are not new",
        }
    }
}


def _card() -> Schema:
    card: Mapping[str, Any] = _record(IMAGES)
    more: Mapping[str, Schema] = {
        "findings": {"type": "array", "items": _ref("FindingsRecord")},
        "imageUri": {"type": "string", "description": "the address that pulls the image"},
        "consoleUrl": {"type": "string", "description": "the image in the console of AWS"},
        "updates": {"type": "array", "items": _UPDATE, "description": "what to update, the most urgent first"},
    }
    return {
        **card,
        "properties": {**card["properties"], **more},
        "required": [*card["required"], *more],
    }


_UPDATE: Schema = object_schema(
    {
        "package": _TEXT,
        "version": _TEXT,
        "fixedIn": {"type": "string", "description": "the version to update to; empty where ECR names none"},
        "counts": {**_NUMBERS, "description": "the findings that the update fixes"},
        "partialCounts": {**_NUMBERS, "description": "findings that stay in another package, which has no fix"},
        "otherPackages": {**_TEXTS, "description": "packages that must be updated too"},
        "vulnerabilities": _TEXTS,
    }
)


def _vulnerability_findings() -> Schema:
    return _list_of(_ref("FindingsRecord"), {"vulnerability": _ref("VulnerabilitiesRecord"), "next": _NEXT})


def _problem() -> Schema:
    error = object_schema({"name": _TEXT, "value": _OPTIONAL_TEXT, "allowed": _TEXT})
    return object_schema(
        {
            "type": _TEXT,
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
            "errors": {"type": "array", "items": error},
        },
        ("errors",),
    )


def _snapshot() -> Schema:
    feed = {"type": ["object", "null"]}
    return object_schema(
        {
            "schema": {"type": "integer"},
            "generation": {"type": "integer"},
            "id": _TEXT,
            "builtAt": _KINDS[Kind.MOMENT],
            "isComplete": {"type": "boolean"},
            "pending": {"type": "integer"},
            "errors": _TEXTS,
            "kev": feed,
            "epss": feed,
            "remediationDays": _TEXT,
        }
    )


_OTHERS: Mapping[str, Schema] = {
    "Summary": _list_of(
        object_schema(
            {
                "config": _OPTIONAL_TEXT,
                "registryId": _OPTIONAL_TEXT,
                "region": _TEXT,
                "repository": _TEXT,
                "imageTag": _TEXT,
                "imageDigest": _OPTIONAL_TEXT,
                "status": _OPTIONAL_TEXT,
                "counts": {"type": ["object", "null"], "additionalProperties": {"type": "integer"}},
            }
        )
    ),
    "Session": object_schema(
        {
            "authorization": _TEXT,
            "subject": _TEXT,
            "canWrite": {"type": "boolean"},
            "registryId": _TEXT,
            "region": _TEXT,
            "version": _TEXT,
            "snapshot": _ref("Snapshot"),
        }
    ),
}
