"""Work on a batch of jobs: those of different repositories at the same time, and one that fails fails alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from ecr_scan_reporter.concurrency.threads import ConcurrentMap
from ecr_scan_reporter.domain.scanning.jobs import ScanJob, parse_job
from ecr_scan_reporter.domain.scanning.outcomes import ScanSummary
from ecr_scan_reporter.errors import InvalidInputError, RepositoryNotFoundError
from ecr_scan_reporter.use_cases.scanning.ports import Queue
from ecr_scan_reporter.use_cases.scanning.scan_repository import continue_job


@dataclass(frozen=True, slots=True)
class JobResult:
    """What became of a job: its summary, and the error for which its message goes back to the queue.

    A repository that is gone has neither.
    """

    job: ScanJob | None = None
    summary: ScanSummary | None = None
    error: Exception | None = None


def scan_batch(
    bodies: Mapping[str, str], scan: Callable[[ScanJob], ScanSummary], queue: Queue, concurrently: ConcurrentMap
) -> dict[str, JobResult]:
    """Read and scan each job, given as the text of its message by id; send those on that are not done.

    Returns what became of them by id, in the order of `bodies`. Jobs of the same repository come one after the other:
    the second finds in the ledger what the first one started.
    """
    results: dict[str, JobResult] = {}
    by_repository: dict[str, dict[str, ScanJob]] = {}
    for message, body in bodies.items():
        try:
            job = parse_job(body)
        except InvalidInputError as error:
            results[message] = JobResult(error=error)
        else:
            by_repository.setdefault(job.repository, {})[message] = job

    def scan_one_repository(jobs: Mapping[str, ScanJob]) -> dict[str, JobResult]:
        return {message: _scanned(scan, job) for message, job in jobs.items()}

    for of_repository in concurrently(scan_one_repository, by_repository.values()):
        results |= of_repository
    return {message: _continued(results[message], queue) for message in bodies}


def _scanned(scan: Callable[[ScanJob], ScanSummary], job: ScanJob) -> JobResult:
    try:
        return JobResult(job, scan(job))
    except RepositoryNotFoundError:
        return JobResult(job)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not take the other jobs with it
        return JobResult(job, error=error)


def _continued(result: JobResult, queue: Queue) -> JobResult:
    if not result.job or not result.summary:
        return result
    try:
        continue_job(result.job, result.summary, queue)
    except Exception as error:  # noqa: BLE001 - as above
        return replace(result, error=error)
    return result
