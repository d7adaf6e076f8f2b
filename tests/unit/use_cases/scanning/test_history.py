"""Weeks in the life of a repository: days on which events or the whole ledger get lost, and ECR knows the truth.

Like ECR today, the fake lists images without their scans, refuses a second scan within 24 hours, and
sends an event when a scan has ended, which may never arrive.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_scan_reporter.domain.registry.images import Image
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus, latest
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from tests.unit.samples import NOW, digest, image
from tests.unit.use_cases.fakes import FakeLedger, FakeRegistry
from tests.unit.use_cases.scanning.scans import scan

DAY = timedelta(days=1)


@dataclass
class TruthfulRegistry(FakeRegistry):
    """A registry that keeps its own record of every scan."""

    now: datetime = NOW
    truth: dict[str, datetime] = field(default_factory=dict)

    def last_scan(self, image: Image) -> LastScan:
        self.asked.append(image.digest)
        scanned_at = self.truth.get(image.digest)
        return LastScan(ScanStatus.COMPLETE, scanned_at) if scanned_at else LastScan(ScanStatus.NOT_SCANNED)

    def start_scan(self, image: Image) -> StartScanResult:
        scanned_at = self.truth.get(image.digest)
        if scanned_at and self.now - scanned_at < DAY:
            return StartScanResult.RATE_LIMITED
        self.started.append(image.digest)
        self.truth[image.digest] = self.now
        return StartScanResult.STARTED


@dataclass(frozen=True)
class Day:
    """What goes wrong on one day, and what others do."""

    lost_events: frozenset[int] = frozenset()
    ledger_is_lost: bool = False
    scanned_by_others: frozenset[int] = frozenset()


NUMBERS = st.frozensets(st.integers(1, 6), max_size=6)
DAYS = st.builds(Day, lost_events=NUMBERS, ledger_is_lost=st.booleans(), scanned_by_others=st.just(frozenset()))
BUSY_DAYS = st.builds(Day, lost_events=NUMBERS, ledger_is_lost=st.booleans(), scanned_by_others=NUMBERS)
AGES = st.lists(st.none() | st.integers(0, 40), min_size=6, max_size=6)


def live(ages: list[int | None], days: list[Day]) -> TruthfulRegistry:
    """Run once a day, and check after each run that exactly the due images were scanned."""
    registry = TruthfulRegistry([image(number) for number in range(1, 7)])
    registry.truth = {digest(n): NOW - age * DAY for n, age in enumerate(ages, start=1) if age is not None}
    ledger = FakeLedger()
    for number, day in enumerate(days):
        registry.now = now = NOW + number * DAY
        for other in day.scanned_by_others:
            registry.truth[digest(other)] = now - timedelta(hours=1)
        if day.ledger_is_lost:
            ledger.known.clear()
        registry.started.clear()
        due = {d for d in map(digest, range(1, 7)) if is_due(registry.truth.get(d), now)}
        scan(registry, ledger, now=now)
        if not day.scanned_by_others and not any(earlier.scanned_by_others for earlier in days):
            assert set(registry.started) == due
        assert due <= set(registry.started) | scanned_today(registry, now)
        assert all(count == 1 for count in Counter(registry.started).values())
        deliver(registry, ledger, day, now)
    return registry


def is_due(scanned_at: datetime | None, now: datetime) -> bool:
    return scanned_at is None or now - scanned_at > 7 * DAY


def scanned_today(registry: TruthfulRegistry, now: datetime) -> set[str]:
    return {d for d, scanned_at in registry.truth.items() if now - scanned_at < DAY}


def deliver(registry: TruthfulRegistry, ledger: FakeLedger, day: Day, now: datetime) -> None:
    """Bring the events of the scans that ended, but for those that are lost."""
    lost = {digest(number) for number in day.lost_events}
    for started in set(registry.started) - lost:
        known = latest(LastScan(ScanStatus.COMPLETE, scanned_at=now), ledger.known.get(started))
        if known:
            ledger.known[started] = known


@settings(max_examples=300, deadline=None)
@given(AGES, st.lists(DAYS, min_size=1, max_size=20))
def test_on_every_day_exactly_the_due_images_are_scanned_whatever_is_lost(
    ages: list[int | None], days: list[Day]
) -> None:
    live(ages, days)


@settings(max_examples=300, deadline=None)
@given(AGES, st.lists(BUSY_DAYS, min_size=1, max_size=20))
def test_no_image_grows_too_old_when_others_scan_as_well(ages: list[int | None], days: list[Day]) -> None:
    """The ledger does not know of their scans: it may lie, and then an image is scanned early, never late."""
    live(ages, days)


def test_in_a_quiet_month_ecr_is_asked_once_about_each_image() -> None:
    registry = live([3] * 6, [Day()] * 30)
    assert len(registry.asked) == 6
