"""The ledger spares the next run its calls."""

from datetime import timedelta

from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.scanning.due import DueReason
from tests.unit.samples import NOW, digest, scanned
from tests.unit.use_cases.fakes import FakeLedger, FakeRegistry
from tests.unit.use_cases.scanning.scans import images, ledger_with, scan


def test_a_second_run_starts_nothing() -> None:
    listed, ledger = images(60), FakeLedger()
    first, second = FakeRegistry(listed), FakeRegistry(listed)
    assert scan(first, ledger).started == 60
    summary = scan(second, ledger, now=NOW + timedelta(hours=1))
    assert (second.asked, second.started) == ([], [])
    assert summary.reasons == {DueReason.IN_PROGRESS: 60}


def test_images_are_scanned_again_when_their_scan_is_old() -> None:
    listed, ledger = images(3), FakeLedger()
    scan(FakeRegistry(listed), ledger)
    later = FakeRegistry(listed)
    scan(later, ledger, now=NOW + timedelta(days=8))
    assert (len(later.asked), len(later.started)) == (0, 3)


def test_the_scanner_records_scans_in_batches_while_it_works() -> None:
    ledger = FakeLedger()
    scan(FakeRegistry(images(60)), ledger)
    assert ledger.writes == [25, 25, 10]


def test_the_scanner_writes_nothing_when_it_learns_nothing() -> None:
    listed = images(3)
    ledger = ledger_with(listed, scanned(days=1))
    scan(FakeRegistry(listed), ledger)
    assert ledger.writes == []


def test_a_scan_that_ecr_says_is_running_is_not_asked_for_again_within_a_day() -> None:
    ledger = FakeLedger()
    scan(FakeRegistry(images(1), scans={digest(1): LastScan(ScanStatus.IN_PROGRESS)}), ledger)
    again = FakeRegistry(images(1))
    scan(again, ledger, now=NOW + timedelta(hours=23))
    assert (again.asked, again.started) == ([], [])
