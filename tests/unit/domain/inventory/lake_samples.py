"""An image and a finding of which every fact is known, and ones of which nothing is."""

from datetime import UTC, date, datetime

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, InventoryImage
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.domain.inventory.snapshot_infos import EXPLOIT
from tests.unit.samples import image_id

KNOWN_IMAGE = InventoryImage(
    image_id(1),
    tags=("1.2", "latest"),
    owner="payments",
    pushed_at=datetime(2026, 1, 30, 9, 30, 15, 999, tzinfo=UTC),
    pulled_at=datetime(2026, 1, 31, 9, 30, tzinfo=UTC),
    size_bytes=12_345_678_901,
    status=CoverageStatus.CURRENT,
    scan_status=ScanStatus.COMPLETE,
    scanned_at=datetime(2026, 1, 31, 4, 0, 48, tzinfo=UTC),
    description="as ECR says it",
    counts={Severity.CRITICAL: 1, Severity.LOW: 2},
    suppressed={Severity.HIGH: 3},
    fixable=1,
    exploited=1,
    ransomware=1,
    with_exploit=2,
    likely=3,
    overdue=4,
    overdue_since=date(2026, 1, 27),
    epss=0.5,
    is_in_use=True,
    places=("cluster/service",),
)
KNOWN_FINDING = Finding(
    "CVE-2021-44228",
    Severity.CRITICAL,
    "log4j-core",
    "2.14.1",
    10.0,
    "https://security.example/CVE-2021-44228",
    "Lookups",
    also=(("log4j-api", "2.14.1"),),
    fix_available="YES",
    fixed_in="2.17.1",
    exploit_available=True,
    epss=0.97,
    is_likely=True,
    exploit=EXPLOIT,
    first_seen_at=datetime(2026, 1, 20, 23, 0, tzinfo=UTC),
    suppressed_by="log4j",
)
KNOWN = ImageFindings(KNOWN_IMAGE, (KNOWN_FINDING,))
UNKNOWN = ImageFindings(InventoryImage(image_id(2)), (Finding("CVE-2024-2961", Severity.HIGH),))
