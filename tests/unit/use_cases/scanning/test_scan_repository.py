from dataclasses import replace
from datetime import timedelta

import pytest

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.registry.images import ImageReference, TagStatus
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.due import DueReason
from ecr_scan_reporter.domain.scanning.jobs import MAX_CONTINUATIONS, ScanJob
from ecr_scan_reporter.domain.scanning.limits import ImageLimits
from ecr_scan_reporter.domain.scanning.outcomes import ImageOutcome, ScanSummary
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.errors import (
    CallFailedError,
    ImageNotFoundError,
    JobIncompleteError,
    RepositoryNotFoundError,
)
from ecr_scan_reporter.use_cases.scanning.scan_repository import continue_job
from tests.unit.samples import NOW, ago, digest, image, scanned, started
from tests.unit.use_cases.fakes import Answers, FakeLedger, FakeQueue, FakeRegistry
from tests.unit.use_cases.scanning.scans import (
    DENIED,
    FAULT,
    JOB,
    NEVER_SCANNED,
    WEEKLY,
    after_starts,
    images,
    ledger_with,
    scan,
)


def test_starts_only_the_scans_that_are_due() -> None:
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


def test_asks_ecr_only_about_images_that_nobody_knows() -> None:
    registry = FakeRegistry(images(3), scans={digest(1): scanned(days=8), digest(2): scanned(days=2)})
    ledger = FakeLedger({digest(3): scanned(days=1)})
    summary = scan(registry, ledger)
    assert registry.asked == [digest(1), digest(2)]
    assert registry.started == [digest(1)]
    assert summary.reasons == {DueReason.EXPIRED: 1, DueReason.FRESH: 2}
    assert ledger.known[digest(2)] == scanned(days=2)


def test_what_describe_images_tells_is_believed_without_asking() -> None:
    registry = FakeRegistry([image(1, last_scan=scanned(days=8)), image(2, last_scan=scanned(days=1))])
    scan(registry)
    assert (registry.asked, registry.started) == ([], [digest(1)])


def test_indexes_referrers_and_artifacts_are_counted_and_never_asked_for() -> None:
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
def test_looks_at_images_with_the_tag_status_of_the_settings(tag_status: TagStatus) -> None:
    registry = FakeRegistry()
    scan(registry, policy=replace(WEEKLY, tag_status=tag_status))
    assert registry.listings == [tag_status]


def test_an_empty_repository_has_nothing_to_do() -> None:
    ledger = FakeLedger()
    summary = scan(FakeRegistry(), ledger)
    assert (summary.images, summary.is_finished, ledger.writes) == (0, True, [])


def test_without_the_right_to_know_the_registry_the_first_image_tells_which_it_is() -> None:
    registry, ledger = FakeRegistry(images(2), registry_id=""), FakeLedger()
    assert scan(registry, ledger).started == 2
    assert scan(FakeRegistry(registry_id=""), ledger).images == 0


def test_a_repository_that_is_gone_is_for_the_caller_to_know() -> None:
    with pytest.raises(RepositoryNotFoundError, match="team/app"):
        scan(FakeRegistry(listed=None))


# --- the answers of StartImageScan --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "is_due_tomorrow"),
    [
        pytest.param(StartScanResult.STARTED, False, id="started"),
        pytest.param(StartScanResult.RATE_LIMITED, False, id="scanned within 24 hours"),
        pytest.param(StartScanResult.UNSUPPORTED, False, id="cannot be scanned"),
        pytest.param(StartScanResult.QUOTA_EXCEEDED, True, id="the registry's quota"),
        pytest.param(StartScanResult.DISABLED, True, id="enhanced scanning"),
        pytest.param(StartScanResult.ARCHIVED, True, id="archived"),
        pytest.param(StartScanResult.GONE, True, id="gone"),
    ],
)
def test_an_answer_is_counted_and_tells_whether_to_ask_tomorrow(answer: StartScanResult, is_due_tomorrow: bool) -> None:
    listed = images(1)
    ledger = ledger_with(listed)
    summary = scan(FakeRegistry(listed, answers={digest(1): answer}), ledger)
    assert (summary.answers, summary.failed) == ({answer: 1}, 0)
    tomorrow = FakeRegistry(listed)
    scan(tomorrow, ledger, now=NOW + timedelta(hours=25))
    assert tomorrow.started == ([digest(1)] if is_due_tomorrow else [])


