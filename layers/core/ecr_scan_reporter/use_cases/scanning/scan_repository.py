"""Scan one repository: start the scans of its images that are due."""

from dataclasses import replace
from datetime import datetime

from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.outcomes import ScanSummary
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.errors import JobIncompleteError, OutOfTimeError
from ecr_scan_reporter.use_cases.scanning.image_pass import ImagePass
from ecr_scan_reporter.use_cases.scanning.ports import Queue
from ecr_scan_reporter.use_cases.scanning.repository_contents import read_contents
from ecr_scan_reporter.use_cases.scanning.tools import ScanTools

CONTINUE_AFTER_SECONDS = 10
# After its share of the day's scans, a job lets the others have theirs first.
NEXT_SHARE_AFTER_SECONDS = 300
# For a job that looked at no image, because the other jobs of its batch took all the time.
RETRY_AFTER_SECONDS = 60


def scan_repository(job: ScanJob, tools: ScanTools, *, policy: ScanPolicy, now: datetime) -> ScanSummary:
    """Look at each image of the job once, and start the scans that are due, several at a time.

    Stops when time is up, or when the job has had its share of the day's scans; the summary is not finished then.
    An error of one image is its outcome, and stops no other. Raises RepositoryNotFoundError, and CallFailedError where
    nothing can go on (access denied, the ledger out of reach). The ledger has every started scan, also after an error.
    """
    summary = ScanSummary(job.repository)
    if tools.time_is_up():  # Earlier jobs of the batch took it all.
        summary.is_finished = False
        return summary
    if tools.registry.is_enhanced():
        summary.is_enhanced = True
        return summary
    try:
        contents = read_contents(job, tools, policy, now)
        if contents is not None:
            options = contents.options
            summary.is_excluded, summary.tag_warnings = options.is_excluded, options.tag_warnings
            policy = replace(policy, max_age=options.max_age or policy.max_age)
            ImagePass(job, tools, policy, now, summary, contents).run()
    except OutOfTimeError:
        summary.is_finished = False
    return summary


def continue_job(job: ScanJob, summary: ScanSummary, queue: Queue) -> None:
    """Send an unfinished job again, after a delay.

    Raises JobIncompleteError when the queue itself should retry the job: images failed, or the job went on for too
    long.
    """
    if not summary.is_finished:
        delay = CONTINUE_AFTER_SECONDS if summary.images else RETRY_AFTER_SECONDS
        queue.send(job.next(), NEXT_SHARE_AFTER_SECONDS if summary.has_had_its_share else delay)
    elif summary.failed:
        raise JobIncompleteError(
            f"{summary.failed} images of {job.repository} failed; the first: {summary.first_error}"
        )
