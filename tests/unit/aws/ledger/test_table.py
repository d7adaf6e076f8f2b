from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from ecr_scan_reporter.aws.ledger.items import REMEMBERED, REMEMBERED_FOR_DIGEST
from ecr_scan_reporter.aws.ledger.none import NoLedger
from ecr_scan_reporter.aws.ledger.table import ScanLedger
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord, RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.due import DueReason
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clients import client_of
from tests.unit.aws.clock import FakeClock, make_caller
from tests.unit.aws.ledger.dynamo import Dynamo
from tests.unit.samples import NOW, REPOSITORY, ago, digest, scanned, started

OTHER = Repository("123456789012", "eu-west-1", "team/web")


def result(scan: LastScan, **facts: Any) -> ImageRecord:
    return ImageRecord(ImageId(REPOSITORY, digest(1)), scan, **facts)


@pytest.fixture
def dynamo() -> Iterator[Dynamo]:
    with mock_aws():
        yield Dynamo(client_of("dynamodb"))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ledger(dynamo: Dynamo, clock: FakeClock) -> ScanLedger:
    return ScanLedger(dynamo, make_caller(clock), "ledger")  # type: ignore[arg-type]


def test_what_the_scanner_remembers_is_known(ledger: ScanLedger) -> None:
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


def test_what_dynamodb_leaves_undone_is_done_again(ledger: ScanLedger, dynamo: Dynamo, clock: FakeClock) -> None:
    scans = {digest(n): started(hours=1) for n in range(5)}
    dynamo.shortened = 3
    ledger.remember(REPOSITORY, scans, NOW)
    dynamo.shortened = 3
    assert dict(ledger.last_scans(REPOSITORY, list(scans))) == scans
    assert len(clock.sleeps) >= 6


def test_what_dynamodb_always_leaves_undone_is_an_error(ledger: ScanLedger, dynamo: Dynamo) -> None:
    dynamo.shortened = 1_000
    with pytest.raises(CallFailedError, match="UnprocessedItems"):
        ledger.remember(REPOSITORY, {digest(n): started(hours=1) for n in range(25)}, NOW)


# --- results ------------------------------------------------------------------------------------------------------


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


def test_what_is_empty_and_what_ecr_says_of_a_success_is_left_out(ledger: ScanLedger, dynamo: Dynamo) -> None:
    told = replace(scanned(hours=1), description="The scan was completed successfully.")
    assert ledger.record_result(result(told), NOW)
    assert dynamo.items() == [item_of(told)]


def test_why_a_scan_failed_is_kept_and_cut(ledger: ScanLedger, dynamo: Dynamo) -> None:
    failed = LastScan(ScanStatus.FAILED, ago(hours=1), description="x" * 5_000)
    assert ledger.record_result(result(failed), NOW)
    assert dynamo.items() == [item_of(failed, description={"S": "x" * 300})]
    assert dict(ledger.last_scans(REPOSITORY)) == {digest(1): replace(failed, description="x" * 300)}


def test_what_ecr_told_the_scanner_is_kept_and_cut(ledger: ScanLedger) -> None:
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


# --- images that are gone -----------------------------------------------------------------------------------------


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


# --- for the digest -----------------------------------------------------------------------------------------------

CHANGE = ChangeRecord(
    ImageId(REPOSITORY, digest(1)),
    ago(hours=2),
    tag="1.2",
    new={Severity.HIGH: 2},
    fixed={Severity.LOW: 1},
    news=("CVE-2026-1 in curl 7",),
)
KEPT_FOR_DIGEST = {"N": str(int((NOW + REMEMBERED_FOR_DIGEST).timestamp()))}


