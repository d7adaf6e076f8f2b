from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto.core.exceptions import ServiceException
from moto.ecr.exceptions import LimitExceededException, ValidationException
from moto.ecr.models import ECRBackend

import images_scanner
from ecr_scan_reporter.errors import InvalidInputError
from tests.integration.account import REGION, Account, LambdaContext
from tests.integration.emf import metrics_in
from tests.integration.jobs import RECORDED, batch

ALL_DONE: dict[str, list[dict[str, str]]] = {"batchItemFailures": []}


def test_an_image_that_ecr_refuses_in_unknown_words_is_counted_and_recorded_and_fails_no_job(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    account.new_repositories("team/app")
    digest = account.push("team/app", "1.2")
    refusing(monkeypatch, ValidationException("This image is " + "odd " * 100))
    assert images_scanner.lambda_handler(APP, LambdaContext()) == ALL_DONE
    assert metrics_in(capsys.readouterr().out)["ScansRefused"] == 1
    item = account.ledger()[f"{digest}#scanner"]
    assert item["status"] == {"S": "REFUSED"}
    assert item["description"]["S"].startswith("ValidationException: This image is odd")
    assert len(item["description"]["S"]) == 200


APP = batch({"repositoryName": "team/app"})


def failed(*numbers: int) -> dict[str, list[dict[str, str]]]:
    return {"batchItemFailures": [{"itemIdentifier": f"message-{number}"} for number in numbers]}


def test_the_recorded_jobs_scan_a_repository_and_one_image_of_another(account: Account) -> None:
    account.new_repositories("team/app", "team/worker")
    app = [account.push("team/app", tag) for tag in ("1.2", "1.3", None)]
    worker, other_worker = account.push("team/worker", "1.2"), account.push("team/worker", "9")
    assert images_scanner.lambda_handler(RECORDED, LambdaContext()) == ALL_DONE
    assert all(account.is_scanned("team/app", digest) for digest in app)
    assert account.is_scanned("team/worker", worker)
    assert not account.is_scanned("team/worker", other_worker)


def test_the_ledger_records_started_scans(account: Account) -> None:
    account.new_repositories("team/app")
    digest = account.push("team/app", "1.2")
    images_scanner.lambda_handler(APP, LambdaContext())
    ledger = account.ledger()
    assert set(ledger) == {f"{digest}#scanner"}
    item = ledger[f"{digest}#scanner"]
    assert item["repository"] == {"S": f"123456789012/{REGION}/team/app"}
    assert item["status"] == {"S": "IN_PROGRESS"}
    assert int(item["expiresAt"]["N"]) - int(item["triedAt"]["N"]) == 180 * 24 * 3600


@pytest.mark.parametrize("table", ["ledger", ""], ids=["with a ledger", "without a ledger"])
def test_the_same_jobs_again_start_nothing(
    account: Account, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], table: str
) -> None:
    monkeypatch.setenv("SCAN_LEDGER_TABLE", table)
    account.new_repositories("team/app")
    digest = account.push("team/app", "1.2")
    for started in (1, 0):
        assert images_scanner.lambda_handler(APP, LambdaContext()) == ALL_DONE
        assert metrics_in(capsys.readouterr().out) == {
            "ImagesExamined": 1,
            "ImagesDue": started,
            "ScansStarted": started,
            "ScansRateLimited": 0,
            "ImagesFailed": 0,
        }
    assert account.is_scanned("team/app", digest)
    assert bool(account.ledger()) == bool(table)


def test_a_scan_that_another_client_started_counts_as_rate_limited(
    account: Account, capsys: pytest.CaptureFixture[str]
) -> None:
    account.new_repositories("team/app")
    digest = account.push("team/app", "1.2")
    account.finds("team/app", digest, "COMPLETE", imageScanCompletedAt="2020-01-01T00:00:00Z")
    images_scanner.lambda_handler(APP, LambdaContext())
    measured = metrics_in(capsys.readouterr().out)
    assert (measured["ImagesDue"], measured["ScansStarted"], measured["ScansRateLimited"]) == (1, 0, 1)
    images_scanner.lambda_handler(APP, LambdaContext())
    assert metrics_in(capsys.readouterr().out)["ImagesDue"] == 0


