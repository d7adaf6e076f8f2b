"""A made-up week of a registry, as the ledger has it at its end."""

from collections.abc import Iterable
from datetime import date, datetime
from itertools import chain
from typing import Any

from hypothesis import strategies as st

from ecr_scan_reporter.domain.digest.digest import Digest
from ecr_scan_reporter.domain.digest.sums import sum_up
from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.ledger.entries import DigestState, ImageState, LedgerEntry, RecordedChange
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord, RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.due import NOT_SCANNABLE, DueReason
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.ends import End
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from tests.unit.samples import NOW, UNSUPPORTED_SYSTEM, ago, digest, image_id, scanned, started

WEEK = Duration(hours=7 * 24)
LAST_WEEK = DigestState(ago(days=7), {Severity.CRITICAL: 3, Severity.HIGH: 9, Severity.LOW: 2}, suppressed=1)


def repository(name: str = "team/app", region: str = "eu-west-1") -> Repository:
    """Return a repository of the registry."""
    return Repository("123456789012", region, name)


APP, CART, LEGACY, OLD = map(repository, ("team/app", "shop/cart", "legacy/crm", "shop/old"))


def known(number: int, scan: LastScan, of: Repository = APP, asked: LastScan | None = None, **facts: Any) -> ImageState:
    """Return an image with a result of the reporter."""
    return ImageState(image_id(number, of), ImageRecord(image_id(number, of), scan, **facts), asked)


def asked(number: int, scan: LastScan, of: Repository = APP) -> ImageState:
    """Return an image of which only the images scanner knows."""
    return ImageState(image_id(number, of), None, scan)


def failed(description: str = "", **units: float) -> LastScan:
    """Return a scan that failed so long before NOW."""
    return LastScan(ScanStatus.FAILED, scanned_at=ago(**units), description=description)


def changed(number: int, recorded_at: datetime, of: Repository = APP, **facts: Any) -> RecordedChange:
    """Return what changed in an image."""
    return RecordedChange(ChangeRecord(ImageId(of, digest(number)), recorded_at, **facts), recorded_at)


def rule(name: str, until: End, **facts: Any) -> Suppression:
    """Return a suppression."""
    typical: dict[str, Any] = {
        "cve": "CVE-2023-45853",
        "reason": "minizip is not built",
        "created_by": "ada",
        "created_at": ago(days=90),
    }
    return Suppression(id=name, until=until, **(typical | facts))


RULES = (
    rule("zlib", None, package="zlib"),
    rule("openssl", date(2026, 2, 6), cve="CVE-2025-*", package="openssl*", repository="shop/*"),
    rule("curl", date(2026, 1, 28), cve="CVE-2023-38545", reason="no SOCKS5 proxy is used"),
    rule("typo", None, cve="CVE-2032-1", reason="accepted by the board"),
)
ENTRIES: tuple[LedgerEntry, ...] = (
    RepositoryCoverage(LEGACY, ago(hours=8), images=3, max_age="1m"),
    known(31, failed(UNSUPPORTED_SYSTEM, days=2), LEGACY, tag="7.1-sp3", owner="crm"),
    known(32, failed(UNSUPPORTED_SYSTEM, days=2), LEGACY, tag="7.1-sp2", owner="crm"),
    known(33, failed("Internal failure.", days=1), LEGACY, tag="tools"),
    changed(21, ago(days=3), CART, fixed={Severity.HIGH: 2, Severity.LOW: 1}),
    changed(29, ago(days=3), CART, new={Severity.CRITICAL: 9}, news=("CVE-2026-9 of an image that is gone",)),
    RepositoryCoverage(
        CART,
        ago(hours=8),
        images=5,
        not_scannable={DueReason.INDEX: 2, DueReason.REFERRER: 1},
        held_back={StartScanResult.OVER_BUDGET: 1},
        tag_warnings=("tag ecr-scan-reporter:critical is 'none': allowed is a whole number of at least 0",),
    ),
    known(
        21,
        scanned(days=3),
        CART,
        counts={Severity.HIGH: 4, Severity.MEDIUM: 12},
        suppressed=2,
        suppressions=("zlib",),
        tag="3.0.1",
    ),
    known(22, scanned(days=16), CART, asked=started(days=16), counts={Severity.LOW: 1}, tag="2.9.4", owner="shop"),
    RepositoryCoverage(OLD, ago(days=16), images=1),
    known(41, scanned(days=14), OLD, counts={Severity.HIGH: 1}, tag="1.0"),
    changed(11, ago(days=6), new={Severity.HIGH: 1}, news=("CVE-2025-1094 postgresql",)),
    changed(
        11,
        ago(days=2),
        new={Severity.CRITICAL: 2},
        raised={Severity.HIGH: 1},
        news=("CVE-2026-0001 openssl", "CVE-2026-0002 glibc", "CVE-2024-2961 glibc"),
    ),
    changed(12, ago(days=9), new={Severity.CRITICAL: 1}, news=("CVE-2025-4444 told last week",)),
    RepositoryCoverage(APP, ago(hours=8), images=6, not_scannable={DueReason.ARCHIVED: 1, DueReason.UNSUPPORTED: 1}),
    known(11, scanned(days=2), counts={Severity.CRITICAL: 4, Severity.HIGH: 3}, tag="1.2", owner="team-a"),
    known(12, scanned(days=4), counts={Severity.CRITICAL: 1}, owner="team-a"),
    asked(13, scanned(days=5)),
    asked(14, started(days=1)),
    asked(15, LastScan(ScanStatus.UNSUPPORTED_IMAGE, tried_at=ago(days=30))),
)


