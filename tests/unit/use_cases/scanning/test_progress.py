"""A job records its scans while it works, and starts the first before it knows all images."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from ecr_scan_reporter.concurrency.threads import ThreadedMap
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.errors import CallFailedError
from ecr_scan_reporter.use_cases.scanning.scan_repository import scan_repository
from ecr_scan_reporter.use_cases.scanning.tools import ScanTools
from tests.unit.samples import NOW, ago, digest, image
from tests.unit.use_cases.fakes import FakeLedger, FakeRegistry
from tests.unit.use_cases.scanning.scans import DENIED, JOB, NEVER_SCANNED, WEEKLY, scan


def test_a_large_repository_under_a_budget_gets_on_with_each_invocation() -> None:
    """Time runs out while ECR is asked about images: answers are recorded, and scans start on the way."""
    listed = [image(n, pulled_at=ago(days=n)) for n in range(300)]
    ledger, policy = FakeLedger(), replace(WEEKLY, max_scans_per_day=1_000)
    asked: list[str] = []
    started: list[str] = []
    for continuation in range(6):
        registry = FakeRegistry(listed)
        summary = scan(
            registry,
            ledger,
            ScanJob("team/app", continuation=continuation),
            policy,
            time_is_up=lambda registry=registry: len(registry.asked) >= 60,
        )
        assert len(registry.asked) == (60 if continuation < 5 else 0)
        assert len(registry.started) >= len(registry.asked) - 1, "scans begin before all is known"
        asked, started = asked + registry.asked, started + registry.started
    assert summary.is_finished
    assert len(set(asked)) == len(asked) == 300
    assert len(set(started)) == len(started) == 300


@pytest.fixture
def sixteen_threads() -> Iterator[ThreadedMap]:
    with ThreadPoolExecutor(16) as executor:
        yield ThreadedMap(executor, 16)


@pytest.mark.parametrize("max_scans_per_day", [None, 1_000])
def test_a_denied_start_loses_no_scan_that_other_threads_started(
    sixteen_threads: ThreadedMap, max_scans_per_day: int | None
) -> None:
    listed = [image(n) for n in range(200)]
    ledger = FakeLedger({entry.digest: NEVER_SCANNED for entry in listed})
    registry = FakeRegistry(listed, answers={digest(60): DENIED})
    policy = replace(WEEKLY, max_scans_per_day=max_scans_per_day)
    with pytest.raises(CallFailedError, match="AccessDenied"):
        scan_repository(JOB, ScanTools(registry, ledger, sixteen_threads), policy=policy, now=NOW)
    started = set(registry.started) - {digest(60)}
    remembered = {d for d, last in ledger.known.items() if last.status is ScanStatus.IN_PROGRESS}
    assert remembered == started
    assert ledger.spent == len(started)


def test_started_scans_are_recorded_when_the_listing_breaks_off() -> None:
    class Broken(FakeRegistry):
        def images(self, repository: str, tag_status: Any) -> Iterator[Any]:
            yield from (image(n) for n in range(1_000))
            raise CallFailedError("describe_images", "ServerException", "try again", is_passing=True)

    registry, ledger = Broken(), FakeLedger()
    with pytest.raises(CallFailedError, match="describe_images"):
        scan(registry, ledger, JOB)
    assert len(registry.started) == ledger.spent == 1_000
    assert set(ledger.known) == set(registry.started)


def test_records_that_could_not_be_written_are_written_at_the_end() -> None:
    class Faltering(FakeLedger):
        def remember(self, *arguments: Any) -> None:
            self.attempts = getattr(self, "attempts", 0) + 1
            if self.attempts == 1:
                raise CallFailedError("batch_write_item", "InternalServerError", "try again", is_passing=True)
            super().remember(*arguments)

    registry, ledger = FakeRegistry([image(n) for n in range(40)]), Faltering()
    with pytest.raises(CallFailedError, match="batch_write_item"):
        scan(registry, ledger, JOB)
    assert registry.started
    assert set(ledger.known) == set(registry.started)