def test_the_scanner_never_asks_ecr_about_other_artifacts_than_container_images(account: Account) -> None:
    account.new_repositories("team/app")
    index = account.push("team/app", "1.2", manifest="application/vnd.oci.image.index.v1+json")
    images_scanner.lambda_handler(APP, LambdaContext())
    assert not account.is_scanned("team/app", index)
    assert account.ledger() == {}


def test_untagged_images_are_scanned_by_digest(account: Account) -> None:
    account.new_repositories("team/app")
    untagged = account.push("team/app")
    images_scanner.lambda_handler(APP, LambdaContext())
    assert account.is_scanned("team/app", untagged)


def test_a_named_image_that_is_gone_does_not_hide_the_others(account: Account) -> None:
    account.new_repositories("team/app")
    digest = account.push("team/app", "1.2")
    named = [{"imageTag": "gone"}, {"imageTag": "1.2"}, {"imageDigest": f"sha256:{'0' * 64}"}]
    event = batch({"repositoryName": "team/app", "images": named})
    assert images_scanner.lambda_handler(event, LambdaContext()) == ALL_DONE
    assert account.is_scanned("team/app", digest)


def test_a_repository_that_is_gone_is_done(account: Account) -> None:
    assert images_scanner.lambda_handler(APP, LambdaContext()) == ALL_DONE


@pytest.mark.parametrize(
    ("poison", "reason"),
    [
        pytest.param("team/app", "the job is 'team/app': allowed is a JSON object", id="no JSON"),
        pytest.param("[]", "the job is '[]': allowed is a JSON object", id="no object"),
        pytest.param({}, "repositoryName of the job is None", id="no repository"),
        pytest.param(
            {"repositoryName": "team/app", "images": [{}]}, "an entry in images of the job is {}", id="no image"
        ),
        pytest.param(
            {"repositoryName": "x"}, "Invalid length for parameter repositoryName", id="a name that ECR refuses"
        ),
    ],
)
def test_a_poison_job_fails_alone_with_its_reason(
    account: Account, caplog: pytest.LogCaptureFixture, poison: object, reason: str
) -> None:
    account.new_repositories("team/app", "team/web")
    app, web = account.push("team/app", "1"), account.push("team/web", "1")
    event = batch({"repositoryName": "team/app"}, poison, {"repositoryName": "team/web"})
    assert images_scanner.lambda_handler(event, LambdaContext()) == failed(1)
    assert account.is_scanned("team/app", app)
    assert account.is_scanned("team/web", web)
    assert any(reason in vars(record)["reason"] for record in caplog.records if record.message == "job failed")


