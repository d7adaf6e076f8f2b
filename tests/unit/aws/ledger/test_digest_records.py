"""Changes and coverage, for the digest."""

from datetime import timedelta

from ecr_scan_reporter.aws.ledger.items import REMEMBERED_FOR_DIGEST
from ecr_scan_reporter.aws.ledger.table import ScanLedger
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.due import DueReason
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.aws.ledger.dynamo import Dynamo
from tests.unit.samples import NOW, REPOSITORY, ago, digest

CHANGE = ChangeRecord(
    ImageId(REPOSITORY, digest(1)),
    ago(hours=2),
    tag="1.2",
    new={Severity.HIGH: 2},
    fixed={Severity.LOW: 1},
    news=("CVE-2026-1 in curl 7",),
)

KEPT_FOR_DIGEST = {"N": str(int((NOW + REMEMBERED_FOR_DIGEST).timestamp()))}


def test_a_change_is_written_once_however_often_its_scan_is_handled(ledger: ScanLedger, dynamo: Dynamo) -> None:
    ledger.record_change(CHANGE, NOW)
    ledger.record_change(CHANGE, NOW + timedelta(days=1))
    (item,) = dynamo.items()
    assert item.pop("record")["S"].startswith(f"change#2026-01-31T10:00:00Z#{digest(1)}#")
    assert item == {
        "repository": {"S": "123456789012/eu-west-1/team/app"},
        "tag": {"S": "1.2"},
        "recordedAt": {"N": str(int(NOW.timestamp()))},
        "expiresAt": KEPT_FOR_DIGEST,
        "new": {"M": {"HIGH": {"N": "2"}}},
        "fixed": {"M": {"LOW": {"N": "1"}}},
        "news": {"L": [{"S": "CVE-2026-1 in curl 7"}]},
    }


def test_the_coverage_of_a_repository_is_that_of_the_last_look(ledger: ScanLedger, dynamo: Dynamo) -> None:
    ledger.record_coverage(RepositoryCoverage(REPOSITORY, ago(days=1), images=7, tag_warnings=("a",)), NOW)
    coverage = RepositoryCoverage(
        REPOSITORY,
        NOW,
        images=9,
        not_scannable={DueReason.INDEX: 2},
        held_back={StartScanResult.OVER_BUDGET: 1},
        max_age="3d",
    )
    ledger.record_coverage(coverage, NOW)
    assert dynamo.items() == [
        {
            "repository": {"S": "123456789012/eu-west-1/team/app"},
            "record": {"S": "coverage"},
            "at": {"N": str(int(NOW.timestamp()))},
            "images": {"N": "9"},
            "notScannable": {"M": {"index": {"N": "2"}}},
            "refused": {"M": {"over_budget": {"N": "1"}}},
            "expiresAt": {"N": str(int((NOW + timedelta(days=180 + 62)).timestamp()))},
            "maxAge": {"S": "3d"},
        }
    ]


def test_records_for_the_digest_are_no_scans_of_images(ledger: ScanLedger) -> None:
    ledger.record_change(CHANGE, NOW)
    ledger.record_coverage(RepositoryCoverage(REPOSITORY, NOW), NOW)
    assert dict(ledger.last_scans(REPOSITORY)) == {}