@pytest.mark.parametrize("answer", [StartScanResult.QUOTA_EXCEEDED, StartScanResult.DISABLED])
def test_an_answer_for_the_whole_registry_stops_the_starting_and_leaves_the_images_due(answer: StartScanResult) -> None:
    listed = images(50)
    registry = FakeRegistry(listed, answers={digest(3): answer})
    summary = scan(registry, ledger_with(listed))
    assert registry.started == [digest(1), digest(2), digest(3)]
    assert summary.answers == {StartScanResult.STARTED: 2, answer: 48}
    assert (summary.failed, summary.is_finished) == (0, True)


def test_the_registrys_quota_is_told_once_and_pauses_all_jobs_for_an_hour() -> None:
    listed = images(3)
    ledger = ledger_with(listed)
    met = scan(FakeRegistry(listed, answers={digest(1): StartScanResult.QUOTA_EXCEEDED}), ledger)
    assert met.met_quota
    paused, resumed = FakeRegistry(listed), FakeRegistry(listed)
    summary = scan(paused, ledger, now=NOW + timedelta(minutes=59))
    assert (paused.started, summary.met_quota) == ([], False)
    assert summary.answers == {StartScanResult.QUOTA_EXCEEDED: 3}
    scan(resumed, ledger, now=NOW + timedelta(minutes=61))
    assert len(resumed.started) == 3


def test_a_pause_that_cannot_be_ours_is_ignored() -> None:
    ledger = FakeLedger(until=NOW + timedelta(days=400))
    assert scan(FakeRegistry(images(1)), ledger).started == 1


def test_under_enhanced_scanning_nothing_is_started_and_nothing_fails() -> None:
    registry = FakeRegistry(images(3), enhanced=True)
    summary = scan(registry)
    assert (summary.is_enhanced, summary.images, registry.started, registry.listings) == (True, 0, [], [])


# --- faults -------------------------------------------------------------------------------------------------------


def test_a_fault_of_one_image_stops_no_other() -> None:
    listed = images(3)
    registry = FakeRegistry(listed, answers={digest(2): FAULT})
    ledger = ledger_with(listed)
    summary = scan(registry, ledger)
    assert registry.started == [digest(1), digest(2), digest(3)]
    assert (summary.started, summary.failed) == (2, 1)
    assert summary.first_error == "StartImageScan failed: ServerException: try again"
    assert ledger.known[digest(2)] == NEVER_SCANNED


def test_a_fault_while_asking_stops_no_other_image() -> None:
    registry = FakeRegistry(images(3), scans={digest(1): FAULT})
    summary = scan(registry)
    assert (registry.started, summary.failed) == ([digest(2), digest(3)], 1)


@pytest.mark.parametrize("error", [ImageNotFoundError("gone"), RepositoryNotFoundError("gone")])
def test_an_image_deleted_in_the_meantime_is_no_fault(error: Exception) -> None:
    registry = FakeRegistry(images(2), scans={digest(1): error})
    summary = scan(registry)
    assert summary.answers == {StartScanResult.GONE: 1, StartScanResult.STARTED: 1}
    assert summary.failed == 0


def test_where_access_is_denied_nothing_goes_on_but_what_was_done_is_remembered() -> None:
    listed = images(30)
    registry = FakeRegistry(listed, answers={digest(3): DENIED})
    ledger = ledger_with(listed)
    with pytest.raises(CallFailedError, match="AccessDeniedException"):
        scan(registry, ledger)
    assert registry.started == [digest(1), digest(2), digest(3)]
    assert ledger.known[digest(2)] == LastScan(ScanStatus.IN_PROGRESS, tried_at=NOW)
    assert ledger.spent == 2
    assert ledger.coverages == []


# --- the ledger ---------------------------------------------------------------------------------------------------


def test_a_second_run_starts_nothing() -> None:
    listed, ledger = images(60), FakeLedger()
    first, second = FakeRegistry(listed), FakeRegistry(listed)
    assert scan(first, ledger).started == 60
    summary = scan(second, ledger, now=NOW + timedelta(hours=1))
    assert (second.asked, second.started) == ([], [])
    assert summary.reasons == {DueReason.IN_PROGRESS: 60}


def test_images_are_scanned_again_when_their_scan_is_old() -> None:
    listed, ledger = images(3), FakeLedger()
    scan(FakeRegistry(listed), ledger)
    later = FakeRegistry(listed)
    scan(later, ledger, now=NOW + timedelta(days=8))
    assert (len(later.asked), len(later.started)) == (0, 3)


