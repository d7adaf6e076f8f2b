from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ecr_scan_reporter.domain.events.scans import ScanEvent, parse_scan_event
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError
from tests.recorded_events import load_event
from tests.unit.samples import IMAGE_ID, NOW


def event_with(detail: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    event = load_event("scan_complete")
    return event | changes | {"detail": event["detail"] | (detail or {})}


def test_the_documented_event_is_read() -> None:
    assert parse_scan_event(load_event("scan_complete"), NOW) == ScanEvent(
        event_id="85fc3613-e913-7fc4-a80c-a3753e4aa9ae",
        image=IMAGE_ID,
        status=ScanStatus.COMPLETE,
        at=datetime(2026, 1, 31, 4, 0, 48, tzinfo=UTC),
        counts={Severity.CRITICAL: 10, Severity.MEDIUM: 9},
        tags=(),
    )


def test_a_failed_scan_has_neither_counts_nor_tags() -> None:
    event = parse_scan_event(load_event("scan_failed"), NOW)
    assert (event.status, event.counts, event.tags) == (ScanStatus.FAILED, {}, ())


@pytest.mark.parametrize("counts", [{}, None])
def test_a_clean_image_has_no_counts(counts: dict[str, int] | None) -> None:
    assert parse_scan_event(event_with({"finding-severity-counts": counts}), NOW).counts == {}


@pytest.mark.parametrize("tags", [[], None])
def test_an_image_may_have_no_tags(tags: list[str] | None) -> None:
    assert parse_scan_event(event_with({"image-tags": tags}), NOW).tags == ()


def test_an_image_may_have_several_tags() -> None:
    assert parse_scan_event(event_with({"image-tags": ["latest", "1.2"]}), NOW).tags == ("latest", "1.2")


def test_levels_that_are_not_known_and_totals_are_counted_once() -> None:
    event = event_with({"finding-severity-counts": {"HIGH": 1, "BRAND_NEW": 2, "TOTAL": 3}})
    assert parse_scan_event(event, NOW).counts == {Severity.HIGH: 1, Severity.UNDEFINED: 2}


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-01-31T04:00:48Z", datetime(2026, 1, 31, 4, 0, 48, tzinfo=UTC)),
        ("2026-01-31T05:00:48+01:00", datetime(2026, 1, 31, 4, 0, 48, tzinfo=UTC)),
        ("2026-01-31T04:00:48.123Z", datetime(2026, 1, 31, 4, 0, 48, tzinfo=UTC) + timedelta(milliseconds=123)),
    ],
)
def test_the_time_is_a_moment_with_its_zone(text: str, moment: datetime) -> None:
    assert parse_scan_event(event_with(time=text), NOW).at == moment


def test_an_event_without_an_id_is_still_an_event() -> None:
    event = load_event("scan_complete")
    del event["id"]
    assert parse_scan_event(event, NOW).event_id == ""


@pytest.mark.parametrize("key", ["account", "region", "time"])
def test_a_missing_key_of_the_event_is_named(key: str) -> None:
    event = load_event("scan_complete")
    del event[key]
    with pytest.raises(InvalidInputError, match=f"^{key} of the event is None: allowed is "):
        parse_scan_event(event, NOW)


@pytest.mark.parametrize("key", ["repository-name", "image-digest", "scan-status"])
def test_a_missing_key_of_the_detail_is_named(key: str) -> None:
    event = load_event("scan_complete")
    del event["detail"][key]
    with pytest.raises(InvalidInputError, match=f"^{key} of the event is None: allowed is "):
        parse_scan_event(event, NOW)


