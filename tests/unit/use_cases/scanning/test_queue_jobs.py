import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from ecr_scan_reporter.domain.configs.configs import ScanConfig
from ecr_scan_reporter.domain.registry.discovery import Home
from ecr_scan_reporter.domain.registry.images import ImageReference
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.selection import JobSelection
from ecr_scan_reporter.errors import CallFailedError, JobsNotSentError
from ecr_scan_reporter.use_cases.scanning.job_sources import JobSources
from ecr_scan_reporter.use_cases.scanning.queue_jobs import QueueingSummary, queue_jobs, send_jobs
from tests.unit.samples import DIGEST, NOW
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

    def __init__(self, configs: Iterable[ScanConfig] | None = None) -> None:
        self.roles: list[str | None] = []
        self.configs = None if configs is None else (lambda: configs)

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
        return JobSources(self, self.clusters, self.home, self.configs)


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


# --- scan configurations ---------------------------------------------------------------------------------------------

EVERYTHING = JobSelection(re.compile(""))


def config(
    repository: str,
    tags: tuple[str, ...] | None = None,
    *,
    registry: str = HOME.account,
    region: str = HOME.region,
) -> ScanConfig:
    """Return a configuration of a repository, by default in the registry of the application."""
    return ScanConfig(f"id of {repository}", NOW, region, registry, repository, tags)


def elsewhere(repository: str, *tags: str) -> ScanConfig:
    """Return a configuration of another account's repository in another region."""
    return config(repository, tags or None, registry=OTHER_ACCOUNT, region="us-west-2")


def job_elsewhere(repository: str, *tags: str, jobs_in_run: int | None = None, dry_run: bool = False) -> ScanJob:
    """Return the job of such a configuration."""
    images = tuple(ImageReference(tag=tag) for tag in tags) or None
    return ScanJob(repository, OTHER_ACCOUNT, "us-west-2", images=images, jobs_in_run=jobs_in_run, dry_run=dry_run)


def test_a_run_queues_a_job_for_each_configuration_beside_the_repositories_of_the_registry() -> None:
    queue = FakeQueue()
    fake = FakeSources([elsewhere("test/ubuntu", "16.04", "latest"), elsewhere("team/app")])
    summary = queue_jobs(EVERYTHING, fake.sources(), queue, TODAY)
    assert summary == QueueingSummary(repositories=4, jobs=4, failed=0)
    by_registry = {(job.registry_id, job.repository): job for job, _ in queue.sent}
    assert by_registry == {
        (None, "team/app"): ScanJob("team/app", jobs_in_run=2),
        (None, "ops/tools"): ScanJob("ops/tools", jobs_in_run=2),
        (OTHER_ACCOUNT, "team/app"): job_elsewhere("team/app", jobs_in_run=2),
        (OTHER_ACCOUNT, "test/ubuntu"): job_elsewhere("test/ubuntu", "16.04", "latest", jobs_in_run=2),
    }


OWN_TAGS = ScanJob("team/app", HOME.account, HOME.region, images=(ImageReference(tag="1"), ImageReference(tag="2")))


@pytest.mark.parametrize(
    ("configs", "added"),
    [
        pytest.param([], set(), id="none"),
        pytest.param([config("team/app"), config("ops/tools")], set(), id="whole repositories of the registry"),
        pytest.param([config("team/app", ("1", "2"))], {OWN_TAGS}, id="tags, to which no limit applies"),
        pytest.param([config("team/app", ("1", "2")), config("team/app", ("2", "1"))], {OWN_TAGS}, id="twice the same"),
        pytest.param(
            [config("team/app", region="us-west-2")],
            {ScanJob("team/app", HOME.account, "us-west-2")},
            id="another region",
        ),
        pytest.param(
            [config("team/app", registry=OTHER_ACCOUNT)],
            {ScanJob("team/app", OTHER_ACCOUNT, HOME.region)},
            id="another account",
        ),
    ],
)
def test_a_configuration_adds_what_the_run_does_not_queue_anyway(
    configs: list[ScanConfig], added: set[ScanJob]
) -> None:
    queue = FakeQueue()
    queue_jobs(EVERYTHING, FakeSources(configs).sources(), queue, TODAY)
    sent = [replace(job, jobs_in_run=None) for job, _ in queue.sent]
    assert set(sent) == added | {ScanJob("team/app"), ScanJob("ops/tools")}
    assert len(sent) == len(set(sent))


def test_jobs_of_configurations_share_the_scans_of_the_registry_with_those_of_its_repositories() -> None:
    queue = FakeQueue()
    queue_jobs(EVERYTHING, FakeSources([config("team/app", ("1",))]).sources(), queue, TODAY)
    assert [job.jobs_in_run for job, _ in queue.sent] == [3, 3, 3]


def test_the_filter_of_the_registry_leaves_configurations_alone_and_their_own_selects_them() -> None:
    configs = [config("team/app"), config("ops/tools"), config("ops/app")]
    selection = JobSelection(re.compile("team/"), configs_filter=re.compile("(ops|team)/app"))
    queue = FakeQueue()
    queue_jobs(selection, FakeSources(configs).sources(), queue, TODAY)
    assert sorted((job.repository, job.region) for job, _ in queue.sent) == [
        ("ops/app", HOME.region),
        ("team/app", None),
    ]


@pytest.mark.parametrize("is_from_ecs", [False, True])
def test_a_run_of_configurations_alone_lists_nothing(is_from_ecs: bool) -> None:
    selection = replace(EVERYTHING, is_configs_only=True, is_from_ecs=is_from_ecs, is_dry_run=True)
    fake, queue = FakeSources([elsewhere("test/centos")]), FakeQueue()
    fake.repository_names = unlisted  # type: ignore[method-assign]
    assert queue_jobs(selection, fake.sources(), queue, TODAY) == QueueingSummary(repositories=1, jobs=1, failed=0)
    assert queue.sent == [(job_elsewhere("test/centos", dry_run=True), 0)]
    assert fake.roles == []


def unlisted() -> list[str]:
    raise AssertionError("the registry is listed")


def test_configurations_come_beside_what_ecs_runs_and_those_of_a_role_are_no_doubles() -> None:
    queue, fake = FakeQueue(), FakeSources([config("team/app"), config("team/app", ("1",))])
    selection = JobSelection(re.compile(""), is_from_ecs=True, ecs_roles=(ROLE,))
    queue_jobs(selection, fake.sources(), queue, TODAY)
    assert sorted(str(job.images) for job, _ in queue.sent) == [
        str((ImageReference(digest=DIGEST),)),
        str((ImageReference(tag="1"),)),
        "None",
    ]


def test_configurations_that_cannot_be_read_stop_the_run_before_any_job_is_sent() -> None:
    def throttled() -> list[ScanConfig]:
        raise CallFailedError("scan", "ThrottlingException", "Rate exceeded", is_passing=True, is_throttled=True)

    queue, fake = FakeQueue(), FakeSources([])
    fake.configs = throttled
    with pytest.raises(CallFailedError, match="Rate exceeded"):
        queue_jobs(EVERYTHING, fake.sources(), queue, TODAY)
    assert queue.sent == []


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
