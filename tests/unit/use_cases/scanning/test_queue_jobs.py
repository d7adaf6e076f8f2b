import re
from datetime import date, timedelta

import pytest

from ecr_scan_reporter.domain.registry.discovery import Home
from ecr_scan_reporter.domain.registry.images import ImageReference
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.selection import JobSelection
from ecr_scan_reporter.errors import JobsNotSentError
from ecr_scan_reporter.use_cases.scanning.job_sources import JobSources
from ecr_scan_reporter.use_cases.scanning.queue_jobs import QueueingSummary, queue_jobs, send_jobs
from tests.unit.samples import DIGEST
from tests.unit.use_cases.fakes import FakeQueue
from tests.unit.use_cases.scanning.running_images import HOME, OTHER_ACCOUNT, REGISTRY, ROLE

TODAY = date(2026, 1, 31)


def test_jobs_are_sent_and_counted() -> None:
    queue = FakeQueue()
    summary = send_jobs([ScanJob(f"r{n}") for n in range(25)], queue, TODAY)
    assert summary == QueueingSummary(repositories=25, jobs=25, failed=0)
    assert sorted(job.repository for job, _ in queue.sent) == sorted(f"r{n}" for n in range(25))
    summary.raise_for_failures()


def test_a_job_that_cannot_be_sent_holds_up_no_other_and_fails_the_run_at_its_end() -> None:
    queue = FakeQueue(broken=frozenset({"b", "c"}))
    summary = send_jobs([ScanJob("a"), ScanJob("b"), ScanJob("c"), ScanJob("d")], queue, TODAY)
    assert sorted(job.repository for job, _ in queue.sent) == ["a", "d"]
    assert (summary.repositories, summary.jobs, summary.failed) == (4, 2, 2)
    with pytest.raises(
        JobsNotSentError, match=r"^2 of 4 jobs were not sent; the first: [bc]: InternalError: try again$"
    ):
        summary.raise_for_failures()


def test_nothing_selected_is_no_fault() -> None:
    queue = FakeQueue()
    summary = send_jobs([], queue, TODAY)
    summary.raise_for_failures()
    assert (summary, queue.sent) == (QueueingSummary(repositories=0, jobs=0, failed=0), [])


class FakeSources:
    """A registry of two repositories, and a container that runs in each account that is asked for."""

    def __init__(self) -> None:
        self.roles: list[str | None] = []

    def repository_names(self) -> list[str]:
        return ["team/app", "ops/tools"]

    def clusters(self, role_arn: str | None) -> "FakeSources":
        self.roles.append(role_arn)
        return self

    def running_images(self) -> list[tuple[str, str]]:
        return [(f"{REGISTRY}/team/app:1", DIGEST), ("906394416424.dkr.ecr.eu-west-1.amazonaws.com/sidecar:1", "")]

    def home(self) -> Home:
        return HOME

    def sources(self) -> JobSources:
        return JobSources(self, self.clusters, self.home)


def test_a_run_queues_the_repositories_that_it_selects() -> None:
    fake, queue = FakeSources(), FakeQueue()
    selection = JobSelection(re.compile("team/"), is_dry_run=True)
    summary = queue_jobs(selection, fake.sources(), queue, TODAY)
    assert summary == QueueingSummary(repositories=1, jobs=1, failed=0)
    assert queue.sent == [(ScanJob("team/app", dry_run=True), 0)]
    assert fake.roles == []


@pytest.mark.parametrize(("roles", "asked"), [((), [None]), ((ROLE, f"{ROLE}-2"), [ROLE, f"{ROLE}-2"])])
def test_a_run_queues_what_ecs_runs_here_or_through_each_role(roles: tuple[str, ...], asked: list[str | None]) -> None:
    fake, queue = FakeSources(), FakeQueue()
    selection = JobSelection(re.compile(".*"), is_from_ecs=True, ecs_roles=roles)
    summary = queue_jobs(selection, fake.sources(), queue, TODAY)
    assert fake.roles == asked
    assert summary == QueueingSummary(len(asked), len(asked), 0, skipped={"906394416424/eu-west-1": len(asked)})
    image = ImageReference(digest=DIGEST)
    assert [(job.repository, job.images) for job, _ in queue.sent] == [("team/app", (image,))] * len(asked)


# --- the day's scans are shared --------------------------------------------------------------------------------------


def test_each_job_knows_how_many_share_the_days_scans_of_its_registry() -> None:
    queue = FakeQueue()
    named = ScanJob("b", images=(ImageReference(tag="1"),))
    send_jobs([ScanJob("a"), ScanJob("b"), named, ScanJob("c", registry_id=OTHER_ACCOUNT)], queue, TODAY)
    assert sorted((job.repository, job.jobs_in_run) for job, _ in queue.sent) == [
        ("a", 3),
        ("b", 3),
        ("b", 3),
        ("c", None),
    ]


def test_the_job_of_a_repository_alone_says_nothing_of_others() -> None:
    queue = FakeQueue()
    send_jobs([ScanJob("a")], queue, TODAY)
    assert queue.sent == [(ScanJob("a"), 0)]


def test_another_repository_comes_first_on_another_day() -> None:
    first = set()
    for day in range(20):
        queue = FakeQueue()
        send_jobs([ScanJob(name) for name in "abcd"], queue, TODAY + timedelta(days=day))
        assert sorted(job.repository for job, _ in queue.sent) == list("abcd")
        first.add(queue.sent[0][0].repository)
    assert first == set("abcd")
