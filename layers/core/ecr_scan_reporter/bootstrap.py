"""The composition root: the one place that reads the environment and makes clients.

Everything is made on first use and kept for as long as the environment stays as it is. In Lambda, `prepare` makes it
while the function starts, so that a wrong variable stops it there.
"""

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial, wraps
from typing import TYPE_CHECKING, Any, TypeVar

import boto3
from aws_lambda_powertools import Logger, Metrics
from botocore.exceptions import ProfileNotFound

from ecr_scan_reporter.aws.calls import Caller
from ecr_scan_reporter.aws.ecr import EcrRegistry
from ecr_scan_reporter.aws.ecs import EcsClusters
from ecr_scan_reporter.aws.jobs_queue import JobsQueue
from ecr_scan_reporter.aws.no_ledger import NoLedger
from ecr_scan_reporter.aws.sessions import assume_role, make_client
from ecr_scan_reporter.concurrency import ConcurrentMap, ThreadedMap
from ecr_scan_reporter.domain.images import Repository
from ecr_scan_reporter.domain.jobs import ScanJob
from ecr_scan_reporter.errors import InvalidInputError, MissingInputError
from ecr_scan_reporter.settings import (
    DEFAULT_CONCURRENCY,
    DigestSettings,
    ImagesScannerSettings,
    NotificationMode,
    ReporterSettings,
    RepositoriesScannerSettings,
    TerminalSettings,
    TerminalSuppressionsSettings,
)

if TYPE_CHECKING:
    from ecr_scan_reporter.aws.idempotency import IdempotencyTable
    from ecr_scan_reporter.aws.identity import Identity
    from ecr_scan_reporter.aws.scan_ledger import ScanLedger
    from ecr_scan_reporter.aws.security_hub import SecurityHub
    from ecr_scan_reporter.aws.stored_results import StoredResults
    from ecr_scan_reporter.aws.suppressions_table import SuppressionsTable
    from ecr_scan_reporter.domain.digests import Digest
    from ecr_scan_reporter.domain.reports import ScanReport
    from ecr_scan_reporter.use_cases.tell import Outlets, Sender

SERVICE = "ecr-scan-reporter"
NAMESPACE = "EcrScanReporter"
REPOSITORIES_AT_A_TIME = 8

Snapshot = frozenset[tuple[str, str]]
Told = TypeVar("Told")


def make_logger() -> Logger:
    """Return the logger; Powertools' own variables configure it."""
    return Logger(service=os.environ.get("POWERTOOLS_SERVICE_NAME", SERVICE))


def make_metrics() -> Metrics:
    """Return the metrics; Powertools' own variables configure them."""
    return Metrics(
        service=os.environ.get("POWERTOOLS_SERVICE_NAME", SERVICE),
        namespace=os.environ.get("POWERTOOLS_METRICS_NAMESPACE", NAMESPACE),
    )


def prepare(make: Callable[[], object]) -> None:
    """In Lambda, make what a function needs now, with the processor that a starting function has to itself."""
    if "AWS_LAMBDA_RUNTIME_API" in os.environ:
        make()


Handler = Callable[[dict[str, Any], Any], Any]


def entry_point(logger: Logger, metrics: Metrics) -> Callable[[Handler], Handler]:
    """Return a decorator for handlers: the invocation's ids in each log line, the metrics written at its end.

    A handler may also be called by hand, with no context.
    """

    def decorate(handler: Handler) -> Handler:
        with_metrics = metrics.log_metrics(handler)
        with_context = logger.inject_lambda_context(with_metrics)

        @wraps(handler)
        def handle(event: dict[str, Any], context: Any) -> Any:
            has_context = hasattr(context, "aws_request_id") and hasattr(context, "memory_limit_in_mb")
            return (with_context if has_context else with_metrics)(event, context)

        return handle

    return decorate


def seconds_left(context: Any) -> float | None:
    """Return how long the invocation may still run, None when it is none of Lambda's."""
    left = getattr(context, "get_remaining_time_in_millis", None)
    return left() / 1000 if left else None


