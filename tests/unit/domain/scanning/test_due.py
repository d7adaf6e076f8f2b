from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.domain.registry.images import Image
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.scanning.due import DUE, EXPLANATIONS, SCAN_QUOTA_PERIOD, DueReason, decide
from tests.unit.samples import NOW, ago, image, scanned, started

WEEK = parse_duration("7d")


def described(status: str, **units: float) -> LastScan:
    """Return the scan of DescribeImages that ended so long before NOW."""
    return LastScan(ScanStatus(status), scanned_at=ago(**units) if units else None)


def reason_for(last_scan: LastScan | None, recorded: LastScan | None, max_age: str = "7d") -> DueReason:
    return decide(image(last_scan=last_scan), recorded, now=NOW, max_age=parse_duration(max_age)).reason


@pytest.mark.parametrize(
    ("recorded", "reason"),
    [
        pytest.param(None, DueReason.UNKNOWN, id="nothing is known"),
        pytest.param(LastScan(ScanStatus.NOT_SCANNED), DueReason.NEVER_SCANNED, id="ECR was asked: never scanned"),
        pytest.param(scanned(days=8), DueReason.EXPIRED, id="scanned too long ago"),
        pytest.param(scanned(days=7), DueReason.FRESH, id="scanned exactly the allowed time ago"),
        pytest.param(scanned(days=7, seconds=1), DueReason.EXPIRED, id="a second over the allowed time"),
        pytest.param(scanned(days=1), DueReason.FRESH, id="scanned recently"),
        pytest.param(scanned(days=-1), DueReason.FRESH, id="scanned in the future, by another clock"),
        pytest.param(LastScan(ScanStatus.COMPLETE), DueReason.NO_RESULT, id="complete, at an unknown time"),
        pytest.param(LastScan(ScanStatus.FAILED), DueReason.NO_RESULT, id="failed, at an unknown time"),
        pytest.param(described("FAILED", days=2), DueReason.FRESH, id="failed lately: not retried each day"),
        pytest.param(described("FAILED", days=8), DueReason.EXPIRED, id="failed long ago: retried"),
        pytest.param(started(hours=1), DueReason.IN_PROGRESS, id="started an hour ago"),
        pytest.param(started(hours=23, minutes=59), DueReason.IN_PROGRESS, id="started just within 24 hours"),
        pytest.param(started(hours=24), DueReason.FRESH, id="started yesterday, within the allowed time"),
        pytest.param(started(days=8), DueReason.EXPIRED, id="started long ago, without an event since"),
        pytest.param(LastScan(ScanStatus.IN_PROGRESS), DueReason.IN_PROGRESS, id="runs since an unknown time"),
        pytest.param(LastScan(ScanStatus.PENDING), DueReason.IN_PROGRESS, id="waits to run"),
        pytest.param(
            LastScan(ScanStatus.FAILED, tried_at=ago(hours=2)),
            DueReason.TRIED_RECENTLY,
            id="failed after a recent start",
        ),
        pytest.param(
            LastScan(ScanStatus.COMPLETE, ago(days=9), ago(hours=2)), DueReason.TRIED_RECENTLY, id="old, started again"
        ),
        pytest.param(
            LastScan(ScanStatus.NOT_SCANNED, tried_at=ago(hours=2)),
            DueReason.TRIED_RECENTLY,
            id="tried without a trace",
        ),
        pytest.param(LastScan(ScanStatus.UNSUPPORTED_IMAGE), DueReason.UNSUPPORTED, id="cannot be scanned"),
        pytest.param(
            described("UNSUPPORTED_IMAGE", days=20), DueReason.UNSUPPORTED, id="could not be scanned three weeks ago"
        ),
        pytest.param(described("UNSUPPORTED_IMAGE", days=99), DueReason.EXPIRED, id="could not be scanned long ago"),
        pytest.param(
            described("IMAGE_SIZE_EXCEEDED", days=20), DueReason.TOO_LARGE, id="was too large three weeks ago"
        ),
        pytest.param(described("IMAGE_SIZE_EXCEEDED", days=32), DueReason.EXPIRED, id="was too large a month ago"),
        pytest.param(LastScan(ScanStatus.IMAGE_SIZE_EXCEEDED), DueReason.TOO_LARGE, id="is too large"),
        pytest.param(LastScan(ScanStatus.REFUSED, None, ago(days=20)), DueReason.REFUSED, id="refused three weeks ago"),
        pytest.param(LastScan(ScanStatus.REFUSED, None, ago(days=32)), DueReason.EXPIRED, id="refused a month ago"),
        pytest.param(
            LastScan(ScanStatus.FAILED, ago(days=20), description="UnsupportedImageError: 'fedora' is not supported."),
            DueReason.UNSUPPORTED_SYSTEM,
            id="its system was not supported three weeks ago",
        ),
        pytest.param(
            LastScan(ScanStatus.FAILED, ago(days=32), description="UnsupportedImageError: 'fedora' is not supported."),
            DueReason.EXPIRED,
            id="its system was not supported a month ago",
        ),
        pytest.param(LastScan(ScanStatus.FAILED, ago(days=8)), DueReason.EXPIRED, id="failed for another reason"),
        pytest.param(LastScan(ScanStatus.IMAGE_ARCHIVED), DueReason.ARCHIVED, id="was archived"),
        pytest.param(LastScan(ScanStatus.ACTIVE), DueReason.ENHANCED, id="enhanced scanning watches it"),
        pytest.param(
            LastScan(ScanStatus.SCAN_ELIGIBILITY_EXPIRED), DueReason.ENHANCED, id="enhanced scanning dropped it"
        ),
        pytest.param(LastScan(ScanStatus.FINDINGS_UNAVAILABLE), DueReason.NO_RESULT, id="its findings are gone"),
        pytest.param(LastScan(ScanStatus.LIMIT_EXCEEDED), DueReason.NO_RESULT, id="a quota stopped it"),
        pytest.param(LastScan(ScanStatus.UNKNOWN), DueReason.NO_RESULT, id="a status that is not known yet"),
        pytest.param(described("UNKNOWN", days=1), DueReason.FRESH, id="a status that is not known yet, lately"),
    ],
)
def test_where_describe_images_is_silent_the_ledger_decides(recorded: LastScan | None, reason: DueReason) -> None:
    assert reason_for(None, recorded) is reason


