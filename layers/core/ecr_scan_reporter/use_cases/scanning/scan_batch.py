"""Scan the repositories of a batch of jobs at the same time. A failed job stops no other."""

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
    """The result of a job: its summary, or the error for which its message goes back to the queue.

    A deleted repository has neither. `job` is None when the message is no job.
    """

    job: ScanJob | None = None
    summary: ScanSummary | None = None
    error: Exception | None = None


def scan_batch(
    bodies: Mapping[str, str], scan: Callable[[ScanJob], ScanSummary], queue: Queue, concurrently: ConcurrentMap
) -> dict[str, JobResult]:
    """Read and scan the jobs of a batch, given as texts by message id, and send unfinished ones again.

    Returns the results by message id, in the order of `bodies`. Jobs of one repository run one after the other: the
    second reads in the ledger what the first has started.
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
        return {message: _result(scan, job) for message, job in jobs.items()}

    for scanned in concurrently(scan_one_repository, by_repository.values()):
        results |= scanned
    return {message: _continued(results[message], queue) for message in bodies}


def _result(scan: Callable[[ScanJob], ScanSummary], job: ScanJob) -> JobResult:
    try:
        return JobResult(job, scan(job))
    except RepositoryNotFoundError:
        return JobResult(job)
    except Exception as error:  # noqa: BLE001 - no error may stop the other jobs
        return JobResult(job, error=error)


def _continued(result: JobResult, queue: Queue) -> JobResult:
    if not result.job or not result.summary:
        return result
    try:
        continue_job(result.job, result.summary, queue)
    except Exception as error:  # noqa: BLE001 - as above
        return replace(result, error=error)
    return result
