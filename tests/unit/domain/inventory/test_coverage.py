import pytest

from ecr_scan_reporter.domain.inventory.coverage import (
    MAX_SYSTEMS,
    Coverage,
    CoverageStatus,
    CoverageTally,
    coverage_status,
)
from ecr_scan_reporter.domain.ledger.entries import ImageState
from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.scanning.due import DueReason
from tests.unit.domain.digest.samples import asked, failed, known
from tests.unit.samples import NOW, REPOSITORY, UNSUPPORTED_SYSTEM, ago, digest, scanned, started

LIMIT = ago(days=7)


def of(status: ScanStatus, description: str = "", **units: float) -> ImageState:
    return known(1, LastScan(status, ago(**units) if units else None, description=description))


@pytest.mark.parametrize(
    ("image", "status"),
    [
        pytest.param(of(ScanStatus.COMPLETE, days=6), CoverageStatus.CURRENT, id="recent"),
        pytest.param(of(ScanStatus.COMPLETE, days=7), CoverageStatus.CURRENT, id="just in time"),
        pytest.param(of(ScanStatus.COMPLETE, days=7.001), CoverageStatus.STALE, id="just too old"),
        pytest.param(of(ScanStatus.COMPLETE), CoverageStatus.STALE, id="without a date"),
        pytest.param(of(ScanStatus.ACTIVE, days=70), CoverageStatus.CURRENT, id="enhanced scanning goes on"),
        pytest.param(of(ScanStatus.SCAN_ELIGIBILITY_EXPIRED, days=1), CoverageStatus.STALE, id="no longer watched"),
        pytest.param(of(ScanStatus.FAILED, UNSUPPORTED_SYSTEM, days=1), CoverageStatus.UNSUPPORTED_SYSTEM, id="system"),
        pytest.param(
            of(ScanStatus.FAILED, "UnsupportedImageError: no os-release", days=1),
            CoverageStatus.UNSUPPORTED_SYSTEM,
            id="a system without a name",
        ),
        pytest.param(
            of(ScanStatus.UNSUPPORTED_IMAGE, UNSUPPORTED_SYSTEM, days=1), CoverageStatus.UNSUPPORTED_SYSTEM, id="both"
        ),
        pytest.param(of(ScanStatus.UNSUPPORTED_IMAGE, days=1), CoverageStatus.UNSUPPORTED_TYPE, id="type"),
        pytest.param(of(ScanStatus.FAILED, "Internal failure.", days=1), CoverageStatus.FAILED, id="failed"),
        pytest.param(of(ScanStatus.FAILED), CoverageStatus.FAILED, id="failed in silence"),
        pytest.param(of(ScanStatus.LIMIT_EXCEEDED, days=1), CoverageStatus.FAILED, id="a quota"),
        pytest.param(of(ScanStatus.FINDINGS_UNAVAILABLE, days=1), CoverageStatus.FAILED, id="findings not there"),
        pytest.param(of(ScanStatus.UNKNOWN, days=1), CoverageStatus.FAILED, id="a status that is new to us"),
        pytest.param(of(ScanStatus.IMAGE_ARCHIVED, days=1), CoverageStatus.ARCHIVED, id="archived"),
        pytest.param(of(ScanStatus.IMAGE_SIZE_EXCEEDED, days=1), CoverageStatus.TOO_LARGE, id="too large"),
        pytest.param(
            asked(1, LastScan(ScanStatus.REFUSED, tried_at=ago(days=1))), CoverageStatus.REFUSED, id="refused by ECR"
        ),
        pytest.param(asked(1, started(hours=1)), CoverageStatus.NEVER_SCANNED, id="only started"),
        pytest.param(asked(1, LastScan(ScanStatus.NOT_SCANNED)), CoverageStatus.NEVER_SCANNED, id="never"),
        pytest.param(
            known(1, scanned(days=1), asked=started(hours=1)), CoverageStatus.CURRENT, id="started again over a result"
        ),
    ],
)
def test_an_image_counts_by_its_last_scan_that_ended(image: ImageState, status: CoverageStatus) -> None:
    assert coverage_status(image, LIMIT) is status


