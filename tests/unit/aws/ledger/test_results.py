"""The records of scans that have ended, as the reporter writes them."""

from dataclasses import replace
from typing import Any

from ecr_scan_reporter.aws.ledger.items import REMEMBERED
from ecr_scan_reporter.aws.ledger.table import ScanLedger
from ecr_scan_reporter.domain.ledger.records import ImageRecord
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.aws.ledger.dynamo import Dynamo
from tests.unit.samples import IMAGE_ID, NOW, REPOSITORY, ago, digest, image_id, scanned


def result(scan: LastScan, **facts: Any) -> ImageRecord:
    return ImageRecord(ImageId(REPOSITORY, digest(1)), scan, **facts)


def item_of(scan: LastScan, **facts: Any) -> dict[str, Any]:
    assert scan.scanned_at
    return {
        "repository": {"S": "123456789012/eu-west-1/team/app"},
        "record": {"S": f"{digest(1)}#reporter"},
        "status": {"S": scan.status.value},
        "scannedAt": {"N": str(int(scan.scanned_at.timestamp()))},
        "expiresAt": {"N": str(int((NOW + REMEMBERED).timestamp()))},
        "counts": {"M": {}},
        **facts,
    }


def test_a_result_is_written_with_all_its_facts(ledger: ScanLedger, dynamo: Dynamo) -> None:
    record = result(
        scanned(hours=1),
        counts={Severity.HIGH: 2, Severity.LOW: 1},
        suppressed=3,
        suppressions=("no-shell", "accepted"),
        tag="1.2",
        owner="team-a",
    )
    assert ledger.record_result(record, NOW)
    assert dynamo.items() == [
        item_of(
            scanned(hours=1),
            counts={"M": {"HIGH": {"N": "2"}, "LOW": {"N": "1"}}},
            suppressed={"N": "3"},
            rules={"SS": ["accepted", "no-shell"]},
            tag={"S": "1.2"},
            owner={"S": "team-a"},
        )
    ]


def test_a_result_has_no_empty_fields_and_no_description_of_a_success(ledger: ScanLedger, dynamo: Dynamo) -> None:
    succeeded = replace(scanned(hours=1), description="The scan was completed successfully.")
    assert ledger.record_result(result(succeeded), NOW)
    assert dynamo.items() == [item_of(succeeded)]


def test_the_reason_of_a_failed_scan_is_stored_and_cut(ledger: ScanLedger, dynamo: Dynamo) -> None:
    failed = LastScan(ScanStatus.FAILED, ago(hours=1), description="x" * 5_000)
    assert ledger.record_result(result(failed), NOW)
    assert dynamo.items() == [item_of(failed, description={"S": "x" * 300})]
    assert dict(ledger.last_scans(REPOSITORY)) == {digest(1): replace(failed, description="x" * 300)}


def test_the_description_that_the_scanner_reads_is_stored_and_cut(ledger: ScanLedger) -> None:
    failed = LastScan(ScanStatus.FAILED, ago(hours=1), description="x" * 5_000)
    ledger.remember(REPOSITORY, {digest(1): failed}, NOW)
    assert dict(ledger.last_scans(REPOSITORY, [digest(1)])) == {digest(1): replace(failed, description="x" * 300)}


def test_an_older_event_that_comes_late_does_not_overwrite_a_newer_result(ledger: ScanLedger) -> None:
    assert ledger.record_result(result(scanned(hours=1), counts={Severity.HIGH: 2}), NOW)
    assert not ledger.record_result(result(scanned(days=2)), NOW)
    assert not ledger.record_result(result(LastScan(ScanStatus.FAILED)), NOW)
    assert dict(ledger.last_scans(REPOSITORY)) == {digest(1): scanned(hours=1)}


def test_the_same_event_may_come_twice_and_a_newer_one_wins(ledger: ScanLedger) -> None:
    for _ in range(2):
        assert ledger.record_result(result(scanned(hours=2)), NOW)
    assert ledger.record_result(result(scanned(hours=1)), NOW)
    assert dict(ledger.last_scans(REPOSITORY)) == {digest(1): scanned(hours=1)}


def test_the_last_result_of_an_image_says_how_its_scan_ended_and_since_when_it_fails(ledger: ScanLedger) -> None:
    failed = LastScan(ScanStatus.FAILED, scanned_at=ago(hours=2), description="no os-release")
    ledger.record_result(ImageRecord(IMAGE_ID, failed, failing_since=ago(days=9)), NOW)
    assert ledger.last_result(IMAGE_ID) == ImageRecord(IMAGE_ID, failed, failing_since=ago(days=9))
    assert ledger.last_result(image_id(7)) is None
