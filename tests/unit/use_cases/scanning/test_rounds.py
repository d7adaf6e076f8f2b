"""Simulated days with a budget that does not reach all: no image starves, none is scanned twice in a day."""

from collections import Counter, deque
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import timedelta
from math import ceil

from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.order import ScanOrder
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.use_cases.inventory.scan_order import scan_order
from ecr_scan_reporter.use_cases.scanning.scan_repository import continue_job, scan_repository
from ecr_scan_reporter.use_cases.scanning.tools import ScanTools
from tests.unit.domain.inventory.due_images import DueImage, MadeUpDue
from tests.unit.samples import NOW, REPOSITORY, image, image_id
from tests.unit.use_cases.fakes import FakeLedger, FakeQueue, FakeRegistry, one_at_a_time

DAY = timedelta(days=1)
NAMES = ("team/app", "team/web", "base")

repositories = st.sampled_from([replace(REPOSITORY, name=name) for name in NAMES])


@st.composite
def registries(draw: st.DrawFn) -> list[DueImage]:
    return [
        DueImage(
            image_id(number, draw(repositories)),
            is_in_use=draw(st.booleans()),
            exploited=draw(st.integers(0, 1)),
            scanned_at=draw(st.none() | st.integers(0, 30).map(lambda days: NOW - days * DAY)),
        )
        for number in range(draw(st.integers(1, 14)))
    ]


class Days:
    """A registry whose jobs run once a day. `scanned` has the images that were scanned on each day."""

    def __init__(self, images: Collection[DueImage], per_day: int, max_age_days: int) -> None:
        self.known = {each.id: each for each in images}
        self.policy = ScanPolicy(Duration(hours=24 * max_age_days), max_scans_per_day=per_day)
        self.now = NOW
        self.scanned: list[list[ImageId]] = []

    def due(self) -> list[DueImage]:
        oldest = self.policy.max_age.before(self.now)
        return [each for each in self.known.values() if each.scanned_at is None or each.scanned_at < oldest]

    def next(self, *, has_inventory: bool = True) -> None:
        """Build an order, run all jobs with their continuations, and end the scans that they start."""
        order = scan_order(MadeUpDue(self.due()), self.policy, self.now) if has_inventory else None
        self.run(order)
        self.now += DAY

    def run(self, order: ScanOrder | None) -> None:
        ledger = FakeLedger(
            {
                each.digest: LastScan(ScanStatus.COMPLETE, each.scanned_at)
                if each.scanned_at
                else LastScan(ScanStatus.NOT_SCANNED)
                for each in self.known.values()
            }
        )
        started: list[ImageId] = []
        jobs = deque(ScanJob(name, jobs_in_run=len(NAMES)) for name in NAMES)
        while jobs:
            job, queue = jobs.popleft(), FakeQueue()
            repository = replace(REPOSITORY, name=job.repository)
            listed = [image(int(each.digest[-2:], 16), repository) for each in self._of(repository)]
            registry = FakeRegistry(listed)
            tools = ScanTools(
                registry, ledger, one_at_a_time, first_images=lambda of, _: order.of(of) if order else None
            )
            continue_job(job, scan_repository(job, tools, policy=self.policy, now=self.now), queue)
            started += [ImageId(repository, each) for each in registry.started]
            jobs.extend(sent for sent, _ in queue.sent)
        assert ledger.spent == len(started)
        for each in started:
            self.known[each] = replace(self.known[each], scanned_at=self.now)
        self.scanned.append(started)

    def _of(self, repository: Repository) -> Sequence[ImageId]:
        return [each for each in self.known if each.repository == repository]


@given(registries(), st.integers(1, 6), st.integers(1, 20), st.booleans())
@settings(max_examples=60)
def test_each_day_starts_as_many_scans_as_it_may_and_each_image_once(
    images: list[DueImage], per_day: int, max_age_days: int, has_inventory: bool
) -> None:
    days = Days(images, per_day, max_age_days)
    for _ in range(4):
        due = {each.id for each in days.due()}
        days.next(has_inventory=has_inventory)
        started = Counter(days.scanned[-1])
        assert set(started) <= due
        assert set(started.values()) <= {1}
        assert started.total() == min(len(due), per_day)


@given(registries(), st.integers(1, 6))
@settings(max_examples=60)
def test_all_that_is_due_is_scanned_within_the_days_that_it_takes(images: list[DueImage], per_day: int) -> None:
    days = Days(images, per_day, max_age_days=30)
    due = {each.id for each in days.due()}
    for _ in range(ceil(len(due) / per_day)):
        days.next()
    assert due <= {each for day in days.scanned for each in day}


@given(registries(), st.integers(1, 6), st.integers(1, 6))
@settings(max_examples=40)
def test_no_image_waits_longer_than_two_rounds_however_often_the_important_ones_expire(
    images: list[DueImage], per_day: int, max_age_days: int
) -> None:
    days, longest = Days(images, per_day, max_age_days), ceil(len(images) / ceil(per_day / 2))
    waiting: Counter[ImageId] = Counter()
    for _ in range(2 * longest + 2):
        due = {each.id for each in days.due()}
        days.next()
        waiting = Counter({each: waiting[each] + 1 for each in due.difference(days.scanned[-1])})
        assert max(waiting.values(), default=0) < longest


def test_images_in_use_are_scanned_when_they_expire_while_the_others_take_longer() -> None:
    """Of 20 images, two are in use. At two scans a day, a round takes ten days; scans expire after four."""
    images = [DueImage(image_id(n, replace(REPOSITORY, name=NAMES[n % 3])), is_in_use=n in (5, 13)) for n in range(20)]
    days = Days(images, per_day=2, max_age_days=4)
    for _ in range(40):
        days.next()
    counted = Counter(each for day in days.scanned for each in day)
    in_use = [counted[each.id] for each in images if each.is_in_use]
    others = [counted[each.id] for each in images if not each.is_in_use]
    assert min(in_use) == 40 // 5
    assert min(others) == 40 // 20
