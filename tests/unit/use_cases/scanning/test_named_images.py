"""Jobs that name images."""

from dataclasses import replace

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.registry.images import ImageReference
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.limits import ImageLimits
from tests.unit.samples import ago, digest, image
from tests.unit.use_cases.fakes import FakeLedger, FakeRegistry
from tests.unit.use_cases.scanning.scans import WEEKLY, images, scan


def test_a_job_that_names_images_looks_at_these_alone() -> None:
    listed = [image(1, tags=("1.2", "latest")), image(2), image(3, tags=("old",))]
    registry, ledger = FakeRegistry(listed), FakeLedger()
    job = ScanJob("team/app", images=(ImageReference(tag="1.2"), ImageReference(digest=digest(2))))
    summary = scan(registry, ledger, job)
    assert registry.started == [digest(1), digest(2)]
    assert (summary.images, registry.listings) == (2, [])
    assert ledger.questions == [[digest(1), digest(2)]]


def test_limits_do_not_hide_an_image_that_a_job_names() -> None:
    old = image(1, tags=("1.2",), pushed_at=ago(days=999))
    registry = FakeRegistry([old])
    policy = replace(WEEKLY, limits=ImageLimits(pushed_within=parse_duration("1d")))
    scan(registry, job=ScanJob("team/app", images=(ImageReference(tag="1.2"),)), policy=policy)
    assert registry.started == [digest(1)]


def test_a_job_that_names_no_image_looks_at_none() -> None:
    registry = FakeRegistry(images(3))
    summary = scan(registry, job=ScanJob("team/app", images=()))
    assert (summary.images, summary.is_finished, registry.started) == (0, True, [])


def test_a_job_skips_named_images_that_are_gone() -> None:
    summary = scan(FakeRegistry(images(1)), job=ScanJob("team/app", images=(ImageReference(tag="gone"),)))
    assert (summary.images, summary.is_finished) == (0, True)