def test_a_change_is_written_once_however_often_its_scan_is_handled(ledger: ScanLedger, dynamo: Dynamo) -> None:
    ledger.record_change(CHANGE, NOW)
    ledger.record_change(CHANGE, NOW + timedelta(days=1))
    (item,) = dynamo.items()
    assert item.pop("record")["S"].startswith(f"change#2026-01-31T10:00:00Z#{digest(1)}#")
    assert item == {
        "repository": {"S": "123456789012/eu-west-1/team/app"},
        "tag": {"S": "1.2"},
        "recordedAt": {"N": str(int(NOW.timestamp()))},
        "expiresAt": KEPT_FOR_DIGEST,
        "new": {"M": {"HIGH": {"N": "2"}}},
        "fixed": {"M": {"LOW": {"N": "1"}}},
        "news": {"L": [{"S": "CVE-2026-1 in curl 7"}]},
    }


def test_the_coverage_of_a_repository_is_that_of_the_last_look(ledger: ScanLedger, dynamo: Dynamo) -> None:
    ledger.record_coverage(RepositoryCoverage(REPOSITORY, ago(days=1), images=7, tag_warnings=("a",)), NOW)
    coverage = RepositoryCoverage(
        REPOSITORY,
        NOW,
        images=9,
        not_scannable={DueReason.INDEX: 2},
        held_back={StartScanResult.OVER_BUDGET: 1},
        max_age="3d",
    )
    ledger.record_coverage(coverage, NOW)
    assert dynamo.items() == [
        {
            "repository": {"S": "123456789012/eu-west-1/team/app"},
            "record": {"S": "coverage"},
            "at": {"N": str(int(NOW.timestamp()))},
            "images": {"N": "9"},
            "notScannable": {"M": {"index": {"N": "2"}}},
            "refused": {"M": {"over_budget": {"N": "1"}}},
            "expiresAt": {"N": str(int((NOW + timedelta(days=180 + 62)).timestamp()))},
            "maxAge": {"S": "3d"},
        }
    ]


def test_what_is_for_the_digest_is_none_of_the_images(ledger: ScanLedger) -> None:
    ledger.record_change(CHANGE, NOW)
    ledger.record_coverage(RepositoryCoverage(REPOSITORY, NOW), NOW)
    assert dict(ledger.last_scans(REPOSITORY)) == {}


def test_a_table_that_is_not_there_is_our_own_error(ledger: ScanLedger, dynamo: Dynamo) -> None:
    dynamo.client.delete_table(TableName="ledger")
    with pytest.raises(CallFailedError, match="ResourceNotFoundException"):
        dict(ledger.last_scans(REPOSITORY))
    with pytest.raises(CallFailedError, match="ResourceNotFoundException"):
        ledger.record_result(result(scanned(hours=1)), NOW)
    with pytest.raises(CallFailedError, match="ResourceNotFoundException"):
        ledger.record_change(CHANGE, NOW)


# --- what is true of the whole registry ---------------------------------------------------------------------------


def test_a_pause_holds_for_all_repositories_of_the_registry(ledger: ScanLedger) -> None:
    assert ledger.paused_until(REPOSITORY) is None
    ledger.pause(REPOSITORY, NOW + timedelta(hours=1))
    assert ledger.paused_until(OTHER) == NOW + timedelta(hours=1)
    assert ledger.paused_until(Repository("123456789012", "us-east-1", "team/app")) is None


def test_the_registrys_own_records_are_none_of_its_repositories(ledger: ScanLedger) -> None:
    ledger.pause(REPOSITORY, NOW)
    ledger.spend(REPOSITORY, 1, 10, NOW)
    assert dict(ledger.last_scans(REPOSITORY)) == {}


def test_a_budget_is_shared_by_all_repositories_of_the_registry(ledger: ScanLedger) -> None:
    assert ledger.spend(REPOSITORY, 6, 10, NOW) == 6
    assert ledger.spend(OTHER, 6, 10, NOW) == 4
    assert ledger.spend(OTHER, 6, 10, NOW) == 0


def test_a_budget_is_new_on_the_next_day(ledger: ScanLedger) -> None:
    assert ledger.spend(REPOSITORY, 10, 10, NOW) == 10
    assert ledger.spend(REPOSITORY, 10, 10, NOW.replace(hour=23)) == 0
    assert ledger.spend(REPOSITORY, 10, 10, NOW + timedelta(hours=12)) == 10


