"""The pointer of the inventory keeps to its published schema."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.inventory.pointer import (
    FILES,
    Pointer,
    PublishedSnapshot,
    SnapshotFile,
    file_key,
    parse_pointer,
    pointer_document,
    pointer_key,
)
from ecr_scan_reporter.snapshot.schema import SCHEMA
from ecr_scan_reporter.use_cases.inventory.build import MAX_ERRORS
from tests.docs.markdown import ROOT
from tests.not_empty import not_empty

PUBLISHED: dict[str, Any] = json.loads((ROOT / "docs/inventory-pointer.schema.json").read_text(encoding="utf-8"))
VALIDATOR = Draft202012Validator(PUBLISHED)

ids = st.from_regex(r"20\d{6}T\d{6}Z-[0-9a-f]{8}", fullmatch=True)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
sizes = st.integers(0, 10**12)
digests = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)


@st.composite
def published(draw: st.DrawFn) -> PublishedSnapshot:
    pending, errors = draw(st.integers(0, 10**6)), draw(st.lists(st.text(max_size=10), max_size=MAX_ERRORS))
    is_complete = not pending and not errors
    info = SnapshotInfo(
        SCHEMA, draw(st.integers(1, 10**6)), draw(ids), draw(moments), is_complete, pending, tuple(errors)
    )
    files = {
        name: SnapshotFile(file_key(SCHEMA, info.id, name), draw(digests), draw(sizes), draw(sizes)) for name in FILES
    }
    return PublishedSnapshot(info, files)


pointers = st.builds(
    Pointer, published(), st.none() | published(), st.lists(st.tuples(ids, moments), max_size=3).map(tuple)
)
SAMPLE = pointer_document(
    Pointer(
        PublishedSnapshot(
            SnapshotInfo(SCHEMA, 1, "20261121T120000Z-0a1b2c3d", datetime(2026, 11, 21, 12, tzinfo=UTC)),
            {name: SnapshotFile(file_key(SCHEMA, "20261121T120000Z-0a1b2c3d", name), "0" * 64, 1, 2) for name in FILES},
        )
    )
)


@given(pointers)
def test_every_pointer_keeps_to_the_schema_and_is_read_back(pointer: Pointer) -> None:
    document = json.loads(json.dumps(pointer_document(pointer)))
    VALIDATOR.validate(document)
    assert parse_pointer(document, SCHEMA) == pointer


def test_the_schema_is_one_and_has_the_number_of_the_snapshots() -> None:
    Draft202012Validator.check_schema(PUBLISHED)
    snapshot = PUBLISHED["$defs"]["snapshot"]["properties"]
    assert snapshot["schema"] == {"description": snapshot["schema"]["description"], "const": SCHEMA}
    assert snapshot["errors"]["maxItems"] == MAX_ERRORS
    assert pointer_key(SCHEMA) in PUBLISHED["description"]


def _members(schema: dict[str, Any]) -> set[str]:
    return set(schema["properties"])


def test_no_member_is_undocumented() -> None:
    parts = PUBLISHED["$defs"]
    assert set(SAMPLE) == _members(PUBLISHED) | _members(parts["snapshot"])
    assert set(SAMPLE["files"]) == _members(parts["snapshot"]["properties"]["files"])
    assert set(SAMPLE["files"]["images"]) == _members(parts["file"])


def _wrong(document: dict[str, Any]) -> Iterator[Any]:
    for name in document:
        yield pytest.param({key: value for key, value in document.items() if key != name}, id=f"no {name}")
    for name, value in [("schema", 1), ("complete", "yes"), ("pending", -1), ("builtAt", "today"), ("previous", {})]:
        yield pytest.param(document | {name: value}, id=f"{name} is {value!r}")


@pytest.mark.parametrize("document", not_empty(list(_wrong(SAMPLE))))
def test_a_document_that_is_no_pointer_is_noticed(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        VALIDATOR.validate(document)
