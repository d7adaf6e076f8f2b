"""What images_scanner works with. What it needs seldom is imported only then."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from typing import TYPE_CHECKING

from ecr_scan_reporter.aws.jobs_queue import JobsQueue
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.bootstrap.environment import made_once
from ecr_scan_reporter.bootstrap.observability import warn
from ecr_scan_reporter.concurrency.task_groups import ThreadedTaskGroup
from ecr_scan_reporter.concurrency.threads import ThreadedMap, Turnstile
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.outcomes import ImageOutcome
from ecr_scan_reporter.settings.images_scanner import ImagesScannerSettings
from ecr_scan_reporter.settings.variables import Environment
from ecr_scan_reporter.use_cases.scanning.tools import ScanTools

if TYPE_CHECKING:
    from ecr_scan_reporter.aws.ledger.none import NoLedger
    from ecr_scan_reporter.aws.reporter_function import ReporterFunction

# As many as a batch of the queue holds. A job that waits for its turn may hold a thread of the calls, and the one that
# has the turn needs some.
JOBS_AT_A_TIME, THREADS_FOR_CALLS = 10, 6


class ImagesScanner:
    """What images_scanner works with."""

    def __init__(self, settings: ImagesScannerSettings) -> None:
        self.settings = settings
        self._has_told_enhanced = False
        self._clients = Clients(settings.concurrency)
        self._clients.registry()
        threads = ThreadPoolExecutor(settings.concurrency)
        self._concurrently = ThreadedMap(threads, settings.concurrency)
        self._task_group = ThreadedTaskGroup(threads)
        # Jobs wait for their calls: they must not take the threads that these need.
        jobs = max(1, min(JOBS_AT_A_TIME, settings.concurrency - THREADS_FOR_CALLS))
        self.several_jobs = ThreadedMap(ThreadPoolExecutor(jobs), jobs)
        self._large_repositories = Turnstile()
        self.queue = JobsQueue(self._clients.make("sqs"), Caller(), self._concurrently, settings.jobs_queue_url)
        self._ledger = self._clients.ledger(settings.ledger_table, warn("ledger item ignored")) or _no_ledger()
        self._make_lambda_client = cache(partial(self._clients.make, "lambda"))
        self._calls_of_lambda = Caller()

    def begin(self, time_is_up: Callable[[], bool]) -> None:
        """An invocation begins, which has so much time."""
        self._clients.time_is_up = time_is_up

    def is_first_enhanced(self) -> bool:
        """True once: enhanced scanning is worth one line, and not one for each repository."""
        first, self._has_told_enhanced = not self._has_told_enhanced, True
        return first

    @contextmanager
    def tools(
        self, job: ScanJob, time_is_up: Callable[[], bool], on_outcome: Callable[[ImageOutcome], None]
    ) -> Iterator[ScanTools]:
        """Yield what a job works with: the registry of this account and region unless the job names another."""
        registry = self._clients.registry(job.region, job.registry_id, job.role_arn)
        with self._large_repositories.pass_through(time_is_up) as wait_for_turn:
            yield ScanTools(
                registry,
                self._ledger,
                self._concurrently,
                self._task_group,
                self._reports(job),
                time_is_up,
                wait_for_turn,
                on_outcome,
            )

    def _reports(self, job: ScanJob) -> "ReporterFunction | None":
        # The events of another account go to the application there, if there is one.
        if not self.settings.reporter_function or job.role_arn:
            return None
        from ecr_scan_reporter.aws.reporter_function import ReporterFunction

        return ReporterFunction(self._make_lambda_client, self._calls_of_lambda, self.settings.reporter_function)


def _no_ledger() -> "NoLedger":
    from ecr_scan_reporter.aws.ledger.none import NoLedger

    return NoLedger()


@made_once
def images_scanner(environment: Environment) -> ImagesScanner:
    """Return what images_scanner works with. Raises InvalidInputError that names a wrong variable."""
    return ImagesScanner(ImagesScannerSettings.from_environment(environment))