@pytest.mark.parametrize(
    ("event", "named"),
    [
        pytest.param({}, "detail of the event is None", id="empty"),
        pytest.param({"detail": None}, "detail of the event is None", id="no detail"),
        pytest.param({"detail": "COMPLETE"}, "detail of the event is 'COMPLETE'", id="a detail that is no object"),
        pytest.param([], "the event is []", id="a list"),
        pytest.param(None, "the event is None", id="nothing"),
        pytest.param(event_with(account=""), "account of the event is ''", id="an empty account"),
        pytest.param(event_with(region=1), "region of the event is 1", id="a region that is no text"),
        pytest.param(event_with(time="yesterday"), "time of the event is 'yesterday'", id="a time that is none"),
        pytest.param(
            event_with(time="2026-01-31T04:00:48"), "time of the event is '2026-01-31T04:00:48'", id="a time of no zone"
        ),
        pytest.param(
            event_with({"scan-status": "DONE"}), "scan-status of the event is 'DONE'", id="a status that ECR has not"
        ),
        pytest.param(
            event_with({"scan-status": "IN_PROGRESS"}),
            "scan-status of the event is 'IN_PROGRESS'",
            id="a scan that runs",
        ),
        pytest.param(
            event_with({"scan-status": "REFUSED"}), "scan-status of the event is 'REFUSED'", id="a status of our own"
        ),
        pytest.param(
            event_with(time="2026-02-02T12:00:00Z"), "time of the event is '2026-02-02T12:00:00Z'", id="in two days"
        ),
        pytest.param(
            event_with(time="9999-12-31T23:59:59Z"), "time of the event is '9999-12-31T23:59:59Z'", id="the year 9999"
        ),
        pytest.param(
            event_with(time="0001-01-01T00:00:00+14:00"), "time of the event is '0001-01-01", id="before all time"
        ),
        pytest.param(
            event_with({"finding-severity-counts": {"HIGH": 10**40}}),
            "finding-severity-counts of the event is {'HIGH': 1",
            id="more findings than there can be",
        ),
        pytest.param(
            event_with({"image-digest": None}), "image-digest of the event is None", id="a digest that is not there"
        ),
        pytest.param(
            event_with({"finding-severity-counts": [1]}),
            "finding-severity-counts of the event is [1]",
            id="counts that are a list",
        ),
        pytest.param(
            event_with({"finding-severity-counts": {"HIGH": "1"}}),
            "finding-severity-counts of the event is {'HIGH': '1'}",
            id="a count that is a text",
        ),
        pytest.param(
            event_with({"finding-severity-counts": {"HIGH": -1}}),
            "finding-severity-counts of the event is {'HIGH': -1}",
            id="a count below zero",
        ),
        pytest.param(event_with({"image-tags": "1.2"}), "image-tags of the event is '1.2'", id="tags that are a text"),
    ],
)
def test_a_wrong_member_is_named_with_its_value_and_the_allowed_one(event: Any, named: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        parse_scan_event(event, NOW)
    message = str(refusal.value)
    assert message.startswith(named)
    assert ": allowed is " in message[len(named) :]


# --- enhanced scanning --------------------------------------------------------------------------------------------


def enhanced_event_with(**detail: Any) -> dict[str, Any]:
    event = load_event("inspector_scan")
    return event | {"detail": event["detail"] | detail}


def test_the_documented_event_of_inspector_is_read() -> None:
    assert parse_scan_event(load_event("inspector_scan"), NOW) == ScanEvent(
        event_id="739c0d3c-4f02-85c7-5a88-94a9c1d2e3f4",
        image=IMAGE_ID,
        status=ScanStatus.ACTIVE,
        at=datetime(2026, 1, 31, 4, 3, 16, tzinfo=UTC),
        counts={Severity.CRITICAL: 7, Severity.HIGH: 61, Severity.MEDIUM: 62},
        tags=("latest",),
        is_enhanced=True,
    )


def test_a_basic_scan_is_not_enhanced() -> None:
    assert not parse_scan_event(load_event("scan_complete"), NOW).is_enhanced


def test_the_counts_of_a_clean_image_are_zeros() -> None:
    counts = {"CRITICAL": 0, "HIGH": 0, "MEDIUM": 0, "TOTAL": 0}
    assert parse_scan_event(enhanced_event_with(**{"finding-severity-counts": counts}), NOW).counts == {}


@pytest.mark.parametrize(
    ("arn", "repository"),
    [
        (
            "arn:aws-us-gov:ecr:us-gov-west-1:210987654321:repository/a/b/c",
            Repository("210987654321", "us-gov-west-1", "a/b/c"),
        ),
        ("arn:aws-cn:ecr:cn-north-1:210987654321:repository/app", Repository("210987654321", "cn-north-1", "app")),
    ],
)
def test_registry_region_and_name_come_from_the_arn(arn: str, repository: Repository) -> None:
    assert parse_scan_event(enhanced_event_with(**{"repository-name": arn}), NOW).image.repository == repository


@pytest.mark.parametrize(
    ("detail", "named"),
    [
        ({"repository-name": "team/app"}, "repository-name of the event is 'team/app'"),
        (
            {"repository-name": "arn:aws:ecr:eu-west-1:123456789012:repository/"},
            "repository-name of the event is 'arn:aws:ecr:eu-west-1:123456789012:repository/'",
        ),
        ({"repository-name": None}, "repository-name of the event is None"),
        ({"scan-status": "COMPLETE"}, "scan-status of the event is 'COMPLETE'"),
        ({"scan-status": None}, "scan-status of the event is None"),
    ],
)
def test_a_wrong_member_of_an_event_of_inspector_is_named(detail: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        parse_scan_event(enhanced_event_with(**detail), NOW)
    message = str(refusal.value)
    assert message.startswith(named)
    assert ": allowed is " in message[len(named) :]


def test_a_status_of_inspector_is_none_of_basic_scanning() -> None:
    with pytest.raises(InvalidInputError, match="scan-status of the event is 'INITIAL_SCAN_COMPLETE'"):
        parse_scan_event(event_with({"scan-status": "INITIAL_SCAN_COMPLETE"}), NOW)
