"""What cannot wait is published with each build, for the digest."""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.exploits.known import Exploits, FeedCopy
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.urgent import (
    URGENT_KEY,
    ExploitedCve,
    OverdueFinding,
    UrgentTotals,
    parse_urgent,
)
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import CallFailedError
from ecr_scan_reporter.snapshot.files import SnapshotFiles
from ecr_scan_reporter.snapshot.writing.importance import ImportanceRules
from ecr_scan_reporter.use_cases.inventory.urgent import UrgentPublisher
from tests.unit.snapshot.registries import NOW, MadeRegistry, build, made_image

KEV = FeedCopy("https://feed.example/kev.json", NOW)
RULES = ImportanceRules(Exploits(KEV, None, {"CVE-1": KnownExploit(date(2026, 1, 1), date(2026, 12, 1))}))


@dataclass
class Store:
    """Keeps what is published, or refuses it."""

    saved: dict[str, Any] = field(default_factory=dict)
    error: CallFailedError | None = None

    def save(self, key: str, document: Any) -> None:
        if self.error:
            raise self.error
        self.saved[key] = document


def finding(name: str, severity: Severity, days_ago: int, package: str = "zlib") -> Finding:
    return Finding(name, severity, package, "1", first_seen_at=NOW - timedelta(days=days_ago))


def snapshot(folder: Path) -> SnapshotFiles:
    """Two images: one with an exploited finding of two packages, one that is longer overdue."""
    exploited = [finding("CVE-1", Severity.LOW, 17, package) for package in ("zlib", "curl")]
    images = [
        made_image(1, *exploited, finding("CVE-2", Severity.CRITICAL, 5), tags=("1.0",)),
        made_image(2, finding("CVE-3", Severity.HIGH, 90), finding("CVE-4", Severity.MEDIUM, 90), tags=("2.0",)),
    ]
    build(MadeRegistry(images, rules=RULES), folder).close()
    return SnapshotFiles(folder)


def test_what_is_exploited_and_what_is_overdue_is_counted_and_named_with_its_age(tmp_path: Path) -> None:
    store = Store()
    published = UrgentPublisher(store, str).publish(snapshot(tmp_path))
    assert published == replace(parse_urgent(store.saved[URGENT_KEY]))
    assert published.totals == UrgentTotals(exploited=2, exploited_images=1, overdue=3, overdue_images=2)
    assert published.exploited.first == (ExploitedCve("CVE-1", Severity.LOW, "exploited (KEV, due 2026-12-01)", 1),)
    assert published.overdue.first == (
        OverdueFinding("team/app:2.0", "", "CVE-3", Severity.HIGH, "", 60),
        OverdueFinding("team/app:1.0", "", "CVE-1", Severity.LOW, "exploited (KEV, due 2026-12-01)", 10),
    )
    assert (published.overdue.total, published.kev) == (3, KEV)
    assert [(each.tag, each.exploited) for each in published.worst] == [("1.0", 2), ("2.0", 0)]


def test_a_failure_is_no_failure_of_the_build(tmp_path: Path) -> None:
    problems: list[str] = []
    store = Store(error=CallFailedError("PutObject", "SlowDown", "later"))
    UrgentPublisher(store, problems.append).publish(snapshot(tmp_path))
    assert problems == ["what is urgent is not published: PutObject failed: SlowDown: later"]