def test_what_is_learned_is_written_in_batches_as_the_work_goes_on() -> None:
    ledger = FakeLedger()
    scan(FakeRegistry(images(60)), ledger)
    assert ledger.writes == [25, 25, 10]


def test_nothing_is_written_where_nothing_was_learned() -> None:
    listed = images(3)
    ledger = ledger_with(listed, scanned(days=1))
    scan(FakeRegistry(listed), ledger)
    assert ledger.writes == []


def test_a_scan_that_ecr_says_is_running_is_not_asked_for_again_within_a_day() -> None:
    ledger = FakeLedger()
    scan(FakeRegistry(images(1), scans={digest(1): LastScan(ScanStatus.IN_PROGRESS)}), ledger)
    again = FakeRegistry(images(1))
    scan(again, ledger, now=NOW + timedelta(hours=23))
    assert (again.asked, again.started) == ([], [])


# --- named images -------------------------------------------------------------------------------------------------


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


def test_named_images_that_are_gone_are_nothing_to_do() -> None:
    summary = scan(FakeRegistry(images(1)), job=ScanJob("team/app", images=(ImageReference(tag="gone"),)))
    assert (summary.images, summary.is_finished) == (0, True)


# --- limits and the budget of a day -------------------------------------------------------------------------------


def test_limits_leave_out_images_before_anything_is_asked() -> None:
    registry = FakeRegistry([image(n, pushed_at=ago(days=n)) for n in (3, 1, 2)])
    summary = scan(registry, policy=replace(WEEKLY, limits=ImageLimits(max_images=2)))
    assert (registry.started, summary.images) == ([digest(1), digest(2)], 2)


def test_a_budget_is_spent_on_what_was_pulled_most_recently() -> None:
    listed = [image(n, pulled_at=ago(days=n)) for n in (4, 2, 1, 3)]
    registry, ledger = FakeRegistry(listed), FakeLedger()
    summary = scan(registry, ledger, policy=replace(WEEKLY, max_scans_per_day=2))
    assert registry.started == [digest(1), digest(2)]
    assert summary.answers == {StartScanResult.OVER_BUDGET: 2, StartScanResult.STARTED: 2}
    assert (summary.images, ledger.spent) == (4, 2)


def test_what_is_over_the_budget_is_due_on_the_next_day() -> None:
    listed, ledger, policy = images(3), FakeLedger(), replace(WEEKLY, max_scans_per_day=2)
    scan(FakeRegistry(listed), ledger, policy=policy)
    same_day, next_day = FakeRegistry(listed), FakeRegistry(listed)
    scan(same_day, ledger, policy=policy, now=NOW + timedelta(hours=1))
    assert same_day.started == []
    ledger.spent = 0
    scan(next_day, ledger, policy=policy, now=NOW + timedelta(hours=13))
    assert len(next_day.started) == 1


def test_scans_that_did_not_start_are_given_back_to_the_budget() -> None:
    listed = images(4)
    answers: Answers = {digest(1): StartScanResult.RATE_LIMITED, digest(2): StartScanResult.GONE, digest(3): FAULT}
    ledger = ledger_with(listed)
    summary = scan(FakeRegistry(listed, answers=answers), ledger, policy=replace(WEEKLY, max_scans_per_day=10))
    assert (summary.started, summary.failed, ledger.spent) == (1, 1, 1)


def test_scans_that_did_not_start_because_access_is_denied_are_given_back_too() -> None:
    listed = images(4)
    ledger = ledger_with(listed)
    registry = FakeRegistry(listed, answers={image.digest: DENIED for image in listed})
    with pytest.raises(CallFailedError):
        scan(registry, ledger, policy=replace(WEEKLY, max_scans_per_day=10))
    assert ledger.spent == 0


# --- dry runs and deadlines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("policy", [WEEKLY, replace(WEEKLY, max_scans_per_day=1)], ids=["no budget", "a budget"])
def test_a_dry_run_decides_and_starts_nothing(policy: ScanPolicy) -> None:
    registry, ledger = FakeRegistry(images(2)), FakeLedger()
    summary = scan(registry, ledger, ScanJob("team/app", dry_run=True), policy=policy)
    assert (registry.started, summary.due, summary.started) == ([], 2, 0)
    assert ledger.spent == 0
    assert ledger.known == {digest(1): NEVER_SCANNED, digest(2): NEVER_SCANNED}


