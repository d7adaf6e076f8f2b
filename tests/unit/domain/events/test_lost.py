from dataclasses import replace

from ecr_scan_reporter.domain.events.lost import event_of_lost_scan
from ecr_scan_reporter.domain.events.scans import parse_scan_event
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from tests.unit.samples import NOW, ago, image, scanned

IMAGE = image(1, tags=("1.2", "latest"))


def test_the_reporter_reads_it_as_an_event_of_ecr() -> None:
    event = parse_scan_event(event_of_lost_scan(IMAGE, scanned(hours=2)), now=NOW)
    assert event.image == IMAGE.id
    assert (event.tags, event.status) == (("1.2", "latest"), ScanStatus.COMPLETE)
    assert (event.at, event.is_enhanced) == (ago(hours=2), False)


def test_a_failure_without_a_date_has_the_time_of_its_start() -> None:
    failed = LastScan(ScanStatus.FAILED, tried_at=ago(hours=3))
    assert parse_scan_event(event_of_lost_scan(IMAGE, failed), now=NOW).at == ago(hours=3)


def test_a_result_has_the_time_of_its_completion_though_it_was_tried_later() -> None:
    """ECR has refused the start, because a scan of another client had ended shortly before."""
    scan = replace(scanned(hours=9), tried_at=ago(hours=2))
    assert parse_scan_event(event_of_lost_scan(IMAGE, scan), now=NOW).at == ago(hours=9)


def test_the_same_scan_has_the_same_id_and_another_one_another() -> None:
    ids = [
        event_of_lost_scan(IMAGE, scan)["id"]
        for scan in (scanned(hours=2), replace(scanned(hours=2), description="another description"), scanned(hours=1))
    ]
    assert ids[0] == ids[1] != ids[2]


def test_it_names_the_partition_of_its_region() -> None:
    assert event_of_lost_scan(image(1, Repository("123456789012", "cn-north-1", "team/app")), scanned())[
        "resources"
    ] == ["arn:aws-cn:ecr:cn-north-1:123456789012:repository/team/app"]
