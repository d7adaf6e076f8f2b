from datetime import datetime, timedelta

import pytest

from ecr_scan_reporter.use_cases.scanning.quota_pause import QUOTA_PAUSE, QuotaPause
from tests.unit.samples import NOW, REPOSITORY
from tests.unit.use_cases.fakes import FakeLedger

SECOND = timedelta(seconds=1)


def test_a_pause_that_another_job_began_is_on_and_is_not_written_again() -> None:
    ledger = FakeLedger(until=NOW + SECOND)
    pause = QuotaPause(ledger, REPOSITORY, NOW)
    assert (pause.is_read, pause.read(), pause.is_read) == (False, True, True)
    assert pause.begin() is False
    assert ledger.until == NOW + SECOND


@pytest.mark.parametrize("until", [None, NOW, NOW + 2 * QUOTA_PAUSE + SECOND], ids=["none", "over", "wrong"])
def test_the_first_job_that_meets_the_quota_begins_a_pause(until: datetime | None) -> None:
    ledger = FakeLedger(until=until)
    pause = QuotaPause(ledger, REPOSITORY, NOW)
    assert pause.read() is False
    assert (pause.begin(), ledger.until) == (True, NOW + QUOTA_PAUSE)
    assert pause.begin() is False
