"""Whatever others send or leave lying about, a reader gives a value or a short InvalidInputError, and nothing else."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.events.fields import read_json
from ecr_scan_reporter.domain.events.inspector import parse_finding_event
from ecr_scan_reporter.domain.events.scans import parse_scan_event
from ecr_scan_reporter.domain.events.schedules import parse_trigger
from ecr_scan_reporter.domain.findings.stored_result import parse_stored_result
from ecr_scan_reporter.domain.inventory.pointer import parse_pointer
from ecr_scan_reporter.domain.registry.references import parse_image_uri
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.settings.repositories_scanner import RepositoriesScannerSettings
from tests.recorded_events import load_event
from tests.unit.samples import DIGEST, NOW

SETTINGS = RepositoriesScannerSettings.from_environment({"IMAGES_SCAN_JOBS_QUEUE_URL": "https://sqs.example/jobs"})
DOCUMENT = {
    "registryId": "123456789012",
    "region": "eu-west-1",
    "repository": "team/app",
    "imageDigest": DIGEST,
    "imageTags": ["1.2"],
    "scan": {"completedAt": "2026-01-31T04:00:00Z"},
    "findings": [{"name": "CVE-1", "severity": "HIGH", "firstSeenAt": "2026-01-31T04:00:00Z", "alsoIn": [{}]}],
}
SNAPSHOT = {
    "schema": 1,
    "generation": 7,
    "id": "20260131T040000Z-0a1b2c3d",
    "builtAt": "2026-01-31T04:00:00Z",
    "complete": False,
    "pending": 2,
    "errors": ["time was up"],
    "files": {
        name: {"key": f"inventory/v1/x/{name}.sqlite.gz", "sha256": "0" * 64, "bytes": 1, "rawBytes": 2}
        for name in ("images", "findings", "history")
    },
}
POINTER = SNAPSHOT | {"previous": SNAPSHOT, "retired": [{"id": "x", "at": "2026-01-30T04:00:00Z"}]}
READERS: dict[str, tuple[Callable[[Any], object], dict[str, Any]]] = {
    "a basic scan": (lambda event: parse_scan_event(event, NOW), load_event("scan_complete")),
    "an enhanced scan": (lambda event: parse_scan_event(event, NOW), load_event("inspector_scan")),
    "a finding": (lambda event: parse_finding_event(event, NOW), load_event("inspector_finding")),
    "a schedule": (lambda event: parse_trigger(event, NOW), load_event("scheduled")),
    "a schedule of the inventory": (lambda event: parse_trigger(event, NOW), load_event("inventory_scheduled")),
    "overrides": (SETTINGS.overridden_by, load_event("manual_invocation")),
    "a stored result": (parse_stored_result, DOCUMENT),
    "the pointer of the inventory": (lambda document: parse_pointer(document, 1), POINTER),
}
TEXTS = [DIGEST, "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+23:59", "arn:aws:ecr:eu-west-1:123456789012:repository/a"]

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(TEXTS)
    | st.sampled_from([10**400, -1, 1e308])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


MAX_WORDS = 500  # characters, of which 200 may quote the value


def refusal(read: Callable[[Any], object], value: Any) -> str:
    """Return why a reader refuses a value; nothing when it reads it."""
    try:
        read(value)
    except InvalidInputError as error:
        return str(error)
    return ""


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path to each value in a document."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, entry in entries for place in places(entry, (*path, key)))]


def with_value(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """Return a copy of a document with another value in one place."""
    if not path:
        return value
    copy = json.loads(json.dumps(document))
    parent = copy
    for key in path[:-1]:
        parent = parent[key]
    parent[path[-1]] = value
    return copy


@pytest.mark.parametrize("name", READERS)
def test_a_document_as_it_is_recorded_is_read(name: str) -> None:
    read, document = READERS[name]
    assert len(places(document)) > 1
    assert read(document) is not None


@pytest.mark.parametrize("name", READERS)
@given(data=st.data())
def test_a_wrong_value_in_any_place_is_read_or_refused_in_few_words(name: str, data: st.DataObject) -> None:
    read, document = READERS[name]
    path = data.draw(st.sampled_from(places(document)))
    assert len(refusal(read, with_value(document, path, data.draw(values)))) <= MAX_WORDS


@pytest.mark.parametrize("name", READERS)
@given(value=values)
def test_anything_at_all_is_read_or_refused_in_few_words(name: str, value: Any) -> None:
    assert len(refusal(READERS[name][0], value)) <= MAX_WORDS


def nested(depth: int) -> Any:
    """Return lists in lists."""
    value: Any = []
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize("name", READERS)
def test_a_value_nested_as_deep_as_can_be_is_read_or_refused_in_few_words(name: str) -> None:
    read, document = READERS[name]
    for path in places(document):
        assert len(refusal(read, with_value(document, path, nested(100_000)))) <= MAX_WORDS


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 100_000, "", "{", None, 7, ["x"], "1" * 5_000])
def test_a_text_that_is_no_json_is_refused_by_name(text: object) -> None:
    with pytest.raises(InvalidInputError, match=r"^the body is .{1,200}: allowed is a text in JSON"):
        read_json(text, "the body")


HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"


@given(
    st.text() | st.text().map(f"{HOST}/".__add__) | st.from_regex(r"[a-z]{1,9}(:[a-z]{1,3})?").map(f"{HOST}/".__add__)
)
def test_any_text_is_an_image_of_its_host_or_none(uri: str) -> None:
    found = parse_image_uri(uri)
    if found:
        repository, image = found
        assert uri.startswith(f"{repository.registry_id}.dkr.ecr.{repository.region}.")
        assert f"/{repository.name}" in uri
        assert image.digest or image.tag