def test_a_batch_of_poison_fails_as_a_whole_and_says_so(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    assert images_scanner.lambda_handler(batch("a", "b"), LambdaContext()) == failed(0, 1)
    assert metrics_in(capsys.readouterr().out) == {"JobsFailed": 2}


def test_a_dry_run_starts_nothing(account: Account, capsys: pytest.CaptureFixture[str]) -> None:
    account.new_repositories("team/app")
    digest = account.push("team/app", "1.2")
    images_scanner.lambda_handler(batch({"repositoryName": "team/app", "dryRun": True}), LambdaContext())
    assert not account.is_scanned("team/app", digest)
    assert metrics_in(capsys.readouterr().out)["ImagesDue"] == 1


def test_a_job_that_runs_out_of_time_sends_itself_again_with_all_its_members(account: Account) -> None:
    account.new_repositories("team/app")
    digest = account.push("team/app", "1.2")
    job = {"repositoryName": "team/app", "images": [{"imageTag": "1.2"}], "priority": "high"}
    assert images_scanner.lambda_handler(batch(job), LambdaContext(milliseconds_left=0)) == ALL_DONE
    assert not account.is_scanned("team/app", digest)
    delayed = account.sqs.get_queue_attributes(QueueUrl=account.jobs_url, AttributeNames=["All"])["Attributes"]
    assert delayed["ApproximateNumberOfMessagesDelayed"] == "1"


def test_a_registry_with_enhanced_scanning_is_left_alone_without_a_failure(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    account.new_repositories("team/app")
    digest = account.push("team/app", "1.2")
    account.ecr.put_registry_scanning_configuration(scanType="ENHANCED", rules=[])
    event = batch({"repositoryName": "team/app"}, {"repositoryName": "team/web"})
    assert images_scanner.lambda_handler(event, LambdaContext()) == ALL_DONE
    assert not account.is_scanned("team/app", digest)
    assert caplog.messages.count("the registry uses enhanced scanning: basic scans cannot be started") == 1


def test_a_job_may_name_another_account_a_role_and_a_region(account: Account) -> None:
    role = "arn:aws:iam::999999999999:role/ecr-scanner"
    credentials = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    other = boto3.client(
        "ecr",
        region_name="us-east-1",
        aws_access_key_id=credentials["AccessKeyId"],
        aws_secret_access_key=credentials["SecretAccessKey"],
        aws_session_token=credentials["SessionToken"],
    )
    other.create_repository(repositoryName="team/app")
    digest = account.push("team/app", "1.2", ecr=other)
    job = {"repositoryName": "team/app", "registryId": "999999999999", "region": "us-east-1", "roleArn": role}
    assert images_scanner.lambda_handler(batch(job), LambdaContext()) == ALL_DONE
    assert account.is_scanned("team/app", digest, other)
    assert account.ledger()[f"{digest}#scanner"]["repository"] == {"S": "999999999999/us-east-1/team/app"}


@pytest.mark.parametrize("named", [None, ["1.2"]], ids=["the repository", "one tag of it"])
@pytest.mark.parametrize(
    ("registry_id", "region"), [("123456789012", "us-east-1"), ("999999999999", "us-east-1"), ("999999999999", REGION)]
)
def test_a_job_may_name_another_registry_or_region_whose_policies_allow_the_calls(
    account: Account, registry_id: str, region: str, named: list[str] | None
) -> None:
    there = boto3.client("ecr", region_name=region)
    # The AWS in memory then knows the repository only to calls with this registryId.
    there.create_repository(repositoryName="team/app", registryId=registry_id)
    tagged, other = (account.push("team/app", tag, ecr=there) for tag in ("1.2", "1.3"))
    images = {} if named is None else {"images": [{"imageTag": tag} for tag in named]}
    job = {"repositoryName": "team/app", "registryId": registry_id, "region": region, **images}
    assert images_scanner.lambda_handler(batch(job), LambdaContext()) == ALL_DONE
    scanned = [account.is_scanned("team/app", digest, there, registryId=registry_id) for digest in (tagged, other)]
    assert scanned == [True, named is None]
    repositories = {item["repository"]["S"] for item in account.ledger().values()}
    assert repositories == {f"{registry_id}/{region}/team/app"}


def test_jobs_of_two_regions_in_a_batch_scan_the_repositories_of_the_same_name_in_each(account: Account) -> None:
    there = boto3.client("ecr", region_name="us-east-1")
    account.new_repositories("team/app")
    there.create_repository(repositoryName="team/app")
    here_digest, there_digest = account.push("team/app", "1"), account.push("team/app", "1", ecr=there)
    away = {"repositoryName": "team/app", "registryId": "123456789012", "region": "us-east-1"}
    assert images_scanner.lambda_handler(batch({"repositoryName": "team/app"}, away), LambdaContext()) == ALL_DONE
    assert account.is_scanned("team/app", here_digest)
    assert account.is_scanned("team/app", there_digest, there)


def test_a_region_with_enhanced_scanning_is_left_alone_when_the_job_names_the_registry(account: Account) -> None:
    there = boto3.client("ecr", region_name="us-east-1")
    there.create_repository(repositoryName="team/app")
    there.put_registry_scanning_configuration(scanType="ENHANCED", rules=[])
    digest = account.push("team/app", "1", ecr=there)
    job = {"repositoryName": "team/app", "registryId": "123456789012", "region": "us-east-1"}
    assert images_scanner.lambda_handler(batch(job), LambdaContext()) == ALL_DONE
    assert not account.is_scanned("team/app", digest, there)


AWAY = {"repositoryName": "test/ubuntu", "registryId": "123456789012", "region": "us-east-1"}


@pytest.mark.parametrize(
    ("code", "what"),
    [
        ("AccessDeniedException", "is not authorized to perform: ecr:DescribeImages"),
        ("UnrecognizedClientException", "The security token included in the request is invalid"),
    ],
    ids=["the policy there lets nobody in", "the region is off"],
)
def test_a_registry_that_refuses_every_call_fails_its_job_alone(
    account: Account, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, code: str, what: str
) -> None:
    account.new_repositories("team/app")
    digest = account.push("team/app", "1")
    error = ClientError({"Error": {"Code": code, "Message": what}}, "DescribeImages")
    refusing_images_of("us-east-1", monkeypatch, error)
    jobs = batch(AWAY, {"repositoryName": "team/app"}, AWAY | {"images": [{"imageTag": "1"}]})
    assert images_scanner.lambda_handler(jobs, LambdaContext()) == failed(0, 2)
    assert account.is_scanned("team/app", digest)
    reasons = [vars(record)["reason"] for record in caplog.records if record.message == "job failed"]
    assert reasons == [f"describe_images failed: {code}: {what}"] * 2


def test_a_repository_elsewhere_that_is_gone_fails_no_job(account: Account, caplog: pytest.LogCaptureFixture) -> None:
    assert images_scanner.lambda_handler(batch(AWAY), LambdaContext()) == ALL_DONE
    (line,) = [vars(record) for record in caplog.records if record.message == "repository is gone"]
    assert line["repository"] == "test/ubuntu"


@pytest.mark.parametrize("table", ["ledger", ""], ids=["with a ledger", "without a ledger"])
@pytest.mark.parametrize("batches", [1, 2], ids=["in one batch", "in two batches"])
def test_an_image_that_two_configurations_name_is_scanned_once(
    account: Account, monkeypatch: pytest.MonkeyPatch, table: str, batches: int
) -> None:
    monkeypatch.setenv("SCAN_LEDGER_TABLE", table)
    there = boto3.client("ecr", region_name="us-east-1")
    there.create_repository(repositoryName="test/ubuntu")
    digests = [account.push("test/ubuntu", tag, ecr=there) for tag in ("1", "2", "3")]
    jobs = [AWAY | {"images": [{"imageTag": tag} for tag in tags]} for tags in (("1", "2"), ("2", "3"))]
    for events in [[batch(*jobs)], [batch(job) for job in jobs]][batches - 1]:
        assert images_scanner.lambda_handler(events, LambdaContext()) == ALL_DONE
    assert all(account.is_scanned("test/ubuntu", digest, there) for digest in digests)


def test_limits_and_the_budget_of_a_day_hold(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAX_SCANS_PER_DAY", "3")
    account.new_repositories("team/app", "team/web")
    pushed = [(name, account.push(name, str(n))) for name in ("team/app", "team/web") for n in range(2)]
    event = batch({"repositoryName": "team/app"}, {"repositoryName": "team/web"})
    assert images_scanner.lambda_handler(event, LambdaContext()) == ALL_DONE
    assert sum(account.is_scanned(name, digest) for name, digest in pushed) == 3


def test_a_ledger_that_is_not_there_fails_the_job_so_that_it_comes_again(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCAN_LEDGER_TABLE", "gone")
    account.new_repositories("team/app")
    account.push("team/app", "1.2")
    assert images_scanner.lambda_handler(APP, LambdaContext()) == failed(0)


def test_each_job_has_one_line_with_its_counts(account: Account, caplog: pytest.LogCaptureFixture) -> None:
    account.new_repositories("team/app")
    account.push("team/app", "1.2")
    images_scanner.lambda_handler(APP, LambdaContext())
    (line,) = [record for record in caplog.records if record.message == "repository scanned"]
    said = vars(line)
    assert (said["repository"], said["images"], said["due"]) == ("team/app", 1, 1)
    assert (said["started"], said["failed"]) == (1, 0)
    assert (said["reasons"], said["answers"]) == ({"never_scanned": 1}, {"started": 1})


def test_the_function_also_runs_without_a_context(account: Account) -> None:
    account.new_repositories("team/app")
    digest = account.push("team/app", "1.2")
    assert images_scanner.lambda_handler(APP, None) == ALL_DONE
    assert account.is_scanned("team/app", digest)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ECR_IMAGES_DURATION_DELTA", "banana", "^ECR_IMAGES_DURATION_DELTA is 'banana': allowed is months, weeks"),
        ("IMAGES_FILTER_TAG_STATUS", "SOME", "^IMAGES_FILTER_TAG_STATUS is 'SOME': allowed is one of ANY"),
        ("IMAGES_SCAN_JOBS_QUEUE_URL", "", "^IMAGES_SCAN_JOBS_QUEUE_URL is not set"),
    ],
)
def test_a_wrong_variable_is_named_and_no_job_is_lost(
    account: Account, monkeypatch: pytest.MonkeyPatch, name: str, value: str, message: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidInputError, match=message):
        images_scanner.lambda_handler(APP, LambdaContext())


def refusing(monkeypatch: pytest.MonkeyPatch, error: ServiceException, operation: str = "start_image_scan") -> None:
    """Let ECR refuse an operation, for every image."""

    def refuse(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(ECRBackend, operation, refuse)


def refusing_images_of(region: str, monkeypatch: pytest.MonkeyPatch, error: ClientError) -> None:
    """Let ECR of a region refuse to list images."""
    describe_images = ECRBackend.describe_images

    def refuse(backend: ECRBackend, *arguments: Any, **named: Any) -> Any:
        if backend.region_name == region:
            raise error
        return describe_images(backend, *arguments, **named)

    monkeypatch.setattr(ECRBackend, "describe_images", refuse)


def test_the_daily_quota_of_the_registry_fails_no_job_and_is_logged_once(
    account: Account, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    account.new_repositories("team/app", "team/web")
    for name in ("team/app", "team/web"):
        account.push(name, "1")
    quota = LimitExceededException()
    quota.message = "The scan quota of the registry has been exceeded."
    refusing(monkeypatch, quota)
    event = batch({"repositoryName": "team/app"}, {"repositoryName": "team/web"})
    assert images_scanner.lambda_handler(event, LambdaContext()) == ALL_DONE
    assert caplog.messages.count("the registry's daily quota of scans is used up; the images stay due") == 1


def test_a_fault_of_one_image_brings_its_job_back(
    account: Account, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    account.new_repositories("team/app")
    digest = account.push("team/app", "1.2")
    refusing(monkeypatch, ValidationException("Something else is wrong"), "describe_image_scan_findings")
    assert images_scanner.lambda_handler(APP, LambdaContext()) == failed(0)
    (line,) = [vars(record) for record in caplog.records if record.message == "image failed"]
    assert (line["imageDigest"], line["imageTags"]) == (digest, ["1.2"])
    assert line["error"] == "describe_image_scan_findings failed: ValidationException: Something else is wrong"
    (reason,) = [vars(record)["reason"] for record in caplog.records if record.message == "job failed"]
    assert reason.startswith("1 images of team/app failed; the first: describe_image_scan_findings failed")


def test_a_dry_run_logs_what_it_would_start(account: Account, caplog: pytest.LogCaptureFixture) -> None:
    account.new_repositories("team/app")
    due = account.push("team/app", "1.2")
    account.push("team/app", "index", manifest="application/vnd.oci.image.index.v1+json")
    images_scanner.lambda_handler(batch({"repositoryName": "team/app", "dryRun": True}), LambdaContext())
    lines = [vars(record) for record in caplog.records if record.message == "scan would be started"]
    assert [(line["imageDigest"], line["reason"]) for line in lines] == [(due, "never_scanned")]


def test_each_decision_is_logged_at_the_debug_level(
    account: Account, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    account.new_repositories("team/app")
    account.push("team/app", "1.2")
    before = images_scanner.logger.log_level
    images_scanner.logger.setLevel("DEBUG")
    try:
        images_scanner.lambda_handler(APP, LambdaContext())
    finally:
        images_scanner.logger.setLevel(before)
    (line,) = [vars(record) for record in caplog.records if record.message == "image"]
    assert (line["reason"], line["answer"]) == ("never_scanned", "started")


@pytest.mark.parametrize("threads", ["1", "2", "16"])
def test_a_batch_is_done_however_few_threads_there_are(
    account: Account, monkeypatch: pytest.MonkeyPatch, threads: str
) -> None:
    monkeypatch.setenv("SCANNER_THREADS", threads)
    monkeypatch.setenv("MAX_IMAGES_PER_REPOSITORY", "5")
    names = [f"team/app-{number}" for number in range(6)]
    account.new_repositories(*names)
    digests = {name: account.push(name, "1") for name in names}
    assert (
        images_scanner.lambda_handler(batch(*({"repositoryName": name} for name in names)), LambdaContext()) == ALL_DONE
    )
    assert all(account.is_scanned(name, digest) for name, digest in digests.items())
