import json
from dataclasses import replace
from typing import Any

import pytest

from ecr_scan_reporter.domain.inventory.answers import InventoryImage, Occurrence, SnapshotInfo
from ecr_scan_reporter.domain.inventory.exports.members import RecordType
from ecr_scan_reporter.domain.inventory.exports.records_of_findings import finding_records, occurrences
from ecr_scan_reporter.domain.inventory.exports.records_of_images import IMAGES
from ecr_scan_reporter.domain.severities import Severity
from tests.not_empty import not_empty
from tests.unit.domain.inventory.exports.samples import ANSWERS, FINDING, FINDINGS, IMAGE, NO_COUNTS, image_with
from tests.unit.domain.inventory.snapshot_infos import EXPLOIT, INFO, KNOWING
from tests.unit.samples import DIGEST, IMAGE_ID, ago

EACH = pytest.mark.parametrize(
    ("records", "answer"), not_empty(ANSWERS), ids=[records.name for records, _ in not_empty(ANSWERS)]
)


REPOSITORY = {"registryId": "123456789012", "region": "eu-west-1", "repository": "team/app"}
NO_REPOSITORY = dict.fromkeys(REPOSITORY)
COUNTS = NO_COUNTS | {"CRITICAL": 1, "LOW": 2}
STATUSES = "current stale neverScanned unsupportedSystem unsupportedType tooLarge refused failed archived"
NO_COVERAGE = dict.fromkeys(STATUSES.split(), 0)
OF_THE_IMAGE = {"imageDigest": DIGEST, "imageTags": ["1.2", "latest"], "owner": "team-a"}
EXPECTED: dict[str, dict[str, Any]] = {
    "Images": REPOSITORY
    | OF_THE_IMAGE
    | {
        "pushedAt": "2026-01-22T12:00:00Z",
        "pulledAt": "2026-01-30T12:00:00Z",
        "sizeBytes": 123,
        "status": "current",
        "scanStatus": "COMPLETE",
        "scannedAt": "2026-01-31T12:00:00Z",
        "scanDescription": "",
        "counts": COUNTS,
        "suppressed": NO_COUNTS | {"UNTRIAGED": 3},
        "fixable": 1,
        "exploited": None,
        "epss": 0.5,
        "isInUse": True,
        "places": ["ecs/web", "ecs/api"],
        "isPending": False,
        "ransomware": 0,
        "withExploit": 2,
        "likely": 1,
        "overdue": 3,
        "overdueSince": "2026-01-19",
    },
    "Findings": REPOSITORY
    | OF_THE_IMAGE
    | {
        "vulnerability": "CVE-2023-38545",
        "severity": "CRITICAL",
        "package": "curl",
        "version": "7.88.1-10",
        "alsoIn": [{"package": "libcurl4", "version": "7.88.1-10"}],
        "score": 9.8,
        "fixAvailable": "YES",
        "fixedIn": "7.88.1-11",
        "isFixable": True,
        "exploitAvailable": True,
        "epss": 0.25,
        "uri": "https://security.example/CVE-2023-38545",
        "firstSeenAt": "2026-01-28T12:00:00Z",
        "suppressedBy": "accepted",
        "description": "A heap-based buffer overflow.",
        "pushedAt": "2026-01-22T12:00:00Z",
        "pulledAt": "2026-01-30T12:00:00Z",
        "scannedAt": "2026-01-31T12:00:00Z",
        "isInUse": True,
        "places": ["ecs/web", "ecs/api"],
        "importance": 2,
        "reason": "an exploit is available, EPSS 0.25",
        "isExploited": False,
        "knownExploited": None,
        "isLikely": False,
        "dueOn": None,
        "overdueDays": 0,
    },
    "Vulnerabilities": {
        "vulnerability": "CVE-1",
        "severity": "HIGH",
        "score": 7.5,
        "images": 2,
        "suppressedImages": 1,
        "packages": ["a", "b"],
        "fixedIn": ["2", "3"],
        "isFixable": True,
        "isExploited": True,
        "epss": 0.1,
        "uri": "https://security.example/CVE-1",
        "description": "An overflow.",
        "importance": 1,
        "reason": "exploited (KEV), EPSS 0.10",
        "knownExploited": {"added": "2026-01-20", "due": None, "ransomware": False},
        "exploitAvailable": True,
        "isLikely": True,
        "inUse": 4,
    },
    "Totals": {"name": "team/app"}
    | REPOSITORY
    | {
        "images": 3,
        "scanned": 2,
        "counts": COUNTS,
        "suppressed": NO_COUNTS | {"MEDIUM": 4},
        "unique": NO_COUNTS | {"HIGH": 5},
        "exploited": 6,
        "ransomware": 1,
        "withExploit": 2,
        "likely": 3,
        "overdue": 4,
    },
    "Coverage": {"name": "team-a"}
    | NO_REPOSITORY
    | {"counts": NO_COVERAGE | {"stale": 4}, "oldestScanAt": "2026-01-31T12:00:00Z"},
    "History": {
        "day": "2026-01-31",
        "images": 5,
        "coverage": NO_COVERAGE | {"current": 5},
        "counts": COUNTS,
        "suppressed": 1,
        "new": NO_COUNTS | {"HIGH": 2},
        "fixed": NO_COUNTS | {"LOW": 3},
    },
    "Changes": REPOSITORY
    | {
        "imageDigest": DIGEST,
        "imageTag": "1.2",
        "owner": "team-a",
        "at": "2026-01-31T12:00:00Z",
        "isFirst": True,
        "new": COUNTS,
        "raised": NO_COUNTS | {"HIGH": 1},
        "fixed": NO_COUNTS | {"LOW": 3},
        "news": ["CVE-1 in a", "CVE-2 in b"],
    },
    "Left behind": REPOSITORY | {"owner": "team-a", "images": 7, "sizeBytes": 1234, "counts": COUNTS},
}


