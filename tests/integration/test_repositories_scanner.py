import boto3
import pytest
from moto.ecr.exceptions import RepositoryNotFoundException
from moto.ecr.models import ECRBackend

import repositories_scanner
from ecr_scan_reporter.errors import CallFailedError, InvalidInputError, JobsNotSentError
from tests.integration.account import REGION, Account, LambdaContext
from tests.integration.emf import metrics_in
from tests.recorded_events import load_event

SCHEDULED = load_event("scheduled")


def test_the_schedule_queues_one_job_for_each_repository(account: Account) -> None:
    account.new_repositories("team/app", "team/web", "ops/tools")
    assert repositories_scanner.lambda_handler(SCHEDULED, LambdaContext()) == {
        "repositories": 3,
        "jobs": 3,
        "failed": 0,
    }
    assert sorted(job["repositoryName"] for job in account.jobs()) == ["ops/tools", "team/app", "team/web"]


def test_many_repositories_are_sent_in_several_batches(account: Account) -> None:
    names = [f"team/app-{n}" for n in range(37)]
    account.new_repositories(*names)
    assert repositories_scanner.lambda_handler(SCHEDULED, None)["jobs"] == 37
    assert sorted(job["repositoryName"] for job in account.jobs()) == sorted(names)


def test_a_registry_without_repositories_has_no_jobs(account: Account) -> None:
    assert repositories_scanner.lambda_handler(SCHEDULED, None) == {"repositories": 0, "jobs": 0, "failed": 0}


def test_the_filter_selects_from_the_start_of_the_name(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPOSITORIES_FILTER_REGEXP", "team/")
    account.new_repositories("team/app", "ops/team/app")
    assert repositories_scanner.lambda_handler(SCHEDULED, None)["repositories"] == 1
    assert account.jobs() == [{"repositoryName": "team/app"}]


def test_the_recorded_manual_invocation_is_a_dry_run_of_one_team(account: Account) -> None:
    account.new_repositories("team/app", "ops/tools")
    assert repositories_scanner.lambda_handler(load_event("manual_invocation"), LambdaContext())["jobs"] == 1
    assert account.jobs() == [{"repositoryName": "team/app", "dryRun": True}]


def test_an_override_holds_for_one_run(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPOSITORIES_FILTER_REGEXP", "team/")
    account.new_repositories("team/app", "ops/tools")
    other = account.new_queue("other-jobs")
    repositories_scanner.lambda_handler({"repositoriesFilterRegexp": "ops/", "jobsQueueUrl": other}, None)
    assert account.jobs(other) == [{"repositoryName": "ops/tools"}]
    repositories_scanner.lambda_handler({}, None)
    assert account.jobs() == [{"repositoryName": "team/app"}]


def test_a_queue_that_is_not_there_fails_loudly(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    account.new_repositories("team/app", "team/web")
    url = f"https://sqs.{REGION}.amazonaws.com/123456789012/gone"
    with pytest.raises(JobsNotSentError, match=r"2 of 2 jobs were not sent; the first: team/.*NonExistentQueue"):
        repositories_scanner.lambda_handler({"jobsQueueUrl": url}, None)


@pytest.fixture
def running_on_ecs(account: Account) -> str:
    """A task of an image of team/app runs; return the ARN of a role that may see it."""
    run_on_ecs(f"123456789012.dkr.ecr.{REGION}.amazonaws.com/team/app:1.2")
    return "arn:aws:iam::123456789012:role/ecs-reader"


def run_on_ecs(image: str) -> None:
    """Run a task of one container."""
    subnet = boto3.client("ec2").describe_subnets()["Subnets"][0]["SubnetId"]
    ecs = boto3.client("ecs")
    ecs.create_cluster(clusterName="blue")
    ecs.register_task_definition(
        family="app",
        requiresCompatibilities=["FARGATE"],
        networkMode="awsvpc",
        cpu="256",
        memory="512",
        containerDefinitions=[{"name": "app", "image": image, "memory": 512}],
    )
    ecs.run_task(
        cluster="blue",
        taskDefinition="app",
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet], "securityGroups": []}},
    )