def week(
    entries: Iterable[LedgerEntry] = ENTRIES,
    rules: Iterable[Suppression] = RULES,
    before: DigestState | None = LAST_WEEK,
) -> Digest:
    """Return the digest at the end of the week."""
    known_entries = list(entries)
    return sum_up(known_entries, rules, before, last_look=last_look(known_entries), max_age=WEEK, now=NOW)


def last_look(entries: Iterable[LedgerEntry]) -> datetime | None:
    """Return the newest of all coverage."""
    return max((entry.at for entry in entries if isinstance(entry, RepositoryCoverage)), default=None)


# --- any ledger ---------------------------------------------------------------------------------------------------

HOSTILE = st.text(st.sampled_from('aZ0-/:\u00e9\u4e2d\n\r\t\x00\x1b\u202e\u2028\U0001f600"\\<&'), max_size=12)
COUNTS = st.dictionaries(st.sampled_from(Severity), st.integers(1, 10**9), max_size=4)
MOMENTS = st.integers(0, 20_000).map(lambda minutes: ago(minutes=minutes))


@st.composite
def _images(draw: st.DrawFn, of: Repository) -> ImageState:
    identity = ImageId(of, digest(draw(st.integers(0, 3))))
    scans = st.builds(
        LastScan,
        st.sampled_from(ScanStatus),
        st.none() | MOMENTS,
        st.none() | MOMENTS,
        st.sampled_from(["", UNSUPPORTED_SYSTEM, "UnsupportedImageError"]) | HOSTILE,
    )
    facts = {
        "counts": COUNTS,
        "suppressed": st.integers(0, 9),
        "suppressions": st.just(("zlib",)),
        "tag": HOSTILE,
        "owner": HOSTILE,
    }
    record = st.builds(ImageRecord, st.just(identity), scans, **facts)
    return ImageState(identity, draw(st.none() | record), draw(st.none() | scans))


@st.composite
def _repository_entries(draw: st.DrawFn, of: Repository) -> list[LedgerEntry]:
    changes = st.builds(
        ChangeRecord,
        st.builds(ImageId, st.just(of), st.integers(0, 3).map(digest)),
        MOMENTS,
        HOSTILE,
        COUNTS,
        COUNTS,
        COUNTS,
        st.lists(HOSTILE, max_size=3).map(tuple),
    )
    numbers = st.integers(0, 10**6)
    coverage = st.builds(
        RepositoryCoverage,
        st.just(of),
        MOMENTS,
        numbers,
        st.dictionaries(st.sampled_from(sorted(NOT_SCANNABLE)), numbers),
        st.dictionaries(st.sampled_from(StartScanResult), numbers),
        st.sampled_from(["", "1m", "3d", "soon"]),
        st.lists(HOSTILE, max_size=3).map(tuple),
    )
    looks = draw(st.lists(coverage, max_size=1))
    images = draw(st.lists(_images(of), max_size=4, unique_by=lambda image: image.digest))
    recorded = draw(st.lists(st.builds(RecordedChange, changes, MOMENTS), max_size=3))
    return [*recorded, *looks, *images]


LEDGER_REPOSITORIES = st.builds(
    Repository, st.sampled_from(["123456789012", "210987654321"]), st.sampled_from(["eu-west-1", "cn-north-1"]), HOSTILE
)
ledgers: st.SearchStrategy[list[LedgerEntry]] = (
    st.lists(LEDGER_REPOSITORIES, max_size=3, unique=True)
    .flatmap(lambda found: st.tuples(*map(_repository_entries, found)))
    .map(lambda parts: list(chain.from_iterable(parts)))
)
