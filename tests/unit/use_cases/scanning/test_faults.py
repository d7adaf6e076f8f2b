"""A fault of one image stops no other."""

import pytest

from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.errors import CallFailedError, ImageNotFoundError, RepositoryNotFoundError
from tests.unit.samples import NOW, digest
from tests.unit.use_cases.fakes import FakeRegistry
from tests.unit.use_cases.scanning.scans import DENIED, FAULT, NEVER_SCANNED, images, ledger_with, scan


def test_a_fault_of_one_image_stops_no_other() -> None:
    listed = images(3)
    registry = FakeRegistry(listed, answers={digest(2): FAULT})
    ledger = ledger_with(listed)
    summary = scan(registry, ledger)
    assert registry.started == [digest(1), digest(2), digest(3)]
    assert (summary.started, summary.failed) == (2, 1)
    assert summary.first_error == "StartImageScan failed: ServerException: try again"
    assert ledger.known[digest(2)] == NEVER_SCANNED


def test_a_fault_of_the_call_about_one_image_stops_no_other() -> None:
    registry = FakeRegistry(images(3), scans={digest(1): FAULT})
    summary = scan(registry)
    assert (registry.started, summary.failed) == ([digest(2), digest(3)], 1)


@pytest.mark.parametrize("error", [ImageNotFoundError("gone"), RepositoryNotFoundError("gone")])
def test_an_image_deleted_in_the_meantime_is_no_fault(error: Exception) -> None:
    registry = FakeRegistry(images(2), scans={digest(1): error})
    summary = scan(registry)
    assert summary.answers == {StartScanResult.GONE: 1, StartScanResult.STARTED: 1}
    assert summary.failed == 0


def test_denied_access_ends_the_job_and_started_scans_are_recorded() -> None:
    listed = images(30)
    registry = FakeRegistry(listed, answers={digest(3): DENIED})
    ledger = ledger_with(listed)
    with pytest.raises(CallFailedError, match="AccessDeniedException"):
        scan(registry, ledger)
    assert registry.started == [digest(1), digest(2), digest(3)]
    assert ledger.known[digest(2)] == LastScan(ScanStatus.IN_PROGRESS, tried_at=NOW)
    assert ledger.spent == 2
    assert ledger.coverages == []
