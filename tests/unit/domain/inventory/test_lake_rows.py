import json
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, SnapshotInfo
from ecr_scan_reporter.domain.inventory.lake import COLUMNS, LakeTable
from ecr_scan_reporter.domain.inventory.lake_rows import finding_lines, image_line
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.domain.inventory.lake_samples import KNOWN, KNOWN_FINDING, KNOWN_IMAGE, UNKNOWN
from tests.unit.domain.inventory.snapshot_infos import EXPLOIT, INFO, KNOWING

PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "string": (str,),
    "timestamp": (str,),
    "date": (str,),
    "int": (int,),
    "bigint": (int,),
    "double": (float, int),
    "boolean": (bool,),
    "array<string>": (list,),
}
IDENTITY = {"registry_id": "123456789012", "region": "eu-west-1", "repository": "team/app"}
NUMBERS = {
    name: 0 for severity in Severity for name in (severity.value.lower(), f"suppressed_{severity.value.lower()}")
}


def image_row(found: ImageFindings) -> dict[str, Any]:
    row: dict[str, Any] = json.loads(image_line(found.image))
    return row


def finding_rows(found: ImageFindings, info: SnapshotInfo = KNOWING) -> list[dict[str, Any]]:
    return [json.loads(line) for line in finding_lines(found, info)]


def test_the_row_of_an_image_has_its_facts() -> None:
    assert image_row(KNOWN) == {
        **IDENTITY,
        "digest": KNOWN_IMAGE.digest,
        "tags": ["1.2", "latest"],
        "owner": "payments",
        "pushed_at": "2026-01-30 09:30:15",
        "pulled_at": "2026-01-31 09:30:00",
        "size_bytes": 12_345_678_901,
        "status": "current",
        "scan_status": "COMPLETE",
        "scanned_at": "2026-01-31 04:00:48",
        "description": "as ECR says it",
        **NUMBERS,
        "critical": 1,
        "low": 2,
        "suppressed_high": 3,
        "fixable": 1,
        "exploited": 1,
        "epss": 0.5,
        "is_in_use": True,
        "places": ["cluster/service"],
        "is_pending": False,
        "ransomware": 1,
        "with_exploit": 2,
        "likely": 3,
        "overdue": 4,
        "overdue_since": "2026-01-27",
    }


def test_the_row_of_a_finding_has_its_facts_and_the_image() -> None:
    assert finding_rows(KNOWN) == [
        {
            **IDENTITY,
            "digest": KNOWN_IMAGE.digest,
            "tags": ["1.2", "latest"],
            "owner": "payments",
            "name": "CVE-2021-44228",
            "package": "log4j-core",
            "version": "2.14.1",
            "also_in": ["log4j-api"],
            "severity": "CRITICAL",
            "score": 10.0,
            "uri": "https://security.example/CVE-2021-44228",
            "fixed_in": "2.17.1",
            "fix_available": "YES",
            "is_fixable": True,
            "exploit_available": True,
            "is_exploited": True,
            "epss": 0.97,
            "first_seen_on": "2026-01-20",
            "suppressed_by": "log4j",
            "is_in_use": True,
            "importance": 0,
            "ransomware": True,
            "kev_added": "2026-01-20",
            "kev_due": "2026-02-10",
            "is_likely": True,
            "overdue_days": 0,
        }
    ]


def test_the_row_of_a_finding_has_its_deadline_which_a_suppressed_one_lacks() -> None:
    # It was seen first on 20 January, and entered KEV on that day: 7 days are left from then on.
    [row] = finding_rows(ImageFindings(KNOWN_IMAGE, (replace(KNOWN_FINDING, suppressed_by=""),)))
    assert (row["due_on"], row["overdue_days"]) == ("2026-01-27", 4)


@pytest.mark.parametrize(
    ("info", "exploit", "is_exploited"), [(KNOWING, EXPLOIT, True), (KNOWING, None, False), (INFO, None, None)]
)
def test_whether_a_finding_is_exploited_is_unknown_without_kev(
    info: SnapshotInfo, exploit: KnownExploit | None, is_exploited: bool | None
) -> None:
    [row] = finding_rows(ImageFindings(KNOWN_IMAGE, (replace(KNOWN_FINDING, exploit=exploit),)), info)
    assert row.get("is_exploited") is is_exploited


