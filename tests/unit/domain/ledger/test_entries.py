import pytest

from ecr_scan_reporter.domain.ledger.entries import ImageState
from ecr_scan_reporter.domain.ledger.records import ImageRecord
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.samples import DIGEST, REPOSITORY, ago, scanned, started

FAILED = LastScan(ScanStatus.FAILED, ago(days=1), description="Internal failure.")


def state(scan: LastScan | None, asked: LastScan | None = None) -> ImageState:
    record = (
        ImageRecord(ImageId(REPOSITORY, DIGEST), scan, {Severity.LOW: 1}, tag="1.2", owner="team-a") if scan else None
    )
    return ImageState(ImageId(REPOSITORY, DIGEST), record, asked)


@pytest.mark.parametrize(
    ("scan", "asked", "status"),
    [
        pytest.param(scanned(days=1), None, ScanStatus.COMPLETE, id="the reporter's"),
        pytest.param(None, scanned(days=1), ScanStatus.COMPLETE, id="the one that ECR was asked for"),
        pytest.param(scanned(days=2), FAILED, ScanStatus.FAILED, id="the later one, which was asked for"),
        pytest.param(FAILED, scanned(days=2), ScanStatus.FAILED, id="the later one, which is the reporter's"),
        pytest.param(scanned(days=2), started(hours=1), ScanStatus.COMPLETE, id="not the one that has not ended"),
        pytest.param(FAILED, LastScan(ScanStatus.NOT_SCANNED), ScanStatus.FAILED, id="not that there is none"),
    ],
)
def test_the_last_scan_that_ended_counts(scan: LastScan | None, asked: LastScan | None, status: ScanStatus) -> None:
    result = state(scan, asked).ended_scan
    assert result is not None
    assert result.status is status


@pytest.mark.parametrize("asked", [None, started(hours=1), LastScan(ScanStatus.NOT_SCANNED)])
def test_without_an_ended_scan_there_is_no_result(asked: LastScan | None) -> None:
    image = state(None, asked)
    assert (image.ended_scan, image.is_scanned, image.has_counts, image.counts) == (None, False, False, {})


def test_of_a_scan_that_was_started_over_another_the_date_is_known() -> None:
    image = state(None, LastScan(ScanStatus.IN_PROGRESS, scanned_at=ago(days=8), tried_at=ago(hours=1)))
    assert image.ended_scan == LastScan(ScanStatus.COMPLETE, scanned_at=ago(days=8))
    assert not image.has_counts


def test_the_findings_of_a_result_do_not_outlive_a_later_scan_that_failed() -> None:
    assert state(scanned(days=2)).counts == {Severity.LOW: 1}
    assert state(scanned(days=2), FAILED).counts == {}


def test_an_image_is_named_by_its_record() -> None:
    assert (state(scanned(days=1)).name, state(scanned(days=1)).owner) == ("team/app:1.2", "team-a")
    assert (state(None, scanned(days=1)).name, state(None).owner) == ("team/app@sha256:7f5b2640fe6f", "")
