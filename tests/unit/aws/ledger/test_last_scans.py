"""The last scans of the images of a repository, as the scanner writes and reads them."""

from typing import Any

import pytest

from ecr_scan_reporter.aws.ledger.table import ScanLedger
from ecr_scan_reporter.domain.ledger.records import ImageRecord
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clock import FakeClock, make_caller
from tests.unit.aws.ledger.dynamo import Dynamo
from tests.unit.samples import NOW, REPOSITORY, ago, digest, scanned, started

OTHER = Repository("123456789012", "eu-west-1", "team/web")


def result(scan: LastScan, **facts: Any) -> ImageRecord:
    return ImageRecord(ImageId(REPOSITORY, digest(1)), scan, **facts)


def test_scans_that_the_scanner_records_are_read_back(ledger: ScanLedger) -> None:
    scans = {
        digest(1): started(hours=1),
        digest(2): LastScan(ScanStatus.NOT_SCANNED),
        digest(3): LastScan(ScanStatus.COMPLETE, ago(days=2), ago(days=3)),
    }
    ledger.remember(REPOSITORY, scans, NOW)
    assert dict(ledger.last_scans(REPOSITORY)) == scans


def test_each_repository_has_its_own_images(ledger: ScanLedger) -> None:
    ledger.remember(REPOSITORY, {digest(1): started(hours=1)}, NOW)
    assert dict(ledger.last_scans(OTHER)) == {}


def test_named_images_are_known_alone(ledger: ScanLedger) -> None:
    scans = {digest(n): started(hours=1) for n in range(10)}
    ledger.remember(REPOSITORY, scans, NOW)
    assert dict(ledger.last_scans(REPOSITORY, [digest(2), digest(3), digest(99)])) == {
        digest(2): started(hours=1),
        digest(3): started(hours=1),
    }


def test_scanner_and_reporter_never_overwrite_each_other(ledger: ScanLedger) -> None:
    ledger.remember(REPOSITORY, {digest(1): started(hours=2)}, NOW)
    assert ledger.record_result(result(scanned(hours=1)), NOW)
    joined = {digest(1): LastScan(ScanStatus.COMPLETE, ago(hours=1), ago(hours=2))}
    assert dict(ledger.last_scans(REPOSITORY)) == joined
    assert dict(ledger.last_scans(REPOSITORY, [digest(1)])) == joined


def test_a_large_repository_is_written_in_batches_and_read_in_pages(ledger: ScanLedger, dynamo: Dynamo) -> None:
    scans = {digest(n): started(hours=1) for n in range(130)}
    ledger.remember(REPOSITORY, scans, NOW)
    assert dynamo.calls.count("batch_write_item") == 6
    assert dict(ledger.last_scans(REPOSITORY)) == scans
    assert dict(ledger.last_scans(REPOSITORY, list(scans))) == scans
    assert dynamo.calls.count("batch_get_item") == 3


def test_pages_are_followed(clock: FakeClock) -> None:
    def item(number: int) -> dict[str, Any]:
        return {"record": {"S": f"{digest(number)}#scanner"}, "status": {"S": "NOT_SCANNED"}}

    class Paged:
        def query(self, ExclusiveStartKey: Any = None, **_: Any) -> dict[str, Any]:  # noqa: N803
            if ExclusiveStartKey is None:
                return {"Items": [item(1)], "LastEvaluatedKey": {"k": {"S": "1"}}}
            return {"Items": [item(2)]}

    ledger = ScanLedger(Paged(), make_caller(clock), "ledger")  # type: ignore[arg-type]
    assert set(dict(ledger.last_scans(REPOSITORY))) == {digest(1), digest(2)}


def test_the_first_page_is_small_and_the_others_are_not() -> None:
    asked: list[Any] = []

    class Large:
        def query(self, **parameters: Any) -> dict[str, Any]:
            asked.append(parameters.get("Limit"))
            return {"Items": [], "LastEvaluatedKey": {"record": {"S": "x"}} if len(asked) < 3 else {}}

    assert list(ScanLedger(Large(), make_caller(), "ledger").last_scans(REPOSITORY)) == []  # type: ignore[arg-type]
    assert asked == [1_000, None, None]


def test_items_that_dynamodb_leaves_unprocessed_are_retried(
    ledger: ScanLedger, dynamo: Dynamo, clock: FakeClock
) -> None:
    scans = {digest(n): started(hours=1) for n in range(5)}
    dynamo.shortened = 3
    ledger.remember(REPOSITORY, scans, NOW)
    dynamo.shortened = 3
    assert dict(ledger.last_scans(REPOSITORY, list(scans))) == scans
    assert len(clock.sleeps) >= 6


def test_items_that_dynamodb_never_processes_are_an_error(ledger: ScanLedger, dynamo: Dynamo) -> None:
    dynamo.shortened = 1_000
    with pytest.raises(CallFailedError, match="UnprocessedItems"):
        ledger.remember(REPOSITORY, {digest(n): started(hours=1) for n in range(25)}, NOW)


def test_both_records_of_an_image_that_is_gone_are_deleted(ledger: ScanLedger, dynamo: Dynamo) -> None:
    ledger.remember(REPOSITORY, {digest(n): started(hours=1) for n in range(3)}, NOW)
    ledger.record_result(result(scanned(hours=1)), NOW)
    ledger.forget(REPOSITORY, [digest(1), digest(2), digest(1), digest(99)])
    assert [item["record"]["S"] for item in dynamo.items()] == [f"{digest(0)}#scanner"]


def test_many_images_are_deleted_in_batches_until_dynamodb_has_done_all(ledger: ScanLedger, dynamo: Dynamo) -> None:
    ledger.remember(REPOSITORY, {digest(n): started(hours=1) for n in range(60)}, NOW)
    ledger.forget(REPOSITORY, [])
    before = dynamo.calls.count("batch_write_item")
    dynamo.shortened = 2
    ledger.forget(REPOSITORY, (digest(n) for n in range(60)))
    assert dynamo.calls.count("batch_write_item") == before + 5 + 2
    assert dynamo.items() == []
