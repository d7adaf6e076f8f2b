"""The dependencies of images_scanner. Rarely needed ones are imported on use."""

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
    from ecr_scan_reporter.use_cases.scanning.published_order import PublishedOrder

# As many jobs as a batch holds. A job that waits for its turn may hold a thread for calls, and the job with the turn
# needs some.
JOBS_AT_A_TIME, THREADS_FOR_CALLS = 10, 6


class ImagesScanner:
    """The dependencies of images_scanner."""

    def __init__(self, settings: ImagesScannerSettings) -> None:
        self.settings = settings
        self._has_warned_of_enhanced = False
        self._clients = Clients(settings.concurrency)
        self._clients.registry()
        threads = ThreadPoolExecutor(settings.concurrency)
        self._concurrently = ThreadedMap(threads, settings.concurrency)
        self._task_group = ThreadedTaskGroup(threads)
        # Jobs wait for their calls, so they have threads of their own.
        jobs = max(1, min(JOBS_AT_A_TIME, settings.concurrency - THREADS_FOR_CALLS))
        self.several_jobs = ThreadedMap(ThreadPoolExecutor(jobs), jobs)
        self._large_repositories = Turnstile()
        self.queue = JobsQueue(self._clients.make("sqs"), Caller(), self._concurrently, settings.jobs_queue_url)
        on_problem = warn("ledger item ignored")
        ledger = self._clients.ledger(settings.ledger_table, on_problem, keeps_journal=settings.keeps_journal)
        self._ledger = ledger or _no_ledger()
        self._order = self._published_order() if settings.order_bucket else None
        self._make_lambda_client = cache(partial(self._clients.make, "lambda"))
        self._calls_of_lambda = Caller()

    def begin(self, time_is_up: Callable[[], bool]) -> None:
        """Begin an invocation, whose calls stop waiting when `time_is_up`."""
        self._clients.time_is_up = time_is_up

    def is_first_enhanced(self) -> bool:
        """Return True once: one warning about enhanced scanning is enough."""
        first, self._has_warned_of_enhanced = not self._has_warned_of_enhanced, True
        return first

    @contextmanager
    def tools(
        self, job: ScanJob, time_is_up: Callable[[], bool], on_outcome: Callable[[ImageOutcome], None]
    ) -> Iterator[ScanTools]:
        """Yield the tools of a job, with the registry that the job names, or that of this account and region."""
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
                self._order.of if self._order else _no_order,
            )

    def _published_order(self) -> "PublishedOrder":
        from ecr_scan_reporter.aws.scan_order_object import ScanOrderObject
        from ecr_scan_reporter.domain.scanning.order import ORDER_KEY
        from ecr_scan_reporter.use_cases.scanning.published_order import PublishedOrder

        make_client = cache(partial(self._clients.make, "s3"))
        stored = ScanOrderObject(make_client, Caller(), self.settings.order_bucket, ORDER_KEY)
        return PublishedOrder(stored, warn("the order of scans is not known; repositories share the day's scans"))

    def _reports(self, job: ScanJob) -> "ReporterFunction | None":
        # ECR sends the events of another account to that account.
        if not self.settings.reporter_function or job.role_arn:
            return None
        from ecr_scan_reporter.aws.reporter_function import ReporterFunction

        return ReporterFunction(self._make_lambda_client, self._calls_of_lambda, self.settings.reporter_function)


def _no_order(*_: object) -> None:
    return None


def _no_ledger() -> "NoLedger":
    from ecr_scan_reporter.aws.ledger.none import NoLedger

    return NoLedger()


@made_once
def images_scanner(environment: Environment) -> ImagesScanner:
    """Return the dependencies of images_scanner. Raises InvalidInputError, which names the wrong variable."""
    return ImagesScanner(ImagesScannerSettings.from_environment(environment))