class _Clients:
    """Makes clients of this account (or of another session), all for so many threads."""

    def __init__(self, concurrency: int, session: boto3.Session | None = None) -> None:
        self._concurrency = concurrency
        self.session = session or boto3.Session()
        self._registries: dict[tuple[str | None, str | None], EcrRegistry] = {}

    def make(self, service: str, region: str | None = None) -> Any:
        return make_client(service, session=self.session, concurrency=self._concurrency, region=region)

    def make_as(self, service: str, role_arn: str | None, region: str | None = None) -> Any:
        """As `make`, through a role where one is given. Not to be kept: the credentials of a role end."""
        if not role_arn:
            return self.make(service, region)
        session = assume_role(self.make("sts"), Caller(), role_arn, region or self.session.region_name)
        return make_client(service, session=session, concurrency=self._concurrency)

    def idempotency(self, table: str) -> "IdempotencyTable | None":
        if not table:
            return None
        from ecr_scan_reporter.aws.idempotency import IdempotencyTable

        return IdempotencyTable(table, self.session)

    def threads(self) -> ConcurrentMap:
        return ThreadedMap(ThreadPoolExecutor(self._concurrency), self._concurrency)

    def ledger(self, table: str) -> "ScanLedger | None":
        if not table:
            return None
        from ecr_scan_reporter.aws.scan_ledger import ScanLedger

        return ScanLedger(self.make("dynamodb"), Caller(), table)

    def suppressions(self, table: str) -> "SuppressionsTable | None":
        if not table:
            return None
        from ecr_scan_reporter.aws.suppressions_table import SuppressionsTable

        return SuppressionsTable(self.make("dynamodb"), Caller(), table, _warn_of_suppression)

    def security_hub(self) -> "SecurityHub":
        from ecr_scan_reporter.aws.identity import caller_identity
        from ecr_scan_reporter.aws.security_hub import SecurityHub
        from ecr_scan_reporter.domain.asff import Hub

        client, sts = self.make("securityhub"), self.make("sts")

        def own_hub() -> Hub:
            return Hub(caller_identity(sts, Caller()).account, client.meta.region_name)

        def tell(reason: str) -> None:
            make_logger().warning("findings not sent to Security Hub", extra={"reason": reason})

        return SecurityHub(client, Caller(), own_hub, tell)

    def registry(
        self, region: str | None = None, registry_id: str | None = None, role_arn: str | None = None
    ) -> EcrRegistry:
        if role_arn:
            return EcrRegistry(self.make_as("ecr", role_arn, region), Caller(), registry_id)
        key = (region, registry_id)
        if key not in self._registries:
            self._registries[key] = EcrRegistry(self.make("ecr", region), Caller(), registry_id)
        return self._registries[key]


def _warn_of_suppression(problem: str) -> None:
    make_logger().warning("suppression ignored", extra={"reason": problem})


class RepositoriesScanner:
    """What repositories_scanner works with."""

    def __init__(self, settings: RepositoriesScannerSettings) -> None:
        self.settings = settings
        self._clients = _Clients(settings.concurrency)
        self._sqs = self._clients.make("sqs")
        self._concurrently = self._clients.threads()
        self.registry = self._clients.registry()

    def queue(self, url: str) -> JobsQueue:
        """Return the queue at `url`."""
        return JobsQueue(self._sqs, Caller(), self._concurrently, url)

    def ecs(self, role_arn: str | None = None) -> EcsClusters:
        """Return the clusters of this account, or of the role's."""
        return EcsClusters(self._clients.make_as("ecs", role_arn), Caller())


class ImagesScanner:
    """What images_scanner works with."""

    def __init__(self, settings: ImagesScannerSettings) -> None:
        self.settings = settings
        self._has_told_enhanced = False
        self._clients = _Clients(settings.concurrency)
        self._clients.registry()
        self.concurrently = self._clients.threads()
        self.queue = JobsQueue(self._clients.make("sqs"), Caller(), self.concurrently, settings.jobs_queue_url)
        self.ledger = self._clients.ledger(settings.ledger_table) or NoLedger()

    def is_first_enhanced(self) -> bool:
        """True once: enhanced scanning is worth one line, and not one for each repository."""
        first, self._has_told_enhanced = not self._has_told_enhanced, True
        return first

    def registry(self, job: ScanJob) -> EcrRegistry:
        """Return the registry of a job: of this account and region unless the job names another."""
        return self._clients.registry(job.region, job.registry_id, job.role_arn)


class TerminalScanner:
    """What the command line works with."""

    def __init__(self, settings: TerminalSettings) -> None:
        clients = _Clients(settings.concurrency, _profile_session(settings.profile, settings.region))
        self.registry = clients.registry(registry_id=settings.registry_id)
        self.ledger = clients.ledger(settings.ledger_table) or NoLedger()
        self.concurrently = clients.threads()
        # Repositories wait for their images: they must not take the threads that these need.
        self.across_repositories = ThreadedMap(ThreadPoolExecutor(REPOSITORIES_AT_A_TIME), REPOSITORIES_AT_A_TIME)


