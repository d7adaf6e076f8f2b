"""What the functions that scan work with."""

from typing import Any

from ecr_scan_reporter.aws.calls import Caller
from ecr_scan_reporter.aws.ecr import EcrRegistry
from ecr_scan_reporter.aws.ecs import EcsClusters
from ecr_scan_reporter.aws.jobs_queue import JobsQueue
from ecr_scan_reporter.aws.no_ledger import NoLedger
from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.bootstrap.observability import warn
from ecr_scan_reporter.domain.discovery import Home, home_of
from ecr_scan_reporter.domain.jobs import ScanJob
from ecr_scan_reporter.settings import ImagesScannerSettings, RepositoriesScannerSettings


class RepositoriesScanner:
    """What repositories_scanner works with."""

    def __init__(self, settings: RepositoriesScannerSettings) -> None:
        self.settings = settings
        self._clients = Clients(settings.concurrency)
        self._sqs = self._clients.make("sqs")
        self._concurrently = self._clients.threads()
        self.registry = self._clients.registry()

    def queue(self, url: str) -> JobsQueue:
        """Return the queue at `url`."""
        return JobsQueue(self._sqs, Caller(), self._concurrently, url)

    def ecs(self, role_arn: str | None = None) -> EcsClusters:
        """Return the clusters of this account, or of the role's."""
        return EcsClusters(self._clients.make_as("ecs", role_arn), Caller())

    def home(self, context: Any) -> Home:
        """Return where the application is: Lambda tells it with each invocation; by hand, STS is asked."""
        home = home_of(getattr(context, "invoked_function_arn", None))
        if home:
            return home
        from ecr_scan_reporter.aws.identity import caller_identity

        return Home(caller_identity(self._clients.make("sts"), Caller()).account, self.registry.region)


class ImagesScanner:
    """What images_scanner works with."""

    def __init__(self, settings: ImagesScannerSettings) -> None:
        self.settings = settings
        self._has_told_enhanced = False
        self._clients = Clients(settings.concurrency)
        self._clients.registry()
        self.concurrently = self._clients.threads()
        self.queue = JobsQueue(self._clients.make("sqs"), Caller(), self.concurrently, settings.jobs_queue_url)
        self.ledger = self._clients.ledger(settings.ledger_table, warn("ledger item ignored")) or NoLedger()

    def is_first_enhanced(self) -> bool:
        """True once: enhanced scanning is worth one line, and not one for each repository."""
        first, self._has_told_enhanced = not self._has_told_enhanced, True
        return first

    def registry(self, job: ScanJob) -> EcrRegistry:
        """Return the registry of a job: of this account and region unless the job names another."""
        return self._clients.registry(job.region, job.registry_id, job.role_arn)
