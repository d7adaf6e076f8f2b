"""Everybody is told once, and one who cannot be reached holds up no other."""

import pytest

from ecr_scan_reporter.domain.messages.sns import MAX_BYTES, Notification
from ecr_scan_reporter.errors import CallFailedError
from ecr_scan_reporter.use_cases.delivery import Channels, NotAllToldError, publish
from tests.unit.use_cases.fakes import FakeOnce

FAULT = CallFailedError("publish", "InternalError", "try again", is_passing=True)


class Listener:
    """Somebody who hears texts, and cannot be reached while there is an error."""

    def __init__(self, error: Exception | None = None) -> None:
        self.heard: list[str] = []
        self.error = error

    def __call__(self, text: str) -> str:
        if self.error:
            raise self.error
        self.heard.append(text)
        return f"id-{len(self.heard)}"


def test_all_are_told() -> None:
    mail, chat = Listener(), Listener()
    assert Channels({"mail": mail, "chat": chat}).tell("news", "event-1") == {"mail": "id-1", "chat": "id-1"}
    assert mail.heard == chat.heard == ["news"]


def test_nobody_hears_twice_of_the_same() -> None:
    mail = Listener()
    channels = Channels({"mail": mail}, FakeOnce())
    assert channels.tell("news", "event-1") == channels.tell("news", "event-1")
    channels.tell("other news", "event-2")
    assert mail.heard == ["news", "other news"]


def test_what_cannot_be_told_apart_is_told_each_time() -> None:
    mail = Listener()
    channels = Channels({"mail": mail}, FakeOnce())
    for _ in range(2):
        channels.tell("news", "")
    assert mail.heard == ["news", "news"]


def test_one_who_cannot_be_reached_holds_up_no_other_and_is_told_later() -> None:
    mail, chat = Listener(FAULT), Listener()
    channels = Channels({"mail": mail, "chat": chat}, FakeOnce())
    with pytest.raises(NotAllToldError, match="try again") as failure:
        channels.tell("news", "event-1")
    assert not failure.value.is_for_good
    mail.error = None
    channels.tell("news", "event-1")
    assert mail.heard == chat.heard == ["news"]


def test_one_who_is_gone_can_never_be_told() -> None:
    gone = CallFailedError("publish", "NotFound", "no such topic")
    with pytest.raises(NotAllToldError) as failure:
        Channels({"mail": Listener(), "chat": Listener(gone)}).tell("news", "event-1")
    assert failure.value.is_for_good


def test_when_nobody_could_be_told_the_error_is_that_of_the_first() -> None:
    with pytest.raises(CallFailedError, match="try again"):
        Channels({"mail": Listener(FAULT)}).tell("news", "event-1")


class PickyTopic:
    """A topic that takes no more than so many bytes."""

    def __init__(self, most: int, code: str = "InvalidParameter") -> None:
        self.most, self.code = most, code
        self.tried: list[int] = []

    def publish(self, notification: Notification) -> str:
        self.tried.append(len(notification.message))
        if len(notification.message) > self.most:
            raise CallFailedError("publish", self.code, "Invalid parameter: Message too long")
        return "id"


def compose(most: int) -> Notification:
    """Compose a message that can be made shorter, down to 100 bytes."""
    return Notification("subject", "x" * max(min(most, MAX_BYTES) - 10, 100), {})


@pytest.mark.parametrize("code", ["InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid"])
def test_a_message_that_sns_refuses_is_sent_shorter(code: str) -> None:
    topic = PickyTopic(50_000, code)
    assert publish(topic, compose) == "id"
    assert topic.tried == sorted(topic.tried, reverse=True)
    assert topic.tried[-1] <= 50_000


def test_a_message_that_is_refused_however_short_is_an_error() -> None:
    topic = PickyTopic(10)
    with pytest.raises(CallFailedError, match="too long"):
        publish(topic, compose)
    assert topic.tried[-1] == 100


def test_another_fault_is_an_error_at_once() -> None:
    topic = PickyTopic(10, "AuthorizationError")
    with pytest.raises(CallFailedError):
        publish(topic, compose)
    assert len(topic.tried) == 1
