from typing import Any

import pytest

from ecr_scan_reporter.domain.events.deletions import DeletionEvent, is_image_action, parse_deletion_event
from ecr_scan_reporter.errors import InvalidInputError
from tests.recorded_events import load_event
from tests.unit.samples import IMAGE_ID


def changed(**detail: Any) -> dict[str, Any]:
    """Return the recorded event with other details; None takes one out."""
    event = load_event("image_deleted")
    details = {name: value for name, value in (event["detail"] | detail).items() if value is not None}
    return event | {"detail": details}


def test_the_recorded_event_names_the_image_and_the_tag() -> None:
    event = load_event("image_deleted")
    assert is_image_action(event)
    assert parse_deletion_event(event) == DeletionEvent(IMAGE_ID, "latest")


@pytest.mark.parametrize("tag", [None, "", 7])
def test_an_event_may_have_no_tag(tag: Any) -> None:
    assert parse_deletion_event(changed(**{"image-tag": tag})) == DeletionEvent(IMAGE_ID)


@pytest.mark.parametrize("name", ["scan_complete", "inspector_scan", "scheduled", "test_report"])
def test_another_event_is_no_action_on_an_image(name: str) -> None:
    assert not is_image_action(load_event(name))


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ({"action-type": "PUSH"}, "action-type of the event is 'PUSH': allowed is DELETE"),
        ({"result": "FAILURE"}, "result of the event is 'FAILURE': allowed is SUCCESS"),
        ({"image-digest": None}, "image-digest of the event"),
        ({"repository-name": ""}, "repository-name of the event"),
    ],
    ids=str,
)
def test_another_event_is_refused_with_the_key_that_is_wrong(detail: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidInputError, match=said):
        parse_deletion_event(changed(**detail))