@pytest.mark.parametrize(
    ("last_scan", "recorded", "reason"),
    [
        pytest.param(described("COMPLETE", days=1), None, DueReason.FRESH, id="fresh, ledger empty"),
        pytest.param(described("COMPLETE", days=1), scanned(days=30), DueReason.FRESH, id="fresh, ledger old"),
        pytest.param(described("COMPLETE", days=8), None, DueReason.EXPIRED, id="old, ledger empty"),
        pytest.param(described("COMPLETE", days=8), scanned(days=2), DueReason.EXPIRED, id="old, ledger fresh"),
        pytest.param(described("COMPLETE", days=8), started(hours=2), DueReason.TRIED_RECENTLY, id="old, just started"),
        pytest.param(described("COMPLETE"), None, DueReason.UNKNOWN, id="complete without a date"),
        pytest.param(described("COMPLETE"), scanned(days=8), DueReason.EXPIRED, id="the ledger has the date, old"),
        pytest.param(described("COMPLETE"), scanned(days=2), DueReason.FRESH, id="the ledger has the date, fresh"),
        pytest.param(described("IN_PROGRESS"), None, DueReason.IN_PROGRESS, id="running"),
        pytest.param(described("IN_PROGRESS"), scanned(days=30), DueReason.IN_PROGRESS, id="running, ledger old"),
        pytest.param(described("PENDING", days=30), None, DueReason.IN_PROGRESS, id="waiting, with an old date"),
        pytest.param(described("FAILED"), None, DueReason.NO_RESULT, id="failed without a date"),
        pytest.param(described("FAILED"), scanned(days=2), DueReason.FRESH, id="failed, the ledger has the date"),
        pytest.param(described("FAILED"), started(hours=3), DueReason.TRIED_RECENTLY, id="failed, just started"),
        pytest.param(described("FAILED"), started(days=8), DueReason.EXPIRED, id="failed, started long ago"),
        pytest.param(described("UNSUPPORTED_IMAGE"), scanned(days=8), DueReason.UNSUPPORTED, id="unsupported"),
        pytest.param(described("ACTIVE"), scanned(days=8), DueReason.ENHANCED, id="enhanced"),
        pytest.param(described("IMAGE_ARCHIVED"), None, DueReason.ARCHIVED, id="archived"),
    ],
)
def test_scan_fields_of_describe_images_win_over_the_ledger(
    last_scan: LastScan, recorded: LastScan | None, reason: DueReason
) -> None:
    assert reason_for(last_scan, recorded) is reason


@pytest.mark.parametrize(
    ("max_age", "hours", "reason"),
    [
        ("36h", 36, DueReason.FRESH),
        ("36h", 37, DueReason.EXPIRED),
        ("1m", 31 * 24, DueReason.FRESH),
        ("1m", 31 * 24 + 1, DueReason.EXPIRED),
        ("2w3d", 17 * 24, DueReason.FRESH),
        ("2w3d", 17 * 24 + 1, DueReason.EXPIRED),
        ("0h", 1, DueReason.EXPIRED),
    ],
)
def test_the_allowed_age_is_the_settings(max_age: str, hours: int, reason: DueReason) -> None:
    assert reason_for(None, scanned(hours=hours), max_age) is reason


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"manifest_media_type": "application/vnd.oci.image.index.v1+json"}, DueReason.INDEX),
        ({"manifest_media_type": "application/vnd.docker.distribution.manifest.list.v2+json"}, DueReason.INDEX),
        ({"subject_digest": "sha256:1"}, DueReason.REFERRER),
        ({"artifact_media_type": "application/vnd.cncf.helm.config.v1+json"}, DueReason.ARTIFACT),
        ({"artifact_media_type": "application/vnd.dev.cosign.artifact.sig.v1+json"}, DueReason.ARTIFACT),
        ({"is_archived": True}, DueReason.ARCHIVED),
    ],
)
def test_an_artifact_that_cannot_be_scanned_has_its_kind_as_the_reason(
    facts: dict[str, Any], reason: DueReason
) -> None:
    for recorded in (None, LastScan(ScanStatus.NOT_SCANNED), scanned(days=99)):
        decision = decide(image(**facts), recorded, now=NOW, max_age=WEEK)
        assert (decision.reason, decision.is_due) == (reason, False)


