"""Tell people and programs: each of them once, and one that cannot be reached holds up no other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, Protocol, TypeVar

from ecr_scan_reporter.concurrency.task_groups import TaskGroup, sequential
from ecr_scan_reporter.domain.messages.sns import MAX_BYTES, Notification
from ecr_scan_reporter.errors import CallFailedError, EcrScanReporterError

Message = TypeVar("Message")
Sender = Callable[[Message], str]
"""Tells one, and returns the id of the message."""


class Topic(Protocol):
    """Where people listen."""

    def publish(self, notification: Notification) -> str:
        """Publish and return the id of the message. Raises CallFailedError."""


class Once(Protocol):
    """Does something once for each key, and gives the same answer again when it is asked again."""

    def __call__(self, key: str, do: Callable[[], str]) -> str:
        """Return what `do` returned."""


def _at_each_call(key: str, do: Callable[[], str]) -> str:  # noqa: ARG001 - as Once
    return do()


class NotAllToldError(EcrScanReporterError):
    """Some were told, and others could not be. `is_for_good` when there is no use in trying these again."""

    def __init__(self, errors: Sequence[CallFailedError]) -> None:
        super().__init__("; ".join(map(str, errors)))
        self.is_for_good = not any(error.is_passing for error in errors)


@dataclass(frozen=True, slots=True)
class Channels(Generic[Message]):
    """All that are told, by name."""

    senders: Mapping[str, Sender[Message]] = field(default_factory=dict)
    once: Once = _at_each_call
    task_group: TaskGroup = sequential

    def tell(self, told: Message, key: str) -> dict[str, str]:
        """Tell all; return the ids of the messages by the outlet's name.

        Where `key` is not empty, nobody hears twice of it. When some could not be told, an error is raised at the end:
        NotAllToldError when others were. A repetition then reaches only those that were not.
        """
        ids: dict[str, str] = {}
        errors: list[CallFailedError] = []
        once = self.once if key else _at_each_call
        with self.task_group() as start:
            answers = {
                name: start(partial(once, f"{key}#{name}", partial(send, told))) for name, send in self.senders.items()
            }
            for name, answer in answers.items():
                try:
                    ids[name] = answer()
                except CallFailedError as error:
                    errors.append(error)
        if errors and ids:
            raise NotAllToldError(errors) from errors[0]
        if errors:
            raise errors[0]
        return ids


# SNS's codes for a message that it does not take: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
_REFUSED = frozenset({"InvalidParameter", "InvalidParameterValue", "ParameterValueInvalid"})


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
            if error.code not in _REFUSED or len(shorter.message) >= len(notification.message):
                raise
            notification = shorter
