"""The tags of a repository, and its coverage in the ledger."""

from dataclasses import replace
from datetime import timedelta
from itertools import chain, repeat
from typing import Any

import pytest

from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import ImageReference, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.due import DueReason
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.outcomes import ScanSummary
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.samples import NOW, REPOSITORY, digest, image, scanned, started
from tests.unit.use_cases.fakes import FakeLedger, FakeRegistry
from tests.unit.use_cases.scanning.scans import JOB, WEEKLY, scan

POLICY = replace(WEEKLY, keeps_ledger=True)


def look_at(
    registry: FakeRegistry, ledger: FakeLedger, job: ScanJob = JOB, policy: ScanPolicy = POLICY, **options: Any
) -> ScanSummary:
    return scan(registry, ledger, job, policy, **options)


def ledger_of(*numbers: int) -> FakeLedger:
    return FakeLedger({digest(number): scanned(days=3) for number in numbers})


# --- tags of the repository ---------------------------------------------------------------------------------------


def test_a_repository_has_a_max_age_of_its_own() -> None:
    registry = FakeRegistry([image(1)], tags={"ecr-scan-reporter:max-age": "2d"})
    ledger = ledger_of(1)
    assert look_at(registry, ledger).started == 1
    assert ledger.coverages[0].max_age == "2d"


def test_a_repository_that_is_excluded_is_not_scanned() -> None:
    registry = FakeRegistry([image(1)], tags={"ecr-scan-reporter:scan": "off"})
    summary = look_at(registry, FakeLedger())
    assert (summary.is_excluded, summary.images, registry.started, registry.asked) == (True, 0, [], [])


def test_the_ledger_forgets_the_images_of_an_excluded_repository() -> None:
    ledger = ledger_of(1, 2)
    look_at(FakeRegistry([image(1)], tags={"ecr-scan-reporter:scan": "off"}), ledger)
    assert ledger.known == {}
    assert ledger.coverages == [RepositoryCoverage(REPOSITORY, NOW, max_age="1w")]


def test_a_wrong_tag_is_named_and_the_repository_is_scanned() -> None:
    registry = FakeRegistry([image(1)], tags={"ecr-scan-reporter:max-age": "banana"})
    ledger = FakeLedger()
    summary = look_at(registry, ledger)
    assert summary.started == 1
    assert summary.tag_warnings[0].startswith("tag ecr-scan-reporter:max-age is 'banana'")
    assert ledger.coverages[0].tag_warnings == summary.tag_warnings


def test_the_general_settings_hold_where_tags_may_not_be_read() -> None:
    denied = CallFailedError("list_tags_for_resource", "AccessDeniedException", "not you")
    assert look_at(FakeRegistry([image(1)], tags=denied), FakeLedger()).started == 1


@pytest.mark.parametrize("job", [JOB, replace(JOB, registry_id="123456789012")])
def test_an_image_gives_the_account_where_the_registry_does_not(job: ScanJob) -> None:
    ledger = FakeLedger()
    look_at(FakeRegistry([image(1)], registry_id=""), ledger, job)
    assert ledger.coverages[0].repository == REPOSITORY


def test_an_empty_repository_of_an_unknown_account_has_no_coverage() -> None:
    ledger = FakeLedger()
    assert look_at(FakeRegistry(registry_id=""), ledger).images == 0
    assert ledger.coverages == []


# --- coverage -----------------------------------------------------------------------------------------------------


def test_the_coverage_of_a_repository_is_recorded() -> None:
    index = replace(image(2), manifest_media_type="application/vnd.oci.image.index.v1+json")
    images = [image(1), index, replace(image(3), is_archived=True), image(4), image(5)]
    ledger = ledger_of(1)
    answers = {digest(4): StartScanResult.STARTED, digest(5): StartScanResult.QUOTA_EXCEEDED}
    look_at(FakeRegistry(images, answers=answers), ledger)
    assert ledger.coverages == [
        RepositoryCoverage(
            repository=Repository("123456789012", "eu-west-1", "team/app"),
            at=NOW,
            images=5,
            not_scannable={DueReason.INDEX: 1, DueReason.ARCHIVED: 1},
            held_back={StartScanResult.QUOTA_EXCEEDED: 1},
            max_age="1w",
        )
    ]


def test_an_empty_repository_has_been_looked_at_too() -> None:
    ledger = ledger_of(1)
    look_at(FakeRegistry(), ledger)
    assert ledger.coverages == [RepositoryCoverage(REPOSITORY, NOW, max_age="1w")]
    assert ledger.known == {}


def test_images_that_are_gone_are_forgotten() -> None:
    ledger = ledger_of(1, 2, 3)
    look_at(FakeRegistry([image(2)]), ledger)
    assert set(ledger.known) == {digest(2)}


def test_the_ledger_forgets_an_archived_image() -> None:
    ledger = ledger_of(1, 2)
    look_at(FakeRegistry([replace(image(1), is_archived=True), image(2)]), ledger)
    assert set(ledger.known) == {digest(2)}


def test_images_that_are_gone_are_forgotten_also_without_a_date() -> None:
    ledger = FakeLedger({digest(1): LastScan(ScanStatus.NOT_SCANNED)})
    look_at(FakeRegistry([image(2)]), ledger)
    assert digest(1) not in ledger.known


@pytest.mark.parametrize("status", [ScanStatus.ACTIVE, ScanStatus.SCAN_ELIGIBILITY_EXPIRED, ScanStatus.IMAGE_ARCHIVED])
def test_ecr_is_asked_again_about_a_status_that_depends_on_settings_of_the_registry(status: ScanStatus) -> None:
    """As when enhanced scanning was switched off."""
    registry = FakeRegistry([image(1)])
    ledger = FakeLedger({digest(1): LastScan(status, scanned_at=NOW - timedelta(days=2))})
    assert look_at(registry, ledger).started == 1
    assert registry.asked == [digest(1)]


def test_the_ledger_keeps_images_that_were_pushed_while_the_job_listed_the_repository() -> None:
    ledger = FakeLedger({digest(1): scanned(hours=1), digest(2): started(hours=23)})
    look_at(FakeRegistry([image(3)]), ledger)
    assert {digest(1), digest(2)} <= set(ledger.known)


@pytest.mark.parametrize(
    ("job", "policy", "options"),
    [
        pytest.param(replace(JOB, images=(ImageReference(digest(1)),)), POLICY, {}, id="a job that names images"),
        pytest.param(replace(JOB, dry_run=True), POLICY, {}, id="a dry run"),
        pytest.param(JOB, replace(POLICY, keeps_ledger=False), {}, id="the command line"),
        pytest.param(JOB, POLICY, {"time_is_up": chain([False], repeat(True)).__next__}, id="a job out of time"),
    ],
)
def test_only_a_look_at_the_whole_repository_says_what_there_is(
    job: ScanJob, policy: ScanPolicy, options: dict[str, Any]
) -> None:
    ledger = ledger_of(1, 2, 3)
    look_at(FakeRegistry([image(1), image(2)]), ledger, job, policy, **options)
    assert ledger.coverages == []
    assert len(ledger.known) == 3