def test_what_was_not_started_is_given_back(ledger: ScanLedger) -> None:
    assert ledger.spend(REPOSITORY, 10, 10, NOW) == 10
    ledger.refund(REPOSITORY, 4, NOW)
    ledger.refund(REPOSITORY, 0, NOW)
    assert ledger.spend(REPOSITORY, 10, 10, NOW) == 4


def test_two_who_spend_at_the_same_time_never_spend_more_than_there_is(dynamo: Dynamo, clock: FakeClock) -> None:
    other = ScanLedger(dynamo.client, make_caller(), "ledger")

    class Overtaken(Dynamo):
        def __init__(self) -> None:
            self.client, self.calls, self.shortened = dynamo.client, [], 0

        def update_item(self, **parameters: Any) -> Any:
            if not self.calls.count("overtaken"):
                self.calls.append("overtaken")
                assert other.spend(OTHER, 7, 10, NOW) == 7
            return self.client.update_item(**parameters)

    overtaken = ScanLedger(Overtaken(), make_caller(clock), "ledger")  # type: ignore[arg-type]
    assert overtaken.spend(REPOSITORY, 8, 10, NOW) == 3


def test_a_budget_that_others_always_take_from_is_an_error(clock: FakeClock) -> None:
    class Contended:
        def get_item(self, **_: Any) -> dict[str, Any]:
            return {}

        def update_item(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "ConditionalCheckFailedException", "Message": ""}}, "UpdateItem")

    with pytest.raises(CallFailedError, match="others took from the budget"):
        ScanLedger(Contended(), make_caller(clock), "ledger").spend(REPOSITORY, 1, 10, NOW)  # type: ignore[arg-type]


def test_without_a_table_nothing_is_known_and_nothing_is_remembered() -> None:
    ledger = NoLedger()
    ledger.remember(REPOSITORY, {digest(1): started(hours=1)}, NOW)
    ledger.pause(REPOSITORY, NOW)
    ledger.record_coverage(RepositoryCoverage(REPOSITORY, NOW), NOW)
    ledger.forget(REPOSITORY, [digest(1)])
    assert dict(ledger.last_scans(REPOSITORY)) == {}
    assert ledger.paused_until(REPOSITORY) is None
    assert [ledger.spend(REPOSITORY, wanted, 10, NOW) for wanted in (4, 40)] == [4, 6]
    ledger.refund(REPOSITORY, 2, NOW)
    assert [ledger.spend(REPOSITORY, 4, 10, NOW + timedelta(days=days)) for days in (0, 1)] == [2, 4]


def test_a_budget_that_may_not_be_written_is_our_own_error(clock: FakeClock) -> None:
    class Refusing:
        def get_item(self, **_: Any) -> dict[str, Any]:
            return {}

        def update_item(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not you"}}, "UpdateItem")

    with pytest.raises(CallFailedError, match="AccessDeniedException: not you"):
        ScanLedger(Refusing(), make_caller(clock), "ledger").spend(REPOSITORY, 1, 10, NOW)  # type: ignore[arg-type]


def test_what_is_given_back_is_given_back_once_at_most(clock: FakeClock) -> None:
    """An answer may be lost after its effect: tried again, more than the day's scans would be started."""
    calls = []

    class Faltering:
        def update_item(self, **parameters: Any) -> None:
            calls.append(parameters)
            raise ClientError({"Error": {"Code": "InternalServerError", "Message": ""}}, "UpdateItem")

    ScanLedger(Faltering(), make_caller(clock), "ledger").refund(REPOSITORY, 4, NOW)  # type: ignore[arg-type]
    assert len(calls) == 1


def test_the_first_page_is_small_and_the_others_are_not() -> None:
    asked: list[Any] = []

    class Large:
        def query(self, **parameters: Any) -> dict[str, Any]:
            asked.append(parameters.get("Limit"))
            return {"Items": [], "LastEvaluatedKey": {"record": {"S": "x"}} if len(asked) < 3 else {}}

    assert list(ScanLedger(Large(), make_caller(), "ledger").last_scans(REPOSITORY)) == []  # type: ignore[arg-type]
    assert asked == [1_000, None, None]
