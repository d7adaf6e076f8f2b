"""Which images of a repository a job looks at, and which scans it starts."""

from dataclasses import replace

import pytest

from ecr_scan_reporter.domain.registry.images import TagStatus
from ecr_scan_reporter.domain.scanning.due import DueReason
from ecr_scan_reporter.domain.scanning.limits import ImageLimits
from ecr_scan_reporter.errors import RepositoryNotFoundError
from tests.unit.samples import ago, digest, image, scanned, started
from tests.unit.use_cases.fakes import FakeLedger, FakeRegistry
from tests.unit.use_cases.scanning.scans import NEVER_SCANNED, WEEKLY, images, scan


def test_the_scanner_starts_only_the_scans_that_are_due() -> None:
    registry = FakeRegistry(images(4))
    ledger = FakeLedger(
        {digest(1): scanned(days=8), digest(2): scanned(days=2), digest(3): started(hours=2), digest(4): NEVER_SCANNED}
    )
    summary = scan(registry, ledger)
    assert registry.started == [digest(1), digest(4)]
    assert registry.asked == []
    assert (summary.images, summary.due, summary.started, summary.failed) == (4, 2, 2, 0)
    assert summary.reasons == {
        DueReason.EXPIRED: 1,
        DueReason.FRESH: 1,
        DueReason.IN_PROGRESS: 1,
        DueReason.NEVER_SCANNED: 1,
    }


def test_the_scanner_asks_ecr_only_about_images_without_a_known_scan() -> None:
    registry = FakeRegistry(images(3), scans={digest(1): scanned(days=8), digest(2): scanned(days=2)})
    ledger = FakeLedger({digest(3): scanned(days=1)})
    summary = scan(registry, ledger)
    assert registry.asked == [digest(1), digest(2)]
    assert registry.started == [digest(1)]
    assert summary.reasons == {DueReason.EXPIRED: 1, DueReason.FRESH: 2}
    assert ledger.known[digest(2)] == scanned(days=2)


def test_scan_fields_of_describe_images_spare_a_call() -> None:
    registry = FakeRegistry([image(1, last_scan=scanned(days=8)), image(2, last_scan=scanned(days=1))])
    scan(registry)
    assert (registry.asked, registry.started) == ([], [digest(1)])


def test_the_scanner_counts_indexes_referrers_and_artifacts_and_never_asks_about_them() -> None:
    registry = FakeRegistry(
        [
            image(1, manifest_media_type="application/vnd.oci.image.index.v1+json"),
            image(2, subject_digest=digest(1)),
            image(3, artifact_media_type="application/vnd.cncf.helm.config.v1+json"),
            image(4, is_archived=True),
        ]
    )
    summary = scan(registry)
    assert (registry.asked, registry.started) == ([], [])
    assert summary.reasons == {DueReason.INDEX: 1, DueReason.REFERRER: 1, DueReason.ARTIFACT: 1, DueReason.ARCHIVED: 1}


@pytest.mark.parametrize("tag_status", list(TagStatus))
def test_the_scanner_lists_images_with_the_tag_status_of_the_settings(tag_status: TagStatus) -> None:
    registry = FakeRegistry()
    scan(registry, policy=replace(WEEKLY, tag_status=tag_status))
    assert registry.listings == [tag_status]


def test_an_empty_repository_has_nothing_to_do() -> None:
    ledger = FakeLedger()
    summary = scan(FakeRegistry(), ledger)
    assert (summary.images, summary.is_finished, ledger.writes) == (0, True, [])


def test_the_first_image_gives_the_account_where_the_registry_may_not_be_read() -> None:
    registry, ledger = FakeRegistry(images(2), registry_id=""), FakeLedger()
    assert scan(registry, ledger).started == 2
    assert scan(FakeRegistry(registry_id=""), ledger).images == 0


def test_a_repository_that_is_gone_is_an_error_of_the_caller() -> None:
    with pytest.raises(RepositoryNotFoundError, match="team/app"):
        scan(FakeRegistry(listed=None))


def test_under_enhanced_scanning_nothing_is_started_and_nothing_fails() -> None:
    registry = FakeRegistry(images(3), enhanced=True)
    summary = scan(registry)
    assert (summary.is_enhanced, summary.images, registry.started, registry.listings) == (True, 0, [], [])


def test_limits_exclude_images_before_ecr_is_asked() -> None:
    registry = FakeRegistry([image(n, pushed_at=ago(days=n)) for n in (3, 1, 2)])
    summary = scan(registry, policy=replace(WEEKLY, limits=ImageLimits(max_images=2)))
    assert (registry.started, summary.images) == ([digest(1), digest(2)], 2)
