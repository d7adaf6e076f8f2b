import re
from collections import Counter

import pytest

from ecr_scan_reporter.domain.registry.images import ImageReference
from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.use_cases.scanning.job_sources import repository_jobs, running_image_jobs
from tests.unit.samples import DIGEST, digest
from tests.unit.use_cases.scanning.running_images import HOME, OTHER_ACCOUNT, REGISTRY, ROLE

ALL = re.compile(".*")


def test_each_selected_repository_has_one_job() -> None:
    jobs = repository_jobs(["team/app", "ops/tools", "team/web"], re.compile("team/"))
    assert list(jobs) == [ScanJob("team/app"), ScanJob("team/web")]


def test_a_dry_run_is_passed_on_to_the_jobs() -> None:
    assert list(repository_jobs(["team/app"], ALL, dry_run=True)) == [ScanJob("team/app", dry_run=True)]


def test_images_that_run_are_put_together_by_repository() -> None:
    running = [
        (f"{REGISTRY}/team/app:1.2", DIGEST),
        (f"{REGISTRY}/team/web:3", ""),
        (f"{REGISTRY}/team/app:1.3", digest(1)),
        (f"{REGISTRY}/team/app:1.2", DIGEST),
        ("public.ecr.aws/nginx/nginx:1", digest(2)),
        ("nginx", ""),
    ]
    assert list(running_image_jobs(running, ALL, HOME, Counter())) == [
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
    assert [job.repository for job in running_image_jobs(running, re.compile("ops/"), HOME, Counter())] == ["ops/tools"]


OWN, FOREIGN = "123456789012", "999999999999"


def test_only_the_registry_of_the_roles_own_account_is_scanned_through_the_role() -> None:
    running = [
        (f"{OWN}.dkr.ecr.eu-west-1.amazonaws.com/team/app:1", ""),
        (f"{OTHER_ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/team/other:1", ""),
        (f"{OTHER_ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/team/far:1", ""),
    ]
    jobs = list(running_image_jobs(running, ALL, HOME, Counter(), role_arn=ROLE, dry_run=True))
    assert [(job.repository, job.registry_id, job.region, job.role_arn, job.dry_run) for job in jobs] == [
        ("team/app", OWN, "eu-west-1", None, True),
        ("team/other", OTHER_ACCOUNT, "eu-west-1", ROLE, True),
        ("team/far", OTHER_ACCOUNT, "us-east-1", ROLE, True),
    ]


@pytest.mark.parametrize("role_arn", [None, ROLE])
def test_images_of_other_registries_are_skipped_and_counted_by_registry(role_arn: str | None) -> None:
    running = [
        ("906394416424.dkr.ecr.eu-west-1.amazonaws.com/aws-for-fluent-bit:stable", digest(1)),
        ("906394416424.dkr.ecr.eu-west-1.amazonaws.com/aws-for-fluent-bit:stable", digest(1)),
        (f"{FOREIGN}.dkr.ecr.eu-west-1.amazonaws.com/shared/base:1", ""),
        (f"{FOREIGN}.dkr.ecr.eu-west-1.amazonaws.com/shared/base:2", ""),
        (f"{OWN}.dkr.ecr.us-east-1.amazonaws.com/team/app:1", ""),
        (f"{OWN}.dkr.ecr.eu-west-1.amazonaws.com/team/app:1", ""),
        ("nginx", ""),
    ]
    skipped: Counter[str] = Counter()
    jobs = list(running_image_jobs(running, ALL, HOME, skipped, role_arn=role_arn))
    assert [(job.repository, job.region) for job in jobs] == [("team/app", "eu-west-1")]
    assert skipped == {"906394416424/eu-west-1": 1, f"{FOREIGN}/eu-west-1": 2, f"{OWN}/us-east-1": 1}


def test_images_that_the_filter_does_not_select_are_not_counted() -> None:
    skipped: Counter[str] = Counter()
    running = [(f"{FOREIGN}.dkr.ecr.eu-west-1.amazonaws.com/shared/base:1", "")]
    assert list(running_image_jobs(running, re.compile("team/"), HOME, skipped)) == []
    assert skipped == {}


def test_very_many_images_of_a_repository_make_several_jobs() -> None:
    running = [(f"{REGISTRY}/team/app:1", digest(n)) for n in range(2_500)]
    jobs = running_image_jobs(running, ALL, HOME, Counter())
    assert [len(job.images or ()) for job in jobs] == [1_000, 1_000, 500]
