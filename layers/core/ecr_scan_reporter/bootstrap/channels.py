"""The channels of each invocation, and their deduplication."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.concurrency.task_groups import TaskGroup, sequential
from ecr_scan_reporter.use_cases.delivery import Channels, Sender

if TYPE_CHECKING:
    from ecr_scan_reporter.aws.idempotency import IdempotencyTable

Content = TypeVar("Content")


class InvocationChannels(Generic[Content]):
    """Makes the channels of each invocation. Without an idempotency table, a repeated event is delivered again."""

    def __init__(
        self,
        clients: Clients,
        idempotency_table: str,
        senders: Mapping[str, Sender[Content]],
        task_group: TaskGroup = sequential,
    ) -> None:
        self._senders = senders
        self._task_group = task_group
        self._idempotency = _idempotency(clients, idempotency_table)

    def of(self, context: Any) -> Channels[Content]:
        """Return the channels of the invocation with this context."""
        if not self._idempotency:
            return Channels(self._senders, task_group=self._task_group)
        return Channels(self._senders, partial(self._idempotency.once, context=context), self._task_group)


def _idempotency(clients: Clients, table: str) -> "IdempotencyTable | None":
    if not table:
        return None
    from ecr_scan_reporter.aws.idempotency import IdempotencyTable

    return IdempotencyTable(table, clients.session)
