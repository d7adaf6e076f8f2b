"""What snapshots say of themselves: one that knows nothing of exploits and deadlines, and one that knows both."""

from dataclasses import replace
from datetime import date

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.exploits.known import FeedCopy
from ecr_scan_reporter.domain.findings.remediation import DEFAULT_DEADLINES
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from tests.unit.samples import NOW, ago

KEV = FeedCopy("https://kev.example/kev.json", ago(days=1), ago(days=2), "2026.01.29", 1500)
EPSS = FeedCopy("https://epss.example/epss.csv.gz", ago(hours=20), ago(hours=23), "v2026.06.15", 380_000)
INFO = SnapshotInfo(2, 7, "20260131T120000Z", NOW)
KNOWING = replace(INFO, kev=KEV, epss=EPSS, remediation_days=DEFAULT_DEADLINES)
EXPLOIT = KnownExploit(date(2026, 1, 20), date(2026, 2, 10), has_ransomware=True)
