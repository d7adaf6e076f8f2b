"""A ledger on a table in moto."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from ecr_scan_reporter.aws.ledger.table import ScanLedger
from tests.unit.aws.clients import client_of
from tests.unit.aws.clock import FakeClock, make_caller
from tests.unit.aws.ledger.dynamo import Dynamo


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
