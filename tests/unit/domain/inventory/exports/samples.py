"""Answers of the inventory with text of others: typical ones, and any that hypothesis finds."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.findings.findings import UNNAMED, Finding
from ecr_scan_reporter.domain.findings.importance import Importance
from ecr_scan_reporter.domain.inventory.answers import (
    CoverageTotals,
    HistoryDay,
    ImageFindings,
    InventoryChange,
    InventoryImage,
    Occurrence,
    RepositoryLeftBehind,
    Totals,
    Vulnerability,
)
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.exports.members import RecordType
from ecr_scan_reporter.domain.inventory.exports.records_of_findings import VULNERABILITIES, finding_records
from ecr_scan_reporter.domain.inventory.exports.records_of_images import IMAGES
from ecr_scan_reporter.domain.inventory.exports.records_of_totals import (
    CHANGES,
    COVERAGE,
    HISTORY,
    LEFT_BEHIND,
    TOTALS,
)
from ecr_scan_reporter.domain.ledger.records import ChangeRecord
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.domain.inventory.snapshot_infos import EXPLOIT, KNOWING
from tests.unit.samples import DIGEST, IMAGE_ID, NOW, REPOSITORY, ago, digest

FINDINGS = finding_records(KNOWING)
COUNTS = {Severity.CRITICAL: 1, Severity.LOW: 2}
NO_COUNTS = {"CRITICAL": 0, "HIGH": 0, "MEDIUM": 0, "LOW": 0, "INFORMATIONAL": 0, "UNDEFINED": 0}
IMAGE = InventoryImage(
    IMAGE_ID,
    tags=("1.2", "latest"),
    owner="team-a",
    pushed_at=ago(days=9),
    pulled_at=ago(days=1),
    size_bytes=123,
    status=CoverageStatus.CURRENT,
    scan_status=ScanStatus.COMPLETE,
    scanned_at=NOW,
    counts=COUNTS,
    suppressed={Severity.UNTRIAGED: 3},
    fixable=1,
    epss=0.5,
    is_in_use=True,
    places=("ecs/web", "ecs/api"),
    with_exploit=2,
    likely=1,
    overdue=3,
    overdue_since=date(2026, 1, 19),
)
FINDING = Finding(
    "CVE-2023-38545",
    Severity.CRITICAL,
    "curl",
    "7.88.1-10",
    9.8,
    "https://security.example/CVE-2023-38545",
    "A heap-based buffer overflow.",
    also=(("libcurl4", "7.88.1-10"),),
    fix_available="YES",
    fixed_in="7.88.1-11",
    exploit_available=True,
    epss=0.25,
    first_seen_at=ago(days=3),
    suppressed_by="accepted",
)
ANSWERS: tuple[tuple[RecordType[Any], Any], ...] = (
    (IMAGES, IMAGE),
    (FINDINGS, Occurrence(IMAGE, FINDING)),
    (
        VULNERABILITIES,
        Vulnerability(
            "CVE-1",
            Severity.HIGH,
            images=2,
            suppressed_images=1,
            score=7.5,
            packages=("a", "b"),
            fixed_in=("2", "3"),
            is_fixable=True,
            importance=Importance.EXPLOITED,
            is_exploited=True,
            exploit=KnownExploit(date(2026, 1, 20)),
            exploit_available=True,
            epss=0.1,
            is_likely=True,
            in_use=4,
            uri="https://security.example/CVE-1",
            description="An overflow.",
        ),
    ),
    (TOTALS, Totals("team/app", 3, 2, COUNTS, {Severity.MEDIUM: 4}, {Severity.HIGH: 5}, REPOSITORY, 6, 1, 2, 3, 4)),
    (COVERAGE, CoverageTotals("team-a", {CoverageStatus.STALE: 4}, NOW)),
    (
        HISTORY,
        HistoryDay(
            date(2026, 1, 31),
            images=5,
            coverage={CoverageStatus.CURRENT: 5},
            counts=COUNTS,
            suppressed=1,
            new={Severity.HIGH: 2},
            fixed={Severity.LOW: 3},
        ),
    ),
    (
        CHANGES,
        InventoryChange(
            ChangeRecord(
                IMAGE_ID,
                NOW,
                "1.2",
                new=COUNTS,
                raised={Severity.HIGH: 1},
                fixed={Severity.LOW: 3},
                news=("CVE-1 in a", "CVE-2 in b"),
                is_first=True,
            ),
            "team-a",
        ),
    ),
    (LEFT_BEHIND, RepositoryLeftBehind(REPOSITORY, "team-a", 7, 1234, COUNTS)),
)

HOSTILE = (
    "=1+2",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "  =1",
    "\uff1d1",
    "<script>alert(1)</script>",
    "a|b",
    "\\|",
    "`code`",
    "[text](https://evil.example)",
    "![image](x)",
    '"quoted", and more',
    "two\r\nlines",
    "\x1b[31mred",
    "\u2028",
    "\u202eright to left",
    "{0}",
    "..",
    "&lt;",
    "**bold** _it_ ~~no~~ $x$",
    "\x00",
)
TEXTS = st.sampled_from(HOSTILE) | st.text(max_size=12)
_MOMENTS = st.none() | st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
_DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
_COUNTS = st.dictionaries(st.sampled_from(Severity), st.integers(0, 1000), max_size=3)
_NUMBERS = st.integers(0, 10**12)

ANY_FINDING = st.builds(
    Finding,
    name=TEXTS.map(lambda name: name or UNNAMED),
    severity=st.sampled_from(Severity),
    package=TEXTS,
    version=TEXTS,
    score=st.none() | st.floats(-1, 11, allow_nan=False),
    uri=TEXTS | st.just("https://security.example/CVE-1"),
    description=TEXTS,
    also=st.lists(st.tuples(TEXTS, TEXTS), max_size=2).map(tuple),
    fix_available=st.sampled_from(("", "YES", "NO", "PARTIAL")) | TEXTS,
    fixed_in=TEXTS,
    exploit_available=st.none() | st.booleans(),
    epss=st.none() | st.floats(0, 1, allow_nan=False),
    is_likely=st.booleans(),
    exploit=st.none() | st.just(EXPLOIT) | st.builds(KnownExploit, _DAYS),
    first_seen_at=_MOMENTS,
    suppressed_by=st.just("") | TEXTS,
)
ANY_IMAGE = st.builds(
    InventoryImage,
    id=st.builds(ImageId, st.builds(Repository, st.just("123456789012"), TEXTS, TEXTS), st.just(DIGEST) | TEXTS),
    tags=st.lists(TEXTS, max_size=3).map(tuple),
    owner=TEXTS,
    pushed_at=_MOMENTS,
    pulled_at=_MOMENTS,
    size_bytes=_NUMBERS,
    status=st.sampled_from(CoverageStatus),
    scan_status=st.sampled_from(ScanStatus),
    scanned_at=_MOMENTS,
    description=TEXTS,
    counts=_COUNTS,
    suppressed=_COUNTS,
    fixable=_NUMBERS,
    exploited=st.none() | _NUMBERS,
    epss=st.none() | st.floats(0, 1, allow_nan=False),
    overdue=_NUMBERS,
    overdue_since=st.none() | _DAYS,
    is_in_use=st.none() | st.booleans(),
    places=st.lists(TEXTS, max_size=2).map(tuple),
    is_pending=st.booleans(),
)
ANY_OCCURRENCE = st.builds(Occurrence, ANY_IMAGE, ANY_FINDING)


def image_with(*findings: Finding, number: int = 1, **facts: Any) -> ImageFindings:
    """Return an image of team/app with findings, and with the tag of its number."""
    image = replace(IMAGE, id=replace(IMAGE_ID, digest=digest(number)), tags=(f"1.{number}",))
    return ImageFindings(replace(image, **facts), findings)


def many_findings(number: int, **facts: Any) -> tuple[Finding, ...]:
    """Return so many different findings, all alike."""
    return tuple(replace(FINDING, suppressed_by="", name=f"CVE-{each}", **facts) for each in range(number))