class TerminalSuppressions:
    """What the commands for suppressions work with."""

    def __init__(self, settings: TerminalSuppressionsSettings, on_problem: Callable[[str], object]) -> None:
        # Only here: the functions must not pay for it at their cold start.
        from ecr_scan_reporter.aws.suppressions_table import SuppressionsTable

        self._clients = _Clients(DEFAULT_CONCURRENCY, _profile_session(settings.profile, settings.region))
        self.region = self._clients.session.region_name
        self.table = SuppressionsTable(self._clients.make("dynamodb"), Caller(), settings.table, on_problem)

    def identity(self) -> "Identity":
        """Return whose credentials are used."""
        from ecr_scan_reporter.aws.identity import caller_identity

        return caller_identity(self._clients.make("sts"), Caller())

    def results(self, bucket: str) -> "StoredResults":
        """Return the results of a findings bucket."""
        from ecr_scan_reporter.aws.stored_results import StoredResults

        return StoredResults(self._clients.make("s3"), Caller(), self._clients.threads(), bucket)


def _profile_session(profile: str | None, region: str | None) -> boto3.Session:
    try:
        session = boto3.Session(profile_name=profile, region_name=region)
    except ProfileNotFound as error:
        raise InvalidInputError("the profile", profile, "one of the AWS configuration") from error
    if not session.region_name:
        raise MissingInputError("the region", "given by --region, AWS_DEFAULT_REGION or the profile")
    return session


class Reporter:
    """What reporter works with. All that is remembered is optional."""

    def __init__(self, settings: ReporterSettings) -> None:
        # Only here: the scanners must not pay for them at their cold start.
        from ecr_scan_reporter.aws.findings_bucket import FindingsBucket
        from ecr_scan_reporter.use_cases.report_scan import Stores

        self.settings = settings
        self._clients = _Clients(concurrency=4)
        self._clients.registry()
        make, bucket = self._clients.make, settings.findings_bucket
        self._tellers = _Tellers(self._clients, settings.idempotency_table)
        self._senders = self._tellers.of_reports(settings)
        self.stores = Stores(
            ledger=self._clients.ledger(settings.ledger_table),
            findings=FindingsBucket(make("s3"), Caller(), bucket) if bucket else None,
            suppressions=self._clients.suppressions(settings.suppressions_table),
            hub=self._clients.security_hub() if settings.is_security_hub_enabled else None,
        )

    def outlets(self, context: Any) -> "Outlets[ScanReport]":
        """Return whom to tell in the invocation with this context."""
        return self._tellers.outlets(self._senders, context)

    def registry(self, repository: Repository) -> EcrRegistry:
        """Return the registry of a repository."""
        return self._clients.registry(repository.region, repository.registry_id)


