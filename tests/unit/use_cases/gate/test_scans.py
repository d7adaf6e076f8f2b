"""Start what is not fresh, and wait for all of it: with answers of ECR of every kind, and a clock that does not run."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.registry.images import Image
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.errors import CallFailedError, ImageNotFoundError, ScanRefusedError
from ecr_scan_reporter.use_cases.gate.scans import (
    IncompleteResultError,
    ScanOutcome,
    ScanTarget,
    WaitPolicy,
    scan_images,
)
from tests.unit.domain.gate.checks import CRITICAL
from tests.unit.samples import NOW, ago, image, result_of
from tests.unit.use_cases.gate.registry import DENIED, NOTHING, RUNNING, THROTTLED, Answer, ScriptedRegistry, Time

POLICY = WaitPolicy(parse_duration("24h"), timedelta(minutes=15))
ONE = image(1, tags=("1.2",))
DONE = LastScan(ScanStatus.COMPLETE, NOW)


def scanned(
    registry: ScriptedRegistry, *images: Image, time: Time | None = None
) -> tuple[list[ScanOutcome], list[str]]:
    said: list[str] = []
    targets = [ScanTarget(each, registry) for each in images or (ONE,)]
    return scan_images(targets, POLICY, (time or Time()).clock, said.append), said


def of(*answers: Answer, **facts: object) -> ScriptedRegistry:
    """Return a registry that answers so about the first image."""
    return replace(ScriptedRegistry({ONE.digest: list(answers)}), **facts)  # type: ignore[arg-type]


def test_a_fresh_result_is_read_without_a_start_and_without_a_wait() -> None:
    registry, time = of(DONE), Time()
    (outcome,), said = scanned(registry, time=time)
    assert outcome.result == result_of()
    assert (registry.started, time.slept, said) == ([], [], [])


def test_an_image_that_was_never_scanned_is_started_and_waited_for() -> None:
    registry, time = of(NOTHING, NOTHING, RUNNING, DONE), Time()
    (outcome,), said = scanned(registry, time=time)
    assert outcome.result
    assert (registry.started, time.slept) == ([ONE.digest], [1.0, 2.0, 3.0])
    assert said == ["team/app:1.2: its scan was started", "team/app:1.2: waiting up to 15m for its scan to end"]


def test_a_scan_on_push_that_is_under_way_is_not_started_again() -> None:
    registry = of(RUNNING, DONE)
    (outcome,), _ = scanned(registry)
    assert (bool(outcome.result), registry.started) == (True, [])


def test_the_result_of_the_scan_before_is_not_taken_for_the_new_one() -> None:
    old = LastScan(ScanStatus.COMPLETE, ago(hours=30))
    registry, time = of(old, old, old, RUNNING, DONE), Time()
    (outcome,), _ = scanned(registry, time=time)
    assert outcome.result
    assert len(time.slept) == 4


def test_a_race_that_another_pipeline_has_won_is_waited_for() -> None:
    old = LastScan(ScanStatus.COMPLETE, ago(hours=30))
    registry = of(old, old, DONE, starts={ONE.digest: StartScanResult.RATE_LIMITED})
    (outcome,), said = scanned(registry)
    assert outcome.result
    assert said[0] == "team/app:1.2: ECR has scanned it within 24 hours already"


def test_the_wait_ends_with_the_time_and_says_how() -> None:
    time = Time()
    (outcome,), said = scanned(of(NOTHING, RUNNING), time=time)
    assert outcome.problem == "the scan did not end within 15m: its last status is IN_PROGRESS"
    assert sum(time.slept) == 900
    assert "team/app:1.2: IN_PROGRESS after 1m1s" in said
    assert 10 < len(said) < 20
    assert max(time.slept) == 10


def test_throttling_and_faults_that_pass_end_nothing() -> None:
    (outcome,), _ = scanned(of(THROTTLED, NOTHING, THROTTLED, RUNNING, THROTTLED, DONE))
    assert outcome.result


def test_throttling_to_the_end_is_no_result() -> None:
    (outcome,), _ = scanned(of(THROTTLED))
    assert outcome.result is None
    assert "could not be asked within 15m" in outcome.problem
    assert "Rate exceeded" in outcome.problem


@pytest.mark.parametrize("answers", [(DENIED,), (NOTHING, DENIED)])
def test_a_refused_call_is_no_outcome_but_an_error(answers: tuple[Answer, ...]) -> None:
    with pytest.raises(CallFailedError, match="AccessDenied"):
        scanned(of(*answers))


def test_without_the_right_to_start_there_is_an_error() -> None:
    with pytest.raises(CallFailedError, match="AccessDenied"):
        scanned(of(NOTHING, starts={ONE.digest: DENIED}))


def test_a_refusal_in_unknown_words_is_quoted() -> None:
    (outcome,), _ = scanned(of(NOTHING, starts={ONE.digest: ScanRefusedError("odd: words")}))
    assert outcome.problem == "ECR refuses to scan the image: odd: words"


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_image_that_goes_in_the_meantime_has_no_result(place: int) -> None:
    answers: list[Answer] = [NOTHING, RUNNING, RUNNING]
    answers[place] = ImageNotFoundError(ONE.digest)
    (outcome,), _ = scanned(of(*answers))
    assert outcome.problem == "the image is not in the repository any more"


@pytest.mark.parametrize(
    ("watched", "waits", "problem"),
    [
        (True, True, "did not end within 15m"),
        (None, True, "did not end within 15m"),
        (False, False, "Amazon Inspector does not scan this repository"),
    ],
)
def test_under_enhanced_scanning_it_waits_for_inspector_where_that_watches(
    watched: bool | None, waits: bool, problem: str
) -> None:
    time = Time()
    registry = of(NOTHING, starts={ONE.digest: StartScanResult.DISABLED}, watched=watched)
    (outcome,), _ = scanned(registry, time=time)
    assert problem in outcome.problem
    assert bool(time.slept) is waits


def test_inspectors_first_result_ends_the_wait() -> None:
    pending, undated = LastScan(ScanStatus.PENDING), LastScan(ScanStatus.ACTIVE)
    registry = of(NOTHING, pending, undated, LastScan(ScanStatus.ACTIVE, NOW))
    registry.starts = {ONE.digest: StartScanResult.DISABLED}
    (outcome,), _ = scanned(registry)
    assert outcome.result


def test_an_active_status_that_never_gets_a_date_is_taken_after_a_minute() -> None:
    time = Time()
    (outcome,), _ = scanned(of(LastScan(ScanStatus.ACTIVE)), time=time)
    assert outcome.result
    assert 60 <= sum(time.slept) < 80


@pytest.mark.parametrize("read", [None, ScanResult(ScanStatus.IN_PROGRESS)])
def test_a_result_that_is_gone_when_it_is_read_is_waited_for(read: ScanResult | None) -> None:
    time = Time()
    (outcome,), _ = scanned(of(DONE, results={ONE.digest: read}), time=time)
    assert "did not end" in outcome.problem


def test_fewer_findings_than_ecr_counts_are_no_result() -> None:
    partial = replace(result_of(CRITICAL), findings=())
    with pytest.raises(IncompleteResultError, match="ECR counts 1 findings, and returned 0 of them"):
        scanned(of(DONE, results={ONE.digest: partial}))


def test_several_images_are_started_together_and_waited_for_together() -> None:
    others = [image(number) for number in range(2, 6)]
    registry, time = ScriptedRegistry(), Time()
    registry.answers = {each.digest: [NOTHING, RUNNING, DONE] for each in (ONE, *others)}
    outcomes, _ = scanned(registry, ONE, *others, time=time)
    assert [outcome.image for outcome in outcomes] == [ONE, *others]
    assert all(outcome.result for outcome in outcomes)
    assert time.slept == [1.0, 2.0]


def test_one_image_that_can_never_be_scanned_does_not_end_the_wait_for_another() -> None:
    other = image(2)
    registry = ScriptedRegistry(
        {ONE.digest: [LastScan(ScanStatus.UNSUPPORTED_IMAGE)], other.digest: [NOTHING, RUNNING, DONE]}
    )
    (one, two), _ = scanned(registry, ONE, other)
    assert (bool(one.problem), bool(two.result)) == (True, True)
