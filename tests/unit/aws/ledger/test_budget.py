"""The pause and the daily budget of a whole registry."""

from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ecr_scan_reporter.aws.ledger.table import ScanLedger
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clock import FakeClock, make_caller
from tests.unit.aws.ledger.dynamo import Dynamo
from tests.unit.samples import NOW, REPOSITORY

OTHER = Repository("123456789012", "eu-west-1", "team/web")


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


def test_scans_that_did_not_start_go_back_to_the_budget(ledger: ScanLedger) -> None:
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


def test_a_budget_that_may_not_be_written_is_an_error_of_the_library(clock: FakeClock) -> None:
    class Refusing:
        def get_item(self, **_: Any) -> dict[str, Any]:
            return {}

        def update_item(self, **_: Any) -> None:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "not you"}}, "UpdateItem")

    with pytest.raises(CallFailedError, match="AccessDeniedException: not you"):
        ScanLedger(Refusing(), make_caller(clock), "ledger").spend(REPOSITORY, 1, 10, NOW)  # type: ignore[arg-type]


def test_a_refund_is_never_retried(clock: FakeClock) -> None:
    """An answer may be lost after its effect: tried again, more than the day's scans would be started."""
    calls = []

    class Faltering:
        def update_item(self, **parameters: Any) -> None:
            calls.append(parameters)
            raise ClientError({"Error": {"Code": "InternalServerError", "Message": ""}}, "UpdateItem")

    ScanLedger(Faltering(), make_caller(clock), "ledger").refund(REPOSITORY, 4, NOW)  # type: ignore[arg-type]
    assert len(calls) == 1
