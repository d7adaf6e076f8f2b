"""The dependencies of reporter. Optional ones are imported only when a setting needs them."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import Any

from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.topic import Topic
from ecr_scan_reporter.bootstrap.channels import InvocationChannels
from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.bootstrap.environment import made_once
from ecr_scan_reporter.bootstrap.observability import seconds_left, warn
from ecr_scan_reporter.concurrency.task_groups import ThreadedTaskGroup
from ecr_scan_reporter.domain.events.deletions import DeletionEvent
from ecr_scan_reporter.domain.exploits.known import Exploits
from ecr_scan_reporter.domain.messages.report.notification import compose_notification
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.reports.reports import ScanReport
from ecr_scan_reporter.settings.reporter import NotificationMode, ReporterSettings
from ecr_scan_reporter.settings.variables import Environment
from ecr_scan_reporter.use_cases.delivery import Sender, publish
from ecr_scan_reporter.use_cases.reporting.read_scan import RetryDelays
from ecr_scan_reporter.use_cases.reporting.recording import FindingsHub, Stores
from ecr_scan_reporter.use_cases.reporting.report_scan import ReportTools, nothing_known
from ecr_scan_reporter.use_cases.reporting.stored_findings import Findings

# As many as the concurrent calls for an image with a few tags.
THREADS = 8


class Reporter:
    """The dependencies of reporter. All stores are optional."""

    def __init__(self, settings: ReporterSettings) -> None:
        self.settings = settings
        self._clients = Clients(THREADS)
        self._clients.registry()
        self._task_group = ThreadedTaskGroup(ThreadPoolExecutor(THREADS))
        senders = _senders(self._clients, settings)
        self._channels = InvocationChannels(self._clients, settings.idempotency_table, senders, self._task_group)
        self._ledger = self._clients.ledger(settings.ledger_table, keeps_journal=settings.keeps_journal)
        self._exploits = _exploits(self._clients, settings)
        self._stores = Stores(
            ledger=self._ledger,
            findings=_findings(self._clients, settings.findings_bucket),
            suppressions=self._clients.suppressions(settings.suppressions_table, warn("suppression ignored")),
            hub=_security_hub(self._clients) if settings.is_security_hub_enabled else None,
            on_problem=warn("stored result ignored"),
        )

    def tools(self, repository: Repository, context: Any) -> ReportTools:
        """Return the tools for a report of an image in `repository`, in the invocation with this context."""
        return ReportTools(
            self._clients.registry(repository.region, repository.registry_id),
            self._channels.of(context),
            self._stores,
            self._task_group,
            _delays(context),
            self._exploits,
        )

    def forget(self, event: DeletionEvent, context: Any) -> bool:
        """Forget an image that was deleted; return False when it is still there."""
        from ecr_scan_reporter.use_cases.forget_image import forget_image

        repository = event.image.repository
        registry = self._clients.registry(repository.region, repository.registry_id)
        return forget_image(event, registry, self._ledger, _delays(context))

    def send_test_report(self, context: Any, now: datetime) -> dict[str, Any]:
        """Send a test report through every channel; return what became of it in each."""
        from ecr_scan_reporter.bootstrap.test_report import send_to_all

        return send_to_all(self._clients, self.settings, context, now)


@made_once
def reporter(environment: Environment) -> Reporter:
    """Return the dependencies of reporter. Raises InvalidInputError, which names the wrong variable."""
    return Reporter(ReporterSettings.from_environment(environment))


def _delays(context: Any) -> RetryDelays:
    return RetryDelays(time.sleep, partial(seconds_left, context))


def _senders(clients: Clients, settings: ReporterSettings) -> Mapping[str, Sender[ScanReport]]:
    """Return the senders by channel. In the mode DIGEST, only the event bus gets reports."""
    senders: dict[str, Sender[ScanReport]] = {}
    if settings.mode is not NotificationMode.DIGEST:
        topic = Topic(clients.make("sns"), Caller(), settings.topic_arn)
        senders["topic"] = lambda report: publish(topic, partial(compose_notification, report))
        if settings.chat_topic_arn:
            senders["chat"] = _chat(clients, settings.chat_topic_arn)
    if settings.event_bus:
        senders["bus"] = _bus(clients, settings.event_bus)
    return senders


def _chat(clients: Clients, arn: str) -> Sender[ScanReport]:
    from ecr_scan_reporter.domain.messages.report.chat import compose_chat
    from ecr_scan_reporter.domain.messages.report.notification import attributes

    topic = Topic(clients.make("sns"), Caller(), arn)
    return lambda report: topic.publish_text(compose_chat(report), attributes(report))


def _bus(clients: Clients, name: str) -> Sender[ScanReport]:
    from ecr_scan_reporter.aws.event_bus import EventBus
    from ecr_scan_reporter.domain.messages.report.event import compose_event
    from ecr_scan_reporter.domain.registry.arns import image_arn

    bus = EventBus(clients.make("events"), Caller(), name)
    return lambda report: bus.put(compose_event(report), [image_arn(report.image.id)])


def _findings(clients: Clients, bucket: str) -> Findings | None:
    if not bucket:
        return None
    from ecr_scan_reporter.aws.findings_bucket import FindingsBucket

    return FindingsBucket(clients.make("s3"), Caller(), bucket)


def _exploits(clients: Clients, settings: ReporterSettings) -> Callable[[datetime], Exploits]:
    if not (settings.has_exploit_feeds and settings.findings_bucket):
        return nothing_known
    from ecr_scan_reporter.aws.findings_bucket import FindingsBucket
    from ecr_scan_reporter.use_cases.exploits.current import CurrentExploits

    bucket = FindingsBucket(clients.make("s3"), Caller(), settings.findings_bucket)
    return CurrentExploits(bucket, warn("exploits not known"))


def _security_hub(clients: Clients) -> FindingsHub:
    from ecr_scan_reporter.aws.identity import caller_identity
    from ecr_scan_reporter.aws.security_hub import SecurityHub
    from ecr_scan_reporter.domain.security_hub.asff import HubAccount

    client, sts = clients.make("securityhub"), clients.make("sts")

    def own_hub() -> HubAccount:
        return HubAccount(caller_identity(sts, Caller()).account, client.meta.region_name)

    return SecurityHub(client, Caller(), own_hub, warn("findings not sent to Security Hub"))
