from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from ecr_scan_reporter.aws.no_ledger import NoLedger
from ecr_scan_reporter.aws.scan_ledger import REMEMBERED, ScanLedger
from ecr_scan_reporter.domain.images import Repository
from ecr_scan_reporter.domain.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clock import FakeClock, make_caller
from tests.unit.aws.conftest import MakeClient
from tests.unit.samples import NOW, REPOSITORY, ago, digest, scanned, started

OTHER = Repository("123456789012", "eu-west-1", "team/web")


class Dynamo:
    """A client of a ledger table in moto; `shortened` answers leave a part undone, as a busy table does."""

    def __init__(self, client: Any) -> None:
        self.client = client
        self.shortened = 0
        self.calls: list[str] = []
        client.create_table(
            TableName="ledger",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "repository", "AttributeType": "S"},
                {"AttributeName": "record", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "repository", "KeyType": "HASH"},
                {"AttributeName": "record", "KeyType": "RANGE"},
            ],
        )

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self.client, name)

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> Any:  # noqa: N803
        self.calls.append("batch_write_item")
        assert len(RequestItems["ledger"]) <= 25
        if not self.shortened:
            return self.client.batch_write_item(RequestItems=RequestItems)
        self.shortened -= 1
        first, *rest = RequestItems["ledger"]
        self.client.batch_write_item(RequestItems={"ledger": [first]})
        return {"UnprocessedItems": {"ledger": rest}}

    def batch_get_item(self, RequestItems: dict[str, dict[str, Any]]) -> Any:  # noqa: N803
        self.calls.append("batch_get_item")
        request = RequestItems["ledger"]
        assert len(request["Keys"]) <= 100
        if not self.shortened:
            return self.client.batch_get_item(RequestItems=RequestItems)
        self.shortened -= 1
        first, *rest = request["Keys"]
        answer = self.client.batch_get_item(RequestItems={"ledger": request | {"Keys": [first]}})
        return answer | {"UnprocessedKeys": {"ledger": request | {"Keys": rest}}}

    def items(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.client.scan(TableName="ledger")["Items"]
        return items


@pytest.fixture
def dynamo(client_of: MakeClient) -> Iterator[Dynamo]:
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
    assert ledger.last_scans(REPOSITORY) == scans


def test_each_repository_has_its_own_images(ledger: ScanLedger) -> None:
    ledger.remember(REPOSITORY, {digest(1): started(hours=1)}, NOW)
    assert ledger.last_scans(OTHER) == {}


def test_named_images_are_known_alone(ledger: ScanLedger) -> None:
    scans = {digest(n): started(hours=1) for n in range(10)}
    ledger.remember(REPOSITORY, scans, NOW)
    assert ledger.last_scans(REPOSITORY, [digest(2), digest(3), digest(99)]) == {
        digest(2): started(hours=1),
        digest(3): started(hours=1),
    }


def test_scanner_and_reporter_never_overwrite_each_other(ledger: ScanLedger) -> None:
    ledger.remember(REPOSITORY, {digest(1): started(hours=2)}, NOW)
    assert ledger.record_result(REPOSITORY, digest(1), scanned(hours=1), {Severity.HIGH: 2}, NOW)
    joined = {digest(1): LastScan(ScanStatus.COMPLETE, ago(hours=1), ago(hours=2))}
    assert ledger.last_scans(REPOSITORY) == joined
    assert ledger.last_scans(REPOSITORY, [digest(1)]) == joined


def test_a_large_repository_is_written_in_batches_and_read_in_pages(ledger: ScanLedger, dynamo: Dynamo) -> None:
    scans = {digest(n): started(hours=1) for n in range(130)}
    ledger.remember(REPOSITORY, scans, NOW)
    assert dynamo.calls.count("batch_write_item") == 6
    assert ledger.last_scans(REPOSITORY) == scans
    assert ledger.last_scans(REPOSITORY, list(scans)) == scans
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
    assert set(ledger.last_scans(REPOSITORY)) == {digest(1), digest(2)}


def test_what_dynamodb_leaves_undone_is_done_again(ledger: ScanLedger, dynamo: Dynamo, clock: FakeClock) -> None:
    scans = {digest(n): started(hours=1) for n in range(5)}
    dynamo.shortened = 3
    ledger.remember(REPOSITORY, scans, NOW)
    dynamo.shortened = 3
    assert ledger.last_scans(REPOSITORY, list(scans)) == scans
    assert len(clock.sleeps) >= 6


def test_what_dynamodb_always_leaves_undone_is_an_error(ledger: ScanLedger, dynamo: Dynamo) -> None:
    dynamo.shortened = 1_000
    with pytest.raises(CallFailedError, match="UnprocessedItems"):
        ledger.remember(REPOSITORY, {digest(n): started(hours=1) for n in range(25)}, NOW)


# --- results ------------------------------------------------------------------------------------------------------


def test_a_result_is_written_with_its_counts(ledger: ScanLedger, dynamo: Dynamo) -> None:
    assert ledger.record_result(REPOSITORY, digest(1), scanned(hours=1), {Severity.HIGH: 2, Severity.LOW: 1}, NOW)
    assert dynamo.items() == [
        {
            "repository": {"S": "123456789012/eu-west-1/team/app"},
            "record": {"S": f"{digest(1)}#reporter"},
            "status": {"S": "COMPLETE"},
            "scannedAt": {"N": str(int(ago(hours=1).timestamp()))},
            "expiresAt": {"N": str(int((NOW + REMEMBERED).timestamp()))},
            "counts": {"M": {"HIGH": {"N": "2"}, "LOW": {"N": "1"}}},
        }
    ]


def test_an_older_event_that_comes_late_does_not_overwrite_a_newer_result(ledger: ScanLedger) -> None:
    assert ledger.record_result(REPOSITORY, digest(1), scanned(hours=1), {Severity.HIGH: 2}, NOW)
    assert not ledger.record_result(REPOSITORY, digest(1), scanned(days=2), {}, NOW)
    assert not ledger.record_result(REPOSITORY, digest(1), LastScan(ScanStatus.FAILED), {}, NOW)
    assert ledger.last_scans(REPOSITORY) == {digest(1): scanned(hours=1)}


def test_the_same_event_may_come_twice_and_a_newer_one_wins(ledger: ScanLedger) -> None:
    for _ in range(2):
        assert ledger.record_result(REPOSITORY, digest(1), scanned(hours=2), {}, NOW)
    assert ledger.record_result(REPOSITORY, digest(1), scanned(hours=1), {}, NOW)
    assert ledger.last_scans(REPOSITORY) == {digest(1): scanned(hours=1)}


def test_a_table_that_is_not_there_is_our_own_error(ledger: ScanLedger, dynamo: Dynamo) -> None:
    dynamo.client.delete_table(TableName="ledger")
    with pytest.raises(CallFailedError, match="ResourceNotFoundException"):
        ledger.last_scans(REPOSITORY)
    with pytest.raises(CallFailedError, match="ResourceNotFoundException"):
        ledger.record_result(REPOSITORY, digest(1), scanned(hours=1), {}, NOW)


# --- what is true of the whole registry ---------------------------------------------------------------------------


def test_a_pause_holds_for_all_repositories_of_the_registry(ledger: ScanLedger) -> None:
    assert ledger.paused_until(REPOSITORY) is None
    ledger.pause(REPOSITORY, NOW + timedelta(hours=1))
    assert ledger.paused_until(OTHER) == NOW + timedelta(hours=1)
    assert ledger.paused_until(Repository("123456789012", "us-east-1", "team/app")) is None


def test_the_registrys_own_records_are_none_of_its_repositories(ledger: ScanLedger) -> None:
    ledger.pause(REPOSITORY, NOW)
    ledger.spend(REPOSITORY, 1, 10, NOW)
    assert ledger.last_scans(REPOSITORY) == {}


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
    assert ledger.last_scans(REPOSITORY) == {}
    assert ledger.paused_until(REPOSITORY) is None
    assert [ledger.spend(REPOSITORY, wanted, 10, NOW) for wanted in (4, 40)] == [4, 10]


def test_a_budget_that_may_not_be_written_is_our_own_error(clock: FakeClock) -> None:
    class Refusing:
        def get_item(self, **_: Any) -> dict[str, Any]:
            return {}

        def update_item(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not you"}}, "UpdateItem")

    with pytest.raises(CallFailedError, match="AccessDeniedException: not you"):
        ScanLedger(Refusing(), make_caller(clock), "ledger").spend(REPOSITORY, 1, 10, NOW)  # type: ignore[arg-type]