def test_what_nobody_knows_and_empty_lists_are_absent_and_numbers_are_always_there() -> None:
    assert image_row(UNKNOWN) == {
        **IDENTITY,
        "digest": UNKNOWN.image.digest,
        "size_bytes": 0,
        "status": "neverScanned",
        "scan_status": "NOT_SCANNED",
        **NUMBERS,
        "fixable": 0,
        "is_pending": False,
        "ransomware": 0,
        "with_exploit": 0,
        "likely": 0,
        "overdue": 0,
    }
    [row] = finding_rows(UNKNOWN, INFO)
    always = {"severity", "is_fixable", "importance", "is_likely", "overdue_days"}
    assert row.keys() == {*IDENTITY, "digest", "name", *always}


@pytest.mark.parametrize("table", LakeTable)
def test_a_row_has_the_columns_of_its_table_in_their_order_and_with_their_types(table: LakeTable) -> None:
    if table is LakeTable.IMAGES:
        found = [image_row(KNOWN)]
    else:
        # A suppressed finding has no deadline, and any other has no suppression.
        unsuppressed = ImageFindings(KNOWN_IMAGE, (replace(KNOWN_FINDING, suppressed_by=""),))
        found = [*finding_rows(KNOWN), *finding_rows(unsuppressed)]
    assert {name for row in found for name in row} == {column.name for column in COLUMNS[table]}
    for row in found:
        assert list(row) == [column.name for column in COLUMNS[table] if column.name in row]
        for column in COLUMNS[table]:
            assert isinstance(row.get(column.name), (*PYTHON_TYPES[column.type], type(None))), column


@pytest.mark.parametrize(
    ("fix_available", "fixed_in", "fixable"),
    [("", "2.17.1", True), ("YES", "", True), ("NO", "2.17.1", False), ("PARTIAL", "2.17.1", False), ("", "", False)],
)
def test_a_finding_is_fixable_as_everywhere_else(fix_available: str, fixed_in: str, fixable: bool) -> None:
    finding = replace(KNOWN_FINDING, fix_available=fix_available, fixed_in=fixed_in)
    [row] = finding_rows(ImageFindings(KNOWN_IMAGE, (finding,)))
    assert row["is_fixable"] is fixable


def test_moments_are_in_utc() -> None:
    east = timezone(timedelta(hours=5, minutes=30))
    at = datetime(2026, 2, 1, 3, 0, tzinfo=east)
    image = replace(KNOWN_IMAGE, pushed_at=at, pulled_at=at, scanned_at=at)
    row = image_row(ImageFindings(image, ()))
    assert [row[name] for name in ("pushed_at", "pulled_at", "scanned_at")] == ["2026-01-31 21:30:00"] * 3
    [row] = finding_rows(ImageFindings(image, (replace(KNOWN_FINDING, first_seen_at=at),)))
    assert row["first_seen_on"] == "2026-01-31"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_a_number_that_json_does_not_have_is_absent(number: float) -> None:
    found = ImageFindings(replace(KNOWN_IMAGE, epss=number), (replace(KNOWN_FINDING, score=number, epss=number),))
    assert "epss" not in image_row(found)
    assert finding_rows(found)[0].keys() & {"epss", "score"} == set()


def test_an_image_without_findings_has_no_row_of_findings() -> None:
    assert list(finding_lines(ImageFindings(KNOWN_IMAGE, ()), KNOWING)) == []


ANY_TEXT = st.text(st.characters(), min_size=1) | st.sampled_from(
    ["\ud800", "a\udfffb", "\n", "\r\n", "\u2028", "\0", '"']
)


@given(ANY_TEXT, ANY_TEXT)
def test_text_of_others_stays_on_its_line_and_is_utf_8(tag: str, name: str) -> None:
    image = replace(KNOWN_IMAGE, tags=(tag,), owner=tag, description=name)
    found = ImageFindings(image, (Finding(name, Severity.LOW, tag, also=((name, ""),)),))
    for line in (image_line(image), *finding_lines(found, KNOWING)):
        assert line.count(b"\n") == 1
        assert line.endswith(b"}\n")
        row = json.loads(line.decode("utf-8"))
        assert row["tags"] == [row["owner"]] == [tag.encode("utf-8", "replace").decode("utf-8")]
    assert row["name"] == name.encode("utf-8", "replace").decode("utf-8")
    assert row["also_in"] == [row["name"]]