def test_each_image_has_one_outcome() -> None:
    outcomes: list[ImageOutcome] = []
    listed = [image(1, tags=("1.2",)), image(2)]
    ledger = FakeLedger({digest(1): scanned(days=8), digest(2): scanned(days=1)})
    scan(FakeRegistry(listed), ledger, on_outcome=outcomes.append)
    assert [outcome.fields() for outcome in sorted(outcomes, key=lambda outcome: outcome.image.digest)] == [
        {
            "repository": "team/app",
            "imageDigest": digest(1),
            "imageTags": ["1.2"],
            "isDue": True,
            "reason": "expired",
            "lastScanAt": "2026-01-23T12:00:00+00:00",
            "answer": "started",
            "error": None,
        },
        {
            "repository": "team/app",
            "imageDigest": digest(2),
            "imageTags": [],
            "isDue": False,
            "reason": "fresh",
            "lastScanAt": "2026-01-30T12:00:00+00:00",
            "answer": None,
            "error": None,
        },
    ]


def test_a_job_that_is_out_of_time_before_it_begins_asks_nothing() -> None:
    registry = FakeRegistry(images(3))
    summary = scan(registry, time_is_up=lambda: True)
    assert (summary.is_finished, registry.listings) == (False, [])


def test_a_job_goes_on_where_it_ran_out_of_time() -> None:
    listed, ledger, queue = images(10), FakeLedger(), FakeQueue()
    registry = FakeRegistry(listed)
    job = JOB
    for _ in range(5):
        summary = scan(registry, ledger, job, time_is_up=after_starts(registry, 4))
        if summary.is_finished:
            break
        continue_job(job, summary, queue)
        job, delay = queue.sent[-1]
        assert delay == 10
        assert len(ledger.known) == len(registry.started)
    assert (summary.is_finished, job.continuation) == (True, 2)
    assert registry.started == [image.digest for image in listed]


def test_a_budget_also_ends_with_the_time_and_gives_back_what_is_left() -> None:
    listed = images(6)
    registry, ledger = FakeRegistry(listed), ledger_with(listed)
    policy = replace(WEEKLY, max_scans_per_day=100)
    summary = scan(registry, ledger, policy=policy, time_is_up=after_starts(registry, 2))
    assert (len(registry.started), ledger.spent, summary.is_finished) == (2, 2, False)


def test_a_finished_job_is_done() -> None:
    queue = FakeQueue()
    continue_job(JOB, ScanSummary("team/app"), queue)
    assert queue.sent == []


def test_a_job_that_ran_out_of_time_is_sent_again_with_all_it_says() -> None:
    queue = FakeQueue()
    job = ScanJob("team/app", region="us-east-1", images=(ImageReference(tag="1.2"),), dry_run=True, continuation=3)
    continue_job(job, ScanSummary("team/app", is_finished=False, images=7, failed=2), queue)
    assert queue.sent == [(replace(job, continuation=4), 10)]


def test_a_job_that_found_no_time_at_all_waits_longer() -> None:
    queue = FakeQueue()
    continue_job(JOB, ScanSummary("team/app", is_finished=False), queue)
    assert queue.sent == [(replace(JOB, continuation=1), 60)]


def test_a_job_with_faults_fails_so_that_the_queue_tries_it_again() -> None:
    with pytest.raises(JobIncompleteError, match="2 images of team/app could not be dealt with; the first: why"):
        continue_job(JOB, ScanSummary("team/app", failed=2, first_error="why"), FakeQueue())


def test_a_job_that_never_ends_fails() -> None:
    queue = FakeQueue()
    with pytest.raises(JobIncompleteError):
        continue_job(replace(JOB, continuation=MAX_CONTINUATIONS), ScanSummary("team/app", is_finished=False), queue)
    assert queue.sent == []


def test_the_summary_of_a_job_is_one_log_line() -> None:
    listed = images(3)
    ledger = FakeLedger({digest(1): scanned(days=8), digest(2): scanned(days=1), digest(3): NEVER_SCANNED})
    summary = scan(FakeRegistry(listed, answers={digest(3): FAULT}), ledger)
    assert summary.fields() == {
        "repository": "team/app",
        "images": 3,
        "due": 2,
        "started": 1,
        "recovered": 0,
        "failed": 1,
        "firstError": "StartImageScan failed: ServerException: try again",
        "isFinished": True,
        "hasHadItsShare": False,
        "isEnhanced": False,
        "isLeftOut": False,
        "reasons": {"fresh": 1, "expired": 1, "never_scanned": 1},
        "answers": {"started": 1},
    }