def tallied(*images: ImageState, seen: RepositoryCoverage | None = None) -> Coverage:
    tally = CoverageTally()
    for image in images:
        tally.add(image, LIMIT)
    if seen:
        tally.add_others(seen, len(images))
    return tally.coverage()


def test_images_without_a_record_are_counted_by_why_they_have_none() -> None:
    reasons = {DueReason.INDEX: 2, DueReason.REFERRER: 3, DueReason.ARTIFACT: 4, DueReason.ARCHIVED: 5}
    counts = tallied(seen=RepositoryCoverage(REPOSITORY, NOW, images=14, not_scannable=reasons)).counts
    assert counts[CoverageStatus.UNSUPPORTED_TYPE] == 9
    assert counts[CoverageStatus.ARCHIVED] == 5
    assert sum(counts.values()) == 14


def test_an_image_that_ecr_refused_to_scan_is_counted_once() -> None:
    refused = asked(1, LastScan(ScanStatus.UNSUPPORTED_IMAGE, tried_at=ago(days=1)))
    seen = RepositoryCoverage(REPOSITORY, NOW, images=1, not_scannable={DueReason.UNSUPPORTED: 1})
    assert tallied(refused, seen=seen).counts == dict.fromkeys(CoverageStatus, 0) | {CoverageStatus.UNSUPPORTED_TYPE: 1}


def test_images_that_were_seen_and_of_which_nothing_is_known_were_never_scanned() -> None:
    seen = RepositoryCoverage(REPOSITORY, NOW, images=5, not_scannable={DueReason.INDEX: 1})
    assert tallied(known(1, scanned(days=1)), seen=seen).counts[CoverageStatus.NEVER_SCANNED] == 3


def test_images_that_were_pushed_since_the_look_take_none_away() -> None:
    seen = RepositoryCoverage(REPOSITORY, NOW, images=1)
    counts = tallied(known(1, scanned(days=1)), known(2, scanned(days=1)), seen=seen).counts
    assert counts[CoverageStatus.CURRENT] == sum(counts.values()) == 2


def test_the_oldest_is_the_oldest_result() -> None:
    coverage = tallied(known(1, scanned(days=3)), known(2, scanned(days=9)), known(3, failed(days=90)))
    assert coverage.oldest
    assert coverage.oldest.digest == digest(2)
    assert tallied(known(3, failed(days=90))).oldest is None


def test_systems_are_counted_and_only_the_first_keep_their_names() -> None:
    text = "UnsupportedImageError: The operating system 'os' version '{}' is not supported"
    images = [known(n, failed(text.format(n // 2), days=1)) for n in range(4 * MAX_SYSTEMS)]
    systems = tallied(*images, known(999, failed("UnsupportedImageError", days=1))).systems
    assert (systems["os 0"], systems["os 1"]) == (2, 2)
    assert systems["others"] == 2 * MAX_SYSTEMS + 1
    assert len(systems) == MAX_SYSTEMS + 1


def test_a_few_images_of_each_kind_are_named() -> None:
    images = [known(n, scanned(days=9), tag=f"v{9 - n}") for n in range(5)]
    stale = tallied(*images).examples[CoverageStatus.STALE]
    assert [image.name for image in stale.first] == ["team/app:v5", "team/app:v6", "team/app:v7"]
    assert stale.total == 5


def test_all_images_but_the_archived_and_those_of_other_types_can_be_scanned() -> None:
    reasons = {DueReason.INDEX: 2, DueReason.ARCHIVED: 5}
    coverage = tallied(
        known(1, scanned(days=1)),
        known(2, failed(days=1)),
        known(3, scanned(days=9)),
        seen=RepositoryCoverage(REPOSITORY, NOW, images=10, not_scannable=reasons),
    )
    assert (coverage.total, coverage.scannable, coverage.scanned) == (10, 3, 2)