class _Tellers:
    """Makes what tells people and programs, each of them once."""

    def __init__(self, clients: _Clients, idempotency_table: str) -> None:
        self._clients = clients
        self._idempotency = clients.idempotency(idempotency_table)

    def of_reports(self, settings: ReporterSettings) -> "Mapping[str, Sender[ScanReport]]":
        """Return the senders of reports, by name."""
        from ecr_scan_reporter.aws.report_topic import ReportTopic
        from ecr_scan_reporter.domain.messages import compose_notification
        from ecr_scan_reporter.use_cases.tell import publish

        senders: dict[str, Sender[ScanReport]] = {}
        if settings.mode is not NotificationMode.DIGEST:
            topic = ReportTopic(self._clients.make("sns"), Caller(), settings.topic_arn)
            senders["topic"] = lambda report: publish(topic, partial(compose_notification, report))
        if settings.chat_topic_arn and settings.mode is not NotificationMode.DIGEST:
            senders["chat"] = self._chat_of_reports(settings.chat_topic_arn)
        if settings.event_bus:
            senders["bus"] = self._bus_of_reports(settings.event_bus)
        return senders

    def _chat_of_reports(self, arn: str) -> "Sender[ScanReport]":
        from ecr_scan_reporter.aws.chat_topic import ChatTopic
        from ecr_scan_reporter.domain.messages.chat import compose_chat
        from ecr_scan_reporter.domain.messages.notification import attributes

        topic = ChatTopic(self._clients.make("sns"), Caller(), arn)
        return lambda report: topic.publish(compose_chat(report), attributes(report))

    def _bus_of_reports(self, name: str) -> "Sender[ScanReport]":
        from ecr_scan_reporter.aws.event_bus import EventBus
        from ecr_scan_reporter.domain.ecr_arns import image_arn
        from ecr_scan_reporter.domain.messages.event import compose_event

        bus = EventBus(self._clients.make("events"), Caller(), name)
        return lambda report: bus.put(compose_event(report), [image_arn(report.image.repository, report.image.digest)])

    def of_digests(self, settings: DigestSettings) -> "Mapping[str, Sender[Digest]]":
        """Return the senders of digests, by name."""
        from ecr_scan_reporter.aws.report_topic import ReportTopic
        from ecr_scan_reporter.domain.messages.digest import compose_digest
        from ecr_scan_reporter.use_cases.tell import publish

        topic = ReportTopic(self._clients.make("sns"), Caller(), settings.topic_arn)
        senders: dict[str, Sender[Digest]] = {"topic": lambda digest: publish(topic, partial(compose_digest, digest))}
        if settings.chat_topic_arn:
            senders["chat"] = self._chat_of_digests(settings.chat_topic_arn)
        return senders

    def _chat_of_digests(self, topic_arn: str) -> "Sender[Digest]":
        from ecr_scan_reporter.aws.chat_topic import ChatTopic
        from ecr_scan_reporter.domain.messages.digest import attributes
        from ecr_scan_reporter.domain.messages.digest_chat import compose_digest_chat

        chat = ChatTopic(self._clients.make("sns"), Caller(), topic_arn)
        return lambda digest: chat.publish(compose_digest_chat(digest), attributes(digest))

    def outlets(self, senders: "Mapping[str, Sender[Told]]", context: Any) -> "Outlets[Told]":
        """Return the senders as outlets of the invocation with this context."""
        from ecr_scan_reporter.use_cases.tell import Outlets

        if not self._idempotency:
            return Outlets(senders)
        return Outlets(senders, partial(self._idempotency.once, context=context))


class DigestSender:
    """What digest works with. The suppressions are optional."""

    def __init__(self, settings: DigestSettings) -> None:
        # Only here: the other functions must not pay for it at their cold start.
        from ecr_scan_reporter.aws.ledger_contents import LedgerContents

        self.settings = settings
        clients = _Clients(concurrency=4)
        self._tellers = _Tellers(clients, settings.idempotency_table)
        self._senders = self._tellers.of_digests(settings)
        self.ledger = LedgerContents(clients.make("dynamodb"), Caller(), settings.ledger_table)
        self.suppressions = clients.suppressions(settings.suppressions_table)

    def outlets(self, context: Any) -> "Outlets[Digest]":
        """Return whom to tell in the invocation with this context."""
        return self._tellers.outlets(self._senders, context)


@lru_cache(maxsize=1)
def _repositories_scanner(environment: Snapshot) -> RepositoriesScanner:
    return RepositoriesScanner(RepositoriesScannerSettings.from_environment(dict(environment)))


@lru_cache(maxsize=1)
def _images_scanner(environment: Snapshot) -> ImagesScanner:
    return ImagesScanner(ImagesScannerSettings.from_environment(dict(environment)))


@lru_cache(maxsize=1)
def _reporter(environment: Snapshot) -> Reporter:
    return Reporter(ReporterSettings.from_environment(dict(environment)))


@lru_cache(maxsize=1)
def _digest(environment: Snapshot) -> DigestSender:
    return DigestSender(DigestSettings.from_environment(dict(environment)))


def repositories_scanner() -> RepositoriesScanner:
    """Return what repositories_scanner works with. Raises InvalidInputError that names a wrong variable."""
    return _repositories_scanner(_environment())


def images_scanner() -> ImagesScanner:
    """Return what images_scanner works with. Raises InvalidInputError that names a wrong variable."""
    return _images_scanner(_environment())


def reporter() -> Reporter:
    """Return what reporter works with. Raises InvalidInputError that names a wrong variable."""
    return _reporter(_environment())


def digest() -> DigestSender:
    """Return what digest works with. Raises InvalidInputError that names a wrong variable."""
    return _digest(_environment())


def _environment() -> Snapshot:
    # Names with an underscore in front change with each invocation (_X_AMZN_TRACE_ID) and are none of our settings.
    return frozenset((name, value) for name, value in os.environ.items() if not name.startswith("_"))
