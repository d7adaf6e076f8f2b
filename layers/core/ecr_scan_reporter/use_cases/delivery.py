"""Deliver a message through channels: once through each, and one that fails holds up no other."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Generic, Protocol, TypeVar

from ecr_scan_reporter.concurrency.task_groups import TaskGroup, sequential
from ecr_scan_reporter.domain.messages.sns import MAX_BYTES, Notification
from ecr_scan_reporter.errors import CallFailedError, ConcurrentEventError, DeliveryIncompleteError

Message = TypeVar("Message")
Sender = Callable[[Message], str]
"""Sends a message through one channel, and returns its id there. Raises CallFailedError."""


class Topic(Protocol):
    """A topic that people and programs subscribe to."""

    def publish(self, notification: Notification) -> str:
        """Publish and return the id of the message. Raises CallFailedError."""


class Once(Protocol):
    """Does something once for each key, and gives the same answer again when it is asked again."""

    def __call__(self, key: str, do: Callable[[], str]) -> str:
        """Return what `do` returned."""


def _at_each_call(key: str, do: Callable[[], str]) -> str:  # noqa: ARG001 - as Once
    return do()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What became of one message: its ids by the name of the channel, and the errors of the channels without one."""

    ids: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[CallFailedError, ...] = ()

    @property
    def is_final(self) -> bool:
        """False when a repetition is worthwhile: a channel may take the message later, or none has taken it."""
        return not self.errors or (bool(self.ids) and not self.is_passing)

    @property
    def is_passing(self) -> bool:
        """True when a channel may take the message later."""
        return any(error.is_passing for error in self.errors)

    def raise_for_errors(self) -> None:
        """Raise the first error where no channel took the message, and DeliveryIncompleteError where some did.

        Raises ConcurrentEventError where another invocation delivers to all that are left.
        """
        faults = [error for error in self.errors if not isinstance(error, ConcurrentEventError)]
        if faults and self.ids:
            raise DeliveryIncompleteError("; ".join(map(str, self.errors))) from faults[0]
        for error in (*faults, *self.errors):
            raise error


@dataclass(frozen=True, slots=True)
class Channels(Generic[Message]):
    """Where messages are delivered, by name."""

    senders: Mapping[str, Sender[Message]] = field(default_factory=dict)
    once: Once = _at_each_call
    task_group: TaskGroup = sequential

    def without(self, names: Collection[str]) -> "Channels[Message]":
        """Return the others."""
        others = {name: send for name, send in self.senders.items() if name not in names}
        return replace(self, senders=others)

    def deliver(self, message: Message, key: str) -> Delivery:
        """Deliver to all channels. Where `key` is not empty, a repetition reaches only those that did not take it."""
        ids: dict[str, str] = {}
        errors: list[CallFailedError] = []
        once = self.once if key else _at_each_call
        with self.task_group() as start:
            sendings = {
                name: start(partial(once, f"{key}#{name}", partial(send, message)))
                for name, send in self.senders.items()
            }
            for name, sending in sendings.items():
                try:
                    ids[name] = sending()
                except CallFailedError as error:
                    errors.append(error)
        return Delivery(ids, tuple(errors))


# SNS's codes for a message that it does not take: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
_INVALID_MESSAGE = frozenset({"InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid"})


def publish(topic: Topic, compose: Callable[[int], Notification]) -> str:
    """Publish what `compose` makes of a number of bytes; when SNS refuses it, again and shorter.

    Raises CallFailedError: at once for another fault, and when SNS refuses the shortest form too.
    """
    notification = compose(MAX_BYTES)
    while True:
        try:
            return topic.publish(notification)
        except CallFailedError as error:
            shorter = compose(len(notification.message) // 2)
            if error.code not in _INVALID_MESSAGE or len(shorter.message) >= len(notification.message):
                raise
            notification = shorter
