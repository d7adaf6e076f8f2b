import json
from collections.abc import Iterator
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.inventory.answers import InventoryImage, Occurrence, SnapshotInfo
from ecr_scan_reporter.domain.inventory.exports.documents import json_document, ndjson_lines
from ecr_scan_reporter.domain.inventory.exports.records_of_images import IMAGES
from tests.unit.domain.inventory.exports.samples import ANY_OCCURRENCE, FINDINGS, IMAGE
from tests.unit.domain.inventory.snapshot_infos import KEV
from tests.unit.samples import NOW

INFO = SnapshotInfo(
    1, 7, "20260131T120000Z", NOW, is_complete=False, pending=3, errors=("team/b: AccessDenied",), kev=KEV
)


def test_a_document_says_which_snapshot_answers() -> None:
    document = json.loads("".join(json_document(IMAGES, [IMAGE, IMAGE], info=INFO, total=9)))
    assert document == {
        "snapshot": {
            "schema": 1,
            "generation": 7,
            "id": "20260131T120000Z",
            "builtAt": "2026-01-31T12:00:00Z",
            "isComplete": False,
            "pending": 3,
            "errors": ["team/b: AccessDenied"],
            "kev": {
                "source": "https://kev.example/kev.json",
                "fetchedAt": "2026-01-30T12:00:00Z",
                "publishedAt": "2026-01-29T12:00:00Z",
                "version": "2026.01.29",
                "entries": 1500,
            },
            "epss": None,
            "remediationDays": "off",
        },
        "total": 9,
        "items": [IMAGES.record(IMAGE)] * 2,
    }


def test_a_document_may_have_no_items() -> None:
    assert json.loads("".join(json_document(IMAGES, [], info=INFO, total=0)))["items"] == []


@given(st.lists(ANY_OCCURRENCE, max_size=3))
def test_any_text_comes_back_from_json_and_from_lines(items: list[Occurrence]) -> None:
    records = [FINDINGS.record(item) for item in items]
    text = "".join(json_document(FINDINGS, items, info=INFO, total=len(items)))
    lines = "".join(ndjson_lines(FINDINGS, items))
    assert json.loads(text)["items"] == records
    assert [json.loads(line) for line in lines.splitlines()] == records
    assert (text + lines).isascii()


def test_documents_are_written_item_by_item() -> None:
    def endless() -> Iterator[InventoryImage]:
        while True:
            yield IMAGE

    assert len(list(islice(ndjson_lines(IMAGES, endless()), 3))) == 3
    assert len(list(islice(json_document(IMAGES, endless(), info=INFO, total=9), 4))) == 4
