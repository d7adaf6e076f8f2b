import re

import pytest

from ecr_scan_reporter.domain.images import ImageReference
from ecr_scan_reporter.domain.jobs import ScanJob
from ecr_scan_reporter.errors import JobsNotSentError
from ecr_scan_reporter.use_cases.queue_repositories import (
    QueueingSummary,
    queue_jobs,
    repository_jobs,
    running_image_jobs,
)
from tests.unit.samples import DIGEST, digest
from tests.unit.use_cases.fakes import FakeQueue

REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
ROLE = "arn:aws:iam::123456789012:role/ecs-reader"
ALL = re.compile(".*")


def test_each_selected_repository_has_one_job() -> None:
    jobs = repository_jobs(["team/app", "ops/tools", "team/web"], re.compile("team/"))
    assert list(jobs) == [ScanJob("team/app"), ScanJob("team/web")]


def test_a_dry_run_is_passed_on_to_the_jobs() -> None:
    assert list(repository_jobs(["team/app"], ALL, dry_run=True)) == [ScanJob("team/app", dry_run=True)]


def test_jobs_are_sent_and_counted() -> None:
    queue = FakeQueue()
    summary = queue_jobs([ScanJob(f"r{n}") for n in range(25)], queue)
    assert summary == QueueingSummary(repositories=25, jobs=25, failed=0)
    assert [job.repository for job, _ in queue.sent] == [f"r{n}" for n in range(25)]
    summary.raise_for_failures()


def test_a_job_that_cannot_be_sent_holds_up_no_other_and_is_told_in_the_end() -> None:
    queue = FakeQueue(broken=frozenset({"b", "c"}))
    summary = queue_jobs([ScanJob("a"), ScanJob("b"), ScanJob("c"), ScanJob("d")], queue)
    assert [job.repository for job, _ in queue.sent] == ["a", "d"]
    assert summary == QueueingSummary(repositories=4, jobs=2, failed=2, first_error="b: InternalError: try again")
    with pytest.raises(JobsNotSentError, match=r"^2 of 4 jobs were not sent; the first: b: InternalError: try again$"):
        summary.raise_for_failures()


def test_nothing_selected_is_no_fault() -> None:
    queue_jobs([], FakeQueue()).raise_for_failures()


def test_images_that_run_are_put_together_by_repository() -> None:
    running = [
        (f"{REGISTRY}/team/app:1.2", DIGEST),
        (f"{REGISTRY}/team/web:3", ""),
        (f"{REGISTRY}/team/app:1.3", digest(1)),
        (f"{REGISTRY}/team/app:1.2", DIGEST),
        ("public.ecr.aws/nginx/nginx:1", digest(2)),
        ("nginx", ""),
    ]
    assert list(running_image_jobs(running, ALL)) == [
        ScanJob(
            "team/app",
            registry_id="123456789012",
            region="eu-west-1",
            images=(ImageReference(digest=DIGEST), ImageReference(digest=digest(1))),
        ),
        ScanJob("team/web", registry_id="123456789012", region="eu-west-1", images=(ImageReference(tag="3"),)),
    ]


def test_the_filter_holds_for_images_that_run_too() -> None:
    running = [(f"{REGISTRY}/team/app:1", ""), (f"{REGISTRY}/ops/tools:1", "")]
    assert [job.repository for job in running_image_jobs(running, re.compile("ops/"))] == ["ops/tools"]


def test_only_the_registry_of_the_roles_own_account_is_scanned_through_the_role() -> None:
    running = [
        (f"{REGISTRY}/team/app:1", ""),
        ("999999999999.dkr.ecr.eu-west-1.amazonaws.com/team/shared:1", ""),
    ]
    jobs = {job.repository: job for job in running_image_jobs(running, ALL, role_arn=ROLE, dry_run=True)}
    assert jobs["team/app"].role_arn == ROLE
    assert (jobs["team/shared"].role_arn, jobs["team/shared"].registry_id) == (None, "999999999999")
    assert all(job.dry_run for job in jobs.values())


def test_very_many_images_of_a_repository_make_several_jobs() -> None:
    running = [(f"{REGISTRY}/team/app:1", digest(n)) for n in range(2_500)]
    assert [len(job.images or ()) for job in running_image_jobs(running, ALL)] == [1_000, 1_000, 500]
