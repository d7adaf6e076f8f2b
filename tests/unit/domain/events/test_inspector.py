from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.events.inspector import Bundle, FindingEvent, bundle, parse_finding_event, with_epss
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError
from tests.recorded_events import load_event
from tests.unit.samples import DIGEST, IMAGE_ID, NOW, REPOSITORY, image_id

AT = datetime(2026, 1, 31, 4, 2, 30, tzinfo=UTC)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["registry", "imageHash", "imageTags", "repositoryName", "score"]), inner)
    ),
    max_leaves=8,
)
RESOURCE: dict[str, Any] = load_event("inspector_finding")["detail"]["resources"][0]


def event_with(resources: Any = None, /, **detail: Any) -> dict[str, Any]:
    event = load_event("inspector_finding")
    changed = event["detail"] | detail | ({} if resources is None else {"resources": resources})
    return event | {"detail": changed}


def parsed(event: Mapping[str, Any]) -> FindingEvent:
    found = parse_finding_event(event, NOW)
    assert found is not None
    return found


def test_the_documented_event_is_read() -> None:
    assert parse_finding_event(load_event("inspector_finding"), NOW) == FindingEvent(
        image=IMAGE_ID,
        at=AT,
        tags=("latest",),
        epss={"CVE-2024-6119": 0.00208},
    )


@pytest.mark.parametrize("status", ["CLOSED", "SUPPRESSED"])
def test_a_finding_that_is_over_is_news_of_its_image_too(status: str) -> None:
    event = parsed(event_with(status=status))
    assert (event.image, event.epss) == (IMAGE_ID, {})


def test_a_finding_without_epss_has_none() -> None:
    assert parsed(event_with(epss=None)).epss == {}


@pytest.mark.parametrize(
    "resources",
    [
        pytest.param([], id="nothing"),
        pytest.param([{"type": "AWS_EC2_INSTANCE", "id": "i-0123456789abcdef0"}], id="an instance"),
        pytest.param(
            [{"type": "AWS_LAMBDA_FUNCTION", "id": "arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST"}],
            id="a function",
        ),
        pytest.param({"type": "AWS_ECR_CONTAINER_IMAGE"}, id="no list"),
        pytest.param(["AWS_ECR_CONTAINER_IMAGE"], id="no objects"),
    ],
)
def test_a_finding_of_something_else_than_an_image_is_skipped(resources: Any) -> None:
    assert parse_finding_event(event_with(resources), NOW) is None


def test_an_image_among_other_resources_is_found() -> None:
    assert parsed(event_with([{"type": "AWS_EC2_INSTANCE", "id": "i-1"}, RESOURCE])).image == IMAGE_ID


def test_the_arn_names_the_registry_also_where_the_event_comes_by_another_account() -> None:
    event = load_event("inspector_finding") | {"account": "999999999999", "region": "us-east-1"}
    assert parsed(event).image.repository == REPOSITORY


@pytest.mark.parametrize("arn", [None, 7, DIGEST])
def test_without_an_arn_the_details_name_the_image(arn: Any) -> None:
    assert parsed(event_with([RESOURCE | {"id": arn}])).image == IMAGE_ID


@pytest.mark.parametrize(
    "details", [None, {}, {"awsEcrContainerImage": None}, {"awsEcrContainerImage": {"registry": 1}}]
)
def test_an_image_that_is_not_named_is_refused_with_what_was_there(details: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"^id of the event's resource is 'no arn': allowed is the ARN"):
        parse_finding_event(event_with([RESOURCE | {"id": "no arn", "details": details}]), NOW)


@pytest.mark.parametrize("details", [None, {"awsEcrContainerImage": {"imageTags": None}}, {"awsEcrContainerImage": []}])
def test_an_image_may_have_no_tags(details: Any) -> None:
    assert parsed(event_with([RESOURCE | {"details": details}])).tags == ()


@pytest.mark.parametrize(
    ("event", "named"),
    [
        ([], "the event is []"),
        ({}, "detail of the event is None"),
        (load_event("inspector_finding") | {"time": "now"}, "time of the event is 'now'"),
    ],
)
def test_a_wrong_member_of_a_finding_event_is_named(event: Any, named: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        parse_finding_event(event, NOW)
    assert str(refusal.value).startswith(f"{named}: allowed is ")


@given(JSON, JSON, JSON)
def test_json_of_any_form_is_read_left_alone_or_refused(resource: Any, details: Any, finding: Any) -> None:
    image = {"type": "AWS_ECR_CONTAINER_IMAGE", "id": resource, "details": {"awsEcrContainerImage": details}}
    for resources in ([image], resource, [resource]):
        event = event_with(resources, packageVulnerabilityDetails=finding, epss=finding)
        assert isinstance(_answer(event), FindingEvent | InvalidInputError | None)


def _answer(event: Mapping[str, Any]) -> FindingEvent | InvalidInputError | None:
    try:
        return parse_finding_event(event, NOW)
    except InvalidInputError as refusal:
        return refusal


# --- bundles ------------------------------------------------------------------------------------------------------


def finding_event(number: int = 1, *, minutes: float = 0, **facts: Any) -> FindingEvent:
    event = FindingEvent(image_id(number), AT + timedelta(minutes=minutes), (), {})
    return replace(event, **facts)


def test_the_events_of_an_image_are_one_bundle_with_the_latest_time_and_tags() -> None:
    events = [
        finding_event(1, minutes=1, tags=("old",), epss={"CVE-1": 0.1, "CVE-2": 0.2}),
        finding_event(1, minutes=3, tags=("new",), epss={"CVE-1": 0.3}),
        finding_event(1, minutes=2, tags=("newer",), epss={"CVE-1": 0.2, "CVE-3": 0.0}),
    ]
    assert bundle(events) == {
        image_id(1): Bundle(
            at=AT + timedelta(minutes=3),
            tags=("new",),
            epss={"CVE-1": 0.3, "CVE-2": 0.2, "CVE-3": 0.0},
        )
    }


def test_each_image_has_a_bundle_of_its_own_in_the_order_in_which_they_came() -> None:
    elsewhere = Repository("123456789012", "us-east-1", "team/app")
    events = [finding_event(2), finding_event(1), finding_event(2), finding_event(2, image=image_id(2, elsewhere))]
    bundles = bundle(events)
    assert list(bundles) == [image_id(2), image_id(1), image_id(2, elsewhere)]


def test_without_events_there_are_no_bundles() -> None:
    assert bundle([]) == {}


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(0, 5)), max_size=20))
def test_a_bundle_is_as_late_as_the_latest_event_of_its_image(arrivals: list[tuple[int, int]]) -> None:
    events = [finding_event(number, minutes=minutes) for number, minutes in arrivals]
    bundles = bundle(events)
    assert set(bundles) == {event.image for event in events}
    for image, each in bundles.items():
        assert each.at == max(event.at for event in events if event.image == image)


# --- EPSS ---------------------------------------------------------------------------------------------------------


def test_epss_is_filled_in_where_it_is_not_known() -> None:
    first, second, third = (Finding(f"CVE-{n}", Severity.HIGH) for n in (1, 2, 3))
    known = replace(second, epss=0.5)
    assert with_epss([first, known, third], {"CVE-1": 0.0, "CVE-2": 0.9}) == (replace(first, epss=0.0), known, third)


def test_the_same_cve_in_two_packages_has_the_same_epss() -> None:
    findings = [Finding("CVE-1", Severity.HIGH, package) for package in ("curl", "libcurl")]
    assert [finding.epss for finding in with_epss(findings, {"CVE-1": 0.4})] == [0.4, 0.4]
