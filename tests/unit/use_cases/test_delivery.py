"""Each channel takes a message once, and one that fails holds up no other."""

import pytest

from ecr_scan_reporter.domain.messages.sns import MAX_BYTES, Notification
from ecr_scan_reporter.errors import CallFailedError, ConcurrentEventError, DeliveryIncompleteError
from ecr_scan_reporter.use_cases.delivery import Channels, Delivery, publish
from tests.unit.use_cases.fakes import FakeOnce

FAULT = CallFailedError("publish", "InternalError", "try again", is_passing=True)


class FakeChannel:
    """A channel that takes texts, and fails while there is an error."""

    def __init__(self, error: Exception | None = None) -> None:
        self.delivered: list[str] = []
        self.error = error

    def __call__(self, text: str) -> str:
        if self.error:
            raise self.error
        self.delivered.append(text)
        return f"id-{len(self.delivered)}"


def test_every_channel_takes_the_message() -> None:
    mail, chat = FakeChannel(), FakeChannel()
    delivery = Channels({"mail": mail, "chat": chat}).deliver("news", "event-1")
    assert delivery == Delivery({"mail": "id-1", "chat": "id-1"})
    assert delivery.is_final
    assert mail.delivered == chat.delivered == ["news"]


def test_a_channel_takes_the_same_message_once() -> None:
    mail = FakeChannel()
    channels = Channels({"mail": mail}, FakeOnce())
    assert channels.deliver("news", "event-1") == channels.deliver("news", "event-1")
    channels.deliver("other news", "event-2")
    assert mail.delivered == ["news", "other news"]


def test_a_message_without_a_key_is_delivered_each_time() -> None:
    mail = FakeChannel()
    channels = Channels({"mail": mail}, FakeOnce())
    for _ in range(2):
        channels.deliver("news", "")
    assert mail.delivered == ["news", "news"]


def test_a_channel_that_is_down_holds_up_no_other_and_takes_the_message_later() -> None:
    mail, chat = FakeChannel(FAULT), FakeChannel()
    channels = Channels({"mail": mail, "chat": chat}, FakeOnce())
    delivery = channels.deliver("news", "event-1")
    assert delivery == Delivery({"chat": "id-1"}, (FAULT,))
    assert not delivery.is_final
    with pytest.raises(DeliveryIncompleteError, match="try again"):
        delivery.raise_for_errors()
    mail.error = None
    channels.deliver("news", "event-1")
    assert mail.delivered == chat.delivered == ["news"]


def test_a_channel_that_is_gone_makes_the_delivery_final() -> None:
    gone = CallFailedError("publish", "NotFound", "no such topic")
    assert Channels({"mail": FakeChannel(), "chat": FakeChannel(gone)}).deliver("news", "event-1").is_final


@pytest.mark.parametrize("error", [FAULT, CallFailedError("publish", "NotFound", "no such topic")])
def test_a_message_that_no_channel_took_is_not_delivered_whatever_the_error(error: CallFailedError) -> None:
    delivery = Channels({"mail": FakeChannel(error)}).deliver("news", "event-1")
    assert not delivery.is_final
    with pytest.raises(CallFailedError, match=error.message):
        delivery.raise_for_errors()


def test_a_message_that_another_invocation_delivers_is_no_fault() -> None:
    busy = ConcurrentEventError("once", "another invocation delivers the same message")
    delivery = Channels({"mail": FakeChannel(busy), "chat": FakeChannel()}).deliver("news", "event-1")
    assert not delivery.is_final
    with pytest.raises(ConcurrentEventError):
        delivery.raise_for_errors()


def test_a_fault_is_raised_before_a_message_that_another_invocation_delivers() -> None:
    busy = ConcurrentEventError("once", "another invocation delivers the same message")
    with pytest.raises(CallFailedError, match="try again"):
        Channels({"mail": FakeChannel(busy), "chat": FakeChannel(FAULT)}).deliver("news", "event-1").raise_for_errors()


def test_an_error_that_is_no_failed_call_is_raised_at_once() -> None:
    with pytest.raises(ZeroDivisionError):
        Channels({"mail": FakeChannel(ZeroDivisionError())}).deliver("news", "event-1")


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
