"""The verdict about one image, and about several."""

import pytest

from ecr_scan_reporter.domain.exploits.known import NOTHING_KNOWN
from ecr_scan_reporter.domain.gate.checks import CheckedImage, Verdict
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.domain.gate.checks import CRITICAL, HIGH, UNRATED, check, checked, policy
from tests.unit.samples import SCANNED_IMAGE

UNSCANNED = CheckedImage(SCANNED_IMAGE, problem="it is archived")
BAD, GOOD = checked(CRITICAL), checked(HIGH)
UNJUDGED = checked(HIGH, exploits=NOTHING_KNOWN)


@pytest.mark.parametrize(
    ("images", "verdict"),
    [
        ((GOOD,), Verdict.PASSED),
        ((checked(),), Verdict.PASSED),
        ((BAD,), Verdict.AGAINST_POLICY),
        ((UNSCANNED,), Verdict.NOT_SCANNED),
        ((UNJUDGED,), Verdict.NOT_JUDGED),
        ((GOOD, UNJUDGED), Verdict.NOT_JUDGED),
        ((UNJUDGED, UNSCANNED), Verdict.NOT_SCANNED),
        ((GOOD, UNSCANNED, UNJUDGED, BAD), Verdict.AGAINST_POLICY),
        ((), Verdict.NOT_SCANNED),
    ],
)
def test_the_worst_image_decides(images: tuple[CheckedImage, ...], verdict: Verdict) -> None:
    assert check(*images).verdict is verdict


def test_without_the_baseline_there_is_no_verdict_about_what_is_new() -> None:
    assert check(BAD, problem="the baseline has no result").verdict is Verdict.NOT_SCANNED


def test_what_nobody_asked_for_may_be_unknown() -> None:
    default = policy(is_explicit=False)
    assert check(checked(HIGH, by=default, exploits=NOTHING_KNOWN), policy=default).verdict is Verdict.PASSED


def test_what_fails_is_shown_first_and_whatever_the_level() -> None:
    image = checked(CRITICAL, HIGH, UNRATED, by=policy("undefined"))
    assert image.shown(Severity.CRITICAL) == (UNRATED, CRITICAL)
    assert image.shown(Severity.UNTRIAGED) == (UNRATED, CRITICAL, HIGH)


def test_an_image_has_the_name_that_was_asked_for() -> None:
    one = checked(HIGH, platform="linux/arm64")
    assert check(one).name_of(one) == "team/app:1.2"
    assert check(one, GOOD).name_of(one) == "team/app:1.2 (linux/arm64)"
