"""The composition root: the one place that reads the environment and makes clients.

Everything is made on first use and kept for as long as the environment stays as it is. In Lambda, `prepare` makes it
while the function starts, so that a wrong variable stops it there.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, Any

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
    ImagesScannerSettings,
    ReporterSettings,
    RepositoriesScannerSettings,
    TerminalSettings,
)

if TYPE_CHECKING:
    from ecr_scan_reporter.aws.scan_ledger import ScanLedger

SERVICE = "ecr-scan-reporter"
NAMESPACE = "EcrScanReporter"
REPOSITORIES_AT_A_TIME = 8

Snapshot = frozenset[tuple[str, str]]


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

    def threads(self) -> ConcurrentMap:
        return ThreadedMap(ThreadPoolExecutor(self._concurrency), self._concurrency)

    def ledger(self, table: str) -> "ScanLedger | None":
        if not table:
            return None
        from ecr_scan_reporter.aws.scan_ledger import ScanLedger

        return ScanLedger(self.make("dynamodb"), Caller(), table)

    def registry(
        self, region: str | None = None, registry_id: str | None = None, role_arn: str | None = None
    ) -> EcrRegistry:
        if role_arn:
            return EcrRegistry(self.make_as("ecr", role_arn, region), Caller(), registry_id)
        key = (region, registry_id)
        if key not in self._registries:
            self._registries[key] = EcrRegistry(self.make("ecr", region), Caller(), registry_id)
        return self._registries[key]


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


def _profile_session(profile: str | None, region: str | None) -> boto3.Session:
    try:
        session = boto3.Session(profile_name=profile, region_name=region)
    except ProfileNotFound as error:
        raise InvalidInputError("the profile", profile, "one of the AWS configuration") from error
    if not session.region_name:
        raise MissingInputError("the region", "given by --region, AWS_DEFAULT_REGION or the profile")
    return session


class Reporter:
    """What reporter works with. The ledger, the findings bucket and the idempotency table are optional."""

    def __init__(self, settings: ReporterSettings) -> None:
        # Only here: the scanners must not pay for them at their cold start.
        from ecr_scan_reporter.aws.findings_bucket import FindingsBucket
        from ecr_scan_reporter.aws.idempotency import once_per_event
        from ecr_scan_reporter.aws.report_topic import ReportTopic

        self.settings = settings
        self._clients = _Clients(concurrency=4)
        self._clients.registry()
        make, bucket, table = self._clients.make, settings.findings_bucket, settings.idempotency_table
        self.topic = ReportTopic(make("sns"), Caller(), settings.topic_arn)
        self.ledger = self._clients.ledger(settings.ledger_table)
        self.findings = FindingsBucket(make("s3"), Caller(), bucket) if bucket else None
        self.once = once_per_event(table, self._clients.session) if table else None

    def registry(self, repository: Repository) -> EcrRegistry:
        """Return the registry of a repository."""
        return self._clients.registry(repository.region, repository.registry_id)


@lru_cache(maxsize=1)
def _repositories_scanner(environment: Snapshot) -> RepositoriesScanner:
    return RepositoriesScanner(RepositoriesScannerSettings.from_environment(dict(environment)))


@lru_cache(maxsize=1)
def _images_scanner(environment: Snapshot) -> ImagesScanner:
    return ImagesScanner(ImagesScannerSettings.from_environment(dict(environment)))


@lru_cache(maxsize=1)
def _reporter(environment: Snapshot) -> Reporter:
    return Reporter(ReporterSettings.from_environment(dict(environment)))


def repositories_scanner() -> RepositoriesScanner:
    """Return what repositories_scanner works with. Raises InvalidInputError that names a wrong variable."""
    return _repositories_scanner(_environment())


def images_scanner() -> ImagesScanner:
    """Return what images_scanner works with. Raises InvalidInputError that names a wrong variable."""
    return _images_scanner(_environment())


def reporter() -> Reporter:
    """Return what reporter works with. Raises InvalidInputError that names a wrong variable."""
    return _reporter(_environment())


def _environment() -> Snapshot:
    # Names with an underscore in front change with each invocation (_X_AMZN_TRACE_ID) and are none of our settings.
    return frozenset((name, value) for name, value in os.environ.items() if not name.startswith("_"))