@EACH
def test_a_record_has_these_members_in_this_order(records: RecordType[Any], answer: Any) -> None:
    assert list(records.record(answer).items()) == list(EXPECTED[records.name].items())


@EACH
def test_a_record_is_json_with_all_of_its_members_once(records: RecordType[Any], answer: Any) -> None:
    record = records.record(answer)
    assert json.loads(json.dumps(record)) == record
    assert len(record) == len(records.members)


def test_an_answer_about_nothing_has_all_members_too() -> None:
    image = IMAGES.record(InventoryImage(IMAGE_ID))
    assert image.keys() == EXPECTED["Images"].keys()
    assert (image["pushedAt"], image["exploited"], image["owner"], image["counts"]) == (None, None, "", NO_COUNTS)


def test_the_rows_of_findings_are_each_finding_of_each_image_in_their_order() -> None:
    images = [image_with(FINDING, FINDING), image_with(number=2), image_with(FINDING, number=3)]
    assert [(row.image.tag, row.finding) for row in occurrences(images)] == [
        ("1.1", FINDING),
        ("1.1", FINDING),
        ("1.3", FINDING),
    ]


# Seen first on 10 January, critical: 15 days are left. It entered KEV on 20 January, after it was seen: 7 days.
DUE = replace(FINDING, suppressed_by="", first_seen_at=ago(days=21))


@pytest.mark.parametrize(
    ("info", "facts", "expected"),
    [
        (KNOWING, {}, {"isExploited": False, "dueOn": "2026-01-25", "overdueDays": 6}),
        (KNOWING, {"exploit": EXPLOIT}, {"isExploited": True, "dueOn": "2026-01-25", "importance": 0}),
        (KNOWING, {"exploit": EXPLOIT, "severity": Severity.LOW}, {"dueOn": "2026-01-27", "overdueDays": 4}),
        (KNOWING, {"first_seen_at": ago(days=15)}, {"dueOn": "2026-01-31", "overdueDays": 0}),
        (KNOWING, {"first_seen_at": None}, {"dueOn": None, "overdueDays": 0}),
        (INFO, {}, {"isExploited": None, "dueOn": None, "overdueDays": 0}),
    ],
)
def test_a_finding_is_weighed_by_its_snapshot(
    info: SnapshotInfo, facts: dict[str, Any], expected: dict[str, Any]
) -> None:
    record = finding_records(info).record(Occurrence(IMAGE, replace(DUE, **facts)))
    assert {name: record[name] for name in expected} == expected


def test_the_entry_of_kev_has_its_days_and_whether_ransomware_uses_it() -> None:
    record = FINDINGS.record(Occurrence(IMAGE, replace(FINDING, exploit=EXPLOIT)))
    assert record["knownExploited"] == {"added": "2026-01-20", "due": "2026-02-10", "ransomware": True}
    assert record["reason"] == "exploited by ransomware (KEV, due 2026-02-10), EPSS 0.25"