RUNNING = {
    "repositoryName": "team/app",
    "registryId": "123456789012",
    "region": REGION,
    "images": [{"imageTag": "1.2"}],
}


def test_images_that_ecs_runs_are_queued_in_place_of_whole_repositories(
    account: Account, running_on_ecs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ECS_DISCOVERY_ENABLED", "True")
    account.new_repositories("team/app", "team/idle")
    assert repositories_scanner.lambda_handler(SCHEDULED, LambdaContext())["jobs"] == 1
    assert account.jobs() == [RUNNING]


@pytest.mark.parametrize("context", [LambdaContext(), None], ids=["in Lambda", "by hand"])
def test_a_sidecar_of_a_foreign_registry_is_counted_and_has_no_job(
    account: Account,
    running_on_ecs: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    context: LambdaContext | None,
) -> None:
    monkeypatch.setenv("ECS_DISCOVERY_ENABLED", "True")
    run_on_ecs("906394416424.dkr.ecr.eu-west-1.amazonaws.com/aws-for-fluent-bit:stable")
    answer = repositories_scanner.lambda_handler(SCHEDULED, context)
    assert answer == {"repositories": 1, "jobs": 1, "failed": 0}
    assert account.jobs() == [RUNNING]
    assert metrics_in(capsys.readouterr().out)["ImagesSkipped"] == 1
    (record,) = (record for record in caplog.records if record.message == "repositories queued")
    assert vars(record)["skipped"] == {"906394416424/eu-west-1": 1}


def test_the_scanner_reads_ecs_of_another_account_through_a_role(account: Account, running_on_ecs: str) -> None:
    assert repositories_scanner.lambda_handler({"ecsDiscoveryRoles": [running_on_ecs]}, LambdaContext())["jobs"] == 1
    assert account.jobs() == [RUNNING | {"roleArn": running_on_ecs}]


@pytest.fixture
def configured(account: Account, monkeypatch: pytest.MonkeyPatch) -> Account:
    """An account whose application has a table of scan configurations."""
    monkeypatch.setenv("SCAN_CONFIGS_TABLE", "configs")
    return account


UBUNTU = {
    "repositoryName": "test/ubuntu",
    "registryId": "999999999999",
    "region": "us-west-2",
    "images": [{"imageTag": "16.04"}, {"imageTag": "latest"}],
}


def test_each_scan_configuration_has_a_job_beside_the_repositories_of_the_registry(configured: Account) -> None:
    configured.new_repositories("team/app")
    configured.configure("test/ubuntu", "16.04", "latest", registry="999999999999", region="us-west-2")
    configured.configure("team/app", region="us-east-1")
    configured.configure("team/app")
    answer = repositories_scanner.lambda_handler(SCHEDULED, LambdaContext())
    assert answer == {"repositories": 3, "jobs": 3, "failed": 0}
    jobs = sorted(configured.jobs(), key=lambda job: str(job.get("region")))
    assert jobs == [
        {"repositoryName": "team/app"},
        {"repositoryName": "team/app", "registryId": "123456789012", "region": "us-east-1"},
        UBUNTU,
    ]


@pytest.mark.parametrize("context", [LambdaContext(), None], ids=["in Lambda", "by hand"])
def test_a_run_of_scan_configurations_alone_does_not_list_the_registry(
    configured: Account, monkeypatch: pytest.MonkeyPatch, context: LambdaContext | None
) -> None:
    monkeypatch.setenv("SCAN_CONFIGS_ONLY", "True")
    configured.new_repositories("team/app", "team/web")
    configured.configure("test/ubuntu", "16.04", "latest", registry="999999999999", region="us-west-2")
    refusing_lists(monkeypatch)
    assert repositories_scanner.lambda_handler(SCHEDULED, context)["jobs"] == 1
    assert configured.jobs() == [UBUNTU]


def refusing_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ECR list no repositories."""

    def refuse(*_: object, **__: object) -> None:
        raise RepositoryNotFoundException("all", "123456789012")

    monkeypatch.setattr(ECRBackend, "describe_repositories", refuse)


def test_a_wrong_scan_configuration_is_skipped_with_a_warning_and_holds_up_no_other(
    configured: Account, caplog: pytest.LogCaptureFixture
) -> None:
    configured.new_repositories("team/app")
    wrong = configured.configure("Team/App", region="us-west-2")
    configured.configure("test/centos", region="us-west-2")
    assert repositories_scanner.lambda_handler(SCHEDULED, LambdaContext())["jobs"] == 2
    assert sorted(job["repositoryName"] for job in configured.jobs()) == ["team/app", "test/centos"]
    (line,) = [vars(record) for record in caplog.records if record.message == "scan configuration ignored"]
    assert line["reason"].startswith(f"repository of configuration {wrong} is 'Team/App': allowed is")


def test_configurations_that_cannot_be_read_fail_the_run_for_lambda_to_repeat_it(
    configured: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    configured.new_repositories("team/app")
    monkeypatch.setenv("SCAN_CONFIGS_TABLE", "gone")
    with pytest.raises(CallFailedError, match="ResourceNotFoundException"):
        repositories_scanner.lambda_handler(SCHEDULED, LambdaContext())
    assert configured.jobs() == []


def test_a_manual_invocation_selects_configurations_by_its_filter_too(configured: Account) -> None:
    configured.new_repositories("team/app", "ops/tools")
    configured.configure("test/centos", region="us-west-2")
    configured.configure("team/web", region="us-west-2")
    event = {"repositoriesFilterRegexp": "team/", "dryRun": True}
    assert repositories_scanner.lambda_handler(event, LambdaContext())["jobs"] == 2
    jobs = configured.jobs()
    assert sorted(job["repositoryName"] for job in jobs) == ["team/app", "team/web"]
    assert all(job["dryRun"] for job in jobs)


def test_a_run_emits_its_counts_as_metrics(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    account.new_repositories("team/app", "team/web")
    repositories_scanner.lambda_handler(SCHEDULED, LambdaContext())
    assert metrics_in(capsys.readouterr().out) == {"RepositoriesSelected": 2, "JobsSent": 2, "JobsFailed": 0}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("REPOSITORIES_FILTER_REGEXP", "[", r"^REPOSITORIES_FILTER_REGEXP is '\[': allowed is a Python regular"),
        ("IMAGES_SCAN_JOBS_QUEUE_URL", "", "^IMAGES_SCAN_JOBS_QUEUE_URL is not set"),
        ("SCAN_CONFIGS_ONLY", "True", "^SCAN_CONFIGS_ONLY is 'True': allowed is False without SCAN_CONFIGS_TABLE"),
        ("ECS_DISCOVERY_ENABLED", "perhaps", "^ECS_DISCOVERY_ENABLED is 'perhaps': allowed is true or false"),
    ],
)
def test_a_wrong_variable_is_named_and_nothing_is_sent(
    account: Account, monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    account.new_repositories("team/app")
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidInputError, match=message):
        repositories_scanner.lambda_handler(SCHEDULED, LambdaContext())
    assert account.jobs() == []


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"repositoriesFilterRegexp": "["}, r"^repositoriesFilterRegexp is '\['"),
        ({"jobsQueueUrl": 7}, "^jobsQueueUrl is 7"),
        ({"dryRun": "yes"}, "^dryRun is 'yes'"),
        ({"ecsDiscoveryRoles": ["me"]}, "^ecsDiscoveryRoles is 'me'"),
    ],
)
def test_a_wrong_override_is_named_and_nothing_is_sent(
    account: Account, event: dict[str, object], message: str
) -> None:
    account.new_repositories("team/app")
    with pytest.raises(InvalidInputError, match=message):
        repositories_scanner.lambda_handler(event, None)
    assert account.jobs() == []
