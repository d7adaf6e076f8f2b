"""The dependencies of repositories_scanner."""

from functools import partial
from typing import Any

from ecr_scan_reporter.aws.ecs import EcsClusters
from ecr_scan_reporter.aws.jobs_queue import JobsQueue
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.bootstrap.environment import made_once
from ecr_scan_reporter.bootstrap.home import home_of_application
from ecr_scan_reporter.bootstrap.observability import warn
from ecr_scan_reporter.settings.repositories_scanner import RepositoriesScannerSettings
from ecr_scan_reporter.settings.variables import Environment
from ecr_scan_reporter.use_cases.scanning.job_sources import JobSources


class RepositoriesScanner:
    """The dependencies of repositories_scanner."""

    def __init__(self, settings: RepositoriesScannerSettings) -> None:
        self.settings = settings
        self._clients = Clients(settings.concurrency)
        self._sqs = self._clients.make("sqs")
        self._concurrently = self._clients.threads()
        self._registry = self._clients.registry()
        self._configs = self._clients.configs(settings.configs_table, warn("scan configuration ignored"))

    def queue(self, url: str) -> JobsQueue:
        """Return the queue at `url`."""
        return JobsQueue(self._sqs, Caller(), self._concurrently, url)

    def sources(self, context: Any) -> JobSources:
        """Return the sources of jobs, in the invocation with this context."""
        home = partial(home_of_application, context, self._clients)
        return JobSources(self._registry, self._clusters, home, self._configs.all if self._configs else None)

    def _clusters(self, role_arn: str | None) -> EcsClusters:
        return EcsClusters(self._clients.make_as("ecs", role_arn), Caller())


@made_once
def repositories_scanner(environment: Environment) -> RepositoriesScanner:
    """Return the dependencies of repositories_scanner. Raises InvalidInputError, which names the wrong variable."""
    return RepositoriesScanner(RepositoriesScannerSettings.from_environment(environment))