@pytest.mark.parametrize(
    "media_type",
    [
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.docker.container.image.v1+json",
        pytest.param("", id="old images have none"),
    ],
)
def test_container_images_are_looked_at(media_type: str) -> None:
    decision = decide(image(artifact_media_type=media_type), LastScan(ScanStatus.NOT_SCANNED), now=NOW, max_age=WEEK)
    assert decision.is_due


def test_a_decision_carries_the_scan_that_decided_it() -> None:
    recorded = LastScan(ScanStatus.COMPLETE, ago(days=9), ago(days=10))
    assert decide(image(), recorded, now=NOW, max_age=WEEK).last_scan == recorded


def test_every_reason_is_explained_and_only_three_are_due() -> None:
    assert set(EXPLANATIONS) == set(DueReason)
    assert {DueReason.NEVER_SCANNED, DueReason.EXPIRED, DueReason.NO_RESULT} == DUE


moments = st.none() | st.datetimes(ago(days=60).replace(tzinfo=None), ago(days=-2).replace(tzinfo=None)).map(
    lambda moment: moment.replace(tzinfo=NOW.tzinfo)
)
last_scans = st.builds(LastScan, st.sampled_from(ScanStatus), moments, moments)
# DescribeImages has the end of a scan, and never its start.
described_scans = st.builds(LastScan, st.sampled_from(ScanStatus), moments)
images = st.builds(
    image,
    last_scan=st.none() | described_scans,
    is_archived=st.booleans(),
    subject_digest=st.sampled_from(["", "sha256:1"]),
    manifest_media_type=st.sampled_from(["", "application/vnd.oci.image.index.v1+json"]),
)
max_ages = st.builds(Duration, st.integers(0, 2), st.integers(0, 2_000))


@pytest.mark.parametrize(("max_age", "days", "is_due"), [("1h", 32, True), ("3m", 32, False), ("3m", 95, True)])
def test_an_unsupported_image_is_due_after_a_month_or_after_a_longer_age_of_scans(
    max_age: str, days: int, is_due: bool
) -> None:
    refused = LastScan(ScanStatus.REFUSED, tried_at=ago(days=days))
    assert (reason_for(None, refused, max_age) is DueReason.EXPIRED) is is_due


@given(images, last_scans, max_ages)
def test_no_image_is_due_within_24_hours_of_a_start(image: Image, recorded: LastScan, max_age: Duration) -> None:
    if recorded.tried_at and NOW - recorded.tried_at < SCAN_QUOTA_PERIOD:
        assert not decide(image, recorded, now=NOW, max_age=max_age).is_due


@given(images, last_scans, max_ages)
def test_an_image_that_was_asked_about_is_never_unknown_again(
    image: Image, answer: LastScan, max_age: Duration
) -> None:
    assert decide(image, answer, now=NOW, max_age=max_age).reason is not DueReason.UNKNOWN


@given(described_scans, st.none() | last_scans, max_ages)
def test_the_ledger_never_corrects_a_date_of_describe_images(
    last_scan: LastScan, recorded: LastScan | None, max_age: Duration
) -> None:
    decision = decide(image(last_scan=last_scan), recorded, now=NOW, max_age=max_age)
    if last_scan.scanned_at and decision.last_scan:
        assert decision.last_scan.scanned_at == last_scan.scanned_at
        assert decision.last_scan.status is last_scan.status


@given(images, st.none() | last_scans, max_ages, st.timedeltas(timedelta(0), timedelta(days=400)))
def test_an_image_that_is_due_stays_due_until_something_happens(
    image: Image, recorded: LastScan | None, max_age: Duration, later: timedelta
) -> None:
    if decide(image, recorded, now=NOW, max_age=max_age).is_due:
        assert decide(image, recorded, now=NOW + later, max_age=max_age).is_due


@given(last_scans, max_ages, max_ages)
def test_a_longer_allowed_age_never_makes_more_images_due(recorded: LastScan, one: Duration, more: Duration) -> None:
    longer = Duration(one.months + more.months, one.hours + more.hours)
    if decide(image(), recorded, now=NOW, max_age=longer).is_due:
        assert decide(image(), recorded, now=NOW, max_age=one).is_due


def test_an_image_starts_to_be_due_at_one_moment() -> None:
    recorded = scanned(days=0)
    due = [decide(image(), recorded, now=at, max_age=WEEK).is_due for at in hourly(NOW, days=10)]
    assert due == [False] * (7 * 24 + 1) + [True] * (3 * 24 - 1)


def hourly(start: datetime, days: int) -> list[datetime]:
    return [start + timedelta(hours=hours) for hours in range(days * 24)]
