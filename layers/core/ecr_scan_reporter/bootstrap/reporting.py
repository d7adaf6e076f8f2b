"""What reporter and digest work with."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ecr_scan_reporter.aws.ecr import EcrRegistry
from ecr_scan_reporter.aws.findings_bucket import FindingsBucket
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.suppressions_table import SuppressionsTable
from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.bootstrap.observability import warn
from ecr_scan_reporter.bootstrap.senders import digest_senders, report_senders
from ecr_scan_reporter.concurrency.task_groups import TaskGroup, ThreadedTaskGroup, sequential
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.reports.reports import ScanReport
from ecr_scan_reporter.settings.functions import DigestSettings, ReporterSettings
from ecr_scan_reporter.use_cases.delivery import Channels, Sender
from ecr_scan_reporter.use_cases.reporting.report_scan import FindingsHub, Stores

if TYPE_CHECKING:
    from ecr_scan_reporter.aws.idempotency import IdempotencyTable
    from ecr_scan_reporter.domain.digest.digest import Digest

Message = TypeVar("Message")

# As many as there are calls at once for an image with a few tags.
THREADS = 8


class Reporter:
    """What reporter works with. All that is remembered is optional."""

    def __init__(self, settings: ReporterSettings) -> None:
        self.settings = settings
        self._clients = Clients(THREADS)
        self._clients.registry()
        make, bucket = self._clients.make, settings.findings_bucket
        self.task_group = ThreadedTaskGroup(ThreadPoolExecutor(THREADS))
        senders = report_senders(self._clients, settings)
        self._channels = _Channels(self._clients, settings.idempotency_table, senders, self.task_group)
        self.stores = Stores(
            ledger=self._clients.ledger(settings.ledger_table),
            findings=FindingsBucket(make("s3"), Caller(), bucket) if bucket else None,
            suppressions=_suppressions(self._clients, settings.suppressions_table),
            hub=_security_hub(self._clients) if settings.is_security_hub_enabled else None,
            on_problem=warn("stored result ignored"),
        )

    def channels(self, context: Any) -> Channels[ScanReport]:
        """Return whom to tell in the invocation with this context."""
        return self._channels.of(context)

    def registry(self, repository: Repository) -> EcrRegistry:
        """Return the registry of a repository."""
        return self._clients.registry(repository.region, repository.registry_id)


class DigestSender:
    """What digest works with. The suppressions are optional."""

    def __init__(self, settings: DigestSettings) -> None:
        from ecr_scan_reporter.aws.ledger.contents import LedgerContents

        self.settings = settings
        clients = Clients(concurrency=4)
        self._channels = _Channels(clients, settings.idempotency_table, digest_senders(clients, settings))
        self.ledger = LedgerContents(
            clients.make("dynamodb"), Caller(), settings.ledger_table, warn("ledger item ignored")
        )
        self.suppressions = _suppressions(clients, settings.suppressions_table)

    def channels(self, context: Any) -> "Channels[Digest]":
        """Return whom to tell in the invocation with this context."""
        return self._channels.of(context)


class _Channels(Generic[Message]):
    """Makes the outlets of each invocation."""

    def __init__(
        self,
        clients: Clients,
        idempotency_table: str,
        senders: Mapping[str, Sender[Message]],
        task_group: TaskGroup = sequential,
    ) -> None:
        self._senders = senders
        self._task_group = task_group
        self._idempotency = _idempotency(clients, idempotency_table)

    def of(self, context: Any) -> Channels[Message]:
        if not self._idempotency:
            return Channels(self._senders, task_group=self._task_group)
        return Channels(self._senders, partial(self._idempotency.once, context=context), self._task_group)


def _idempotency(clients: Clients, table: str) -> "IdempotencyTable | None":
    if not table:
        return None
    from ecr_scan_reporter.aws.idempotency import IdempotencyTable

    return IdempotencyTable(table, clients.session)


def _suppressions(clients: Clients, table: str) -> SuppressionsTable | None:
    if not table:
        return None
    return SuppressionsTable(clients.make("dynamodb"), Caller(), table, warn("suppression ignored"))


def _security_hub(clients: Clients) -> FindingsHub:
    from ecr_scan_reporter.aws.identity import caller_identity
    from ecr_scan_reporter.aws.security_hub import SecurityHub
    from ecr_scan_reporter.domain.security_hub.asff import HubAccount

    client, sts = clients.make("securityhub"), clients.make("sts")

    def own_hub() -> HubAccount:
        return HubAccount(caller_identity(sts, Caller()).account, client.meta.region_name)

    return SecurityHub(client, Caller(), own_hub, warn("findings not sent to Security Hub"))
