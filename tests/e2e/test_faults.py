"""A fault stays small, loses no event, and is reported."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest

from local.application import Application, InvocationFailedError
from local.identity import ACCOUNT, REGION
from local.inbox import Inbox
from tests.e2e.registry import Registry

pytestmark = pytest.mark.e2e


def scan_event(repository: str, digest: str, event_id: str) -> dict[str, Any]:
    """ECR's event of a completed scan."""
    return {
        "version": "0",
        "id": event_id,
        "detail-type": "ECR Image Scan",
        "source": "aws.ecr",
        "account": ACCOUNT,
        "time": "2026-01-31T12:00:00Z",
        "region": REGION,
        "resources": [f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/{repository}"],
        "detail": {
            "scan-status": "COMPLETE",
            "repository-name": repository,
            "finding-severity-counts": {"CRITICAL": 1},
            "image-digest": digest,
            "image-tags": [],
        },
    }


def reported(inbox: Inbox, digest: str) -> list[str]:
    """The messages about one image."""
    return [m.document["summary"] for m in inbox.collect() if m.document["imageDigest"] == digest]


def send_jobs(application: Application, *bodies: str) -> None:
    """Put jobs on the queue, all at once."""
    entries = [{"Id": str(number), "MessageBody": body} for number, body in enumerate(bodies)]
    answer = application.queues.send_message_batch(
        QueueUrl=application.outputs["ImagesScanJobsQueueUrl"], Entries=entries
    )
    assert not answer.get("Failed")


@contextmanager
def impatient_queue(application: Application) -> Iterator[None]:
    """Let the jobs queue give a job two tries, seconds apart, where AWS would take hours."""
    url = application.outputs["ImagesScanJobsQueueUrl"]
    names = ["VisibilityTimeout", "RedrivePolicy"]
    before = application.queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    redrive = {**json.loads(before["RedrivePolicy"]), "maxReceiveCount": 2}
    hurried = {"VisibilityTimeout": "12", "RedrivePolicy": json.dumps(redrive)}
    application.queues.set_queue_attributes(QueueUrl=url, Attributes=hurried)
    try:
        yield
    finally:
        application.queues.set_queue_attributes(QueueUrl=url, Attributes=before)


@contextmanager
def without_grant(application: Application, output: str, action: str) -> Iterator[None]:
    """Take one action away from the role of a function."""
    iam, functions = application.emulator.client("iam"), application.emulator.client("lambda")
    function = functions.get_function_configuration(FunctionName=application.outputs[output])
    role = function["Role"].rpartition("/")[2]
    before = {
        name: iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
    }
    deny = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": action, "Resource": "*"}]}
    assert any(action in json.dumps(document) for document in before.values()), f"{output} has no {action}"
    iam.put_role_policy(RoleName=role, PolicyName="taken-away", PolicyDocument=json.dumps(deny))
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=role, PolicyName="taken-away")


@contextmanager
def events_lost(application: Application) -> Iterator[None]:
    """Switch off the rules that bring the events of ended scans."""
    events = application.emulator.client("events")
    rules = [rule["Name"] for rule in events.list_rules()["Rules"] if "aws.ecr" in rule.get("EventPattern", "")]
    assert rules
    for rule in rules:
        events.disable_rule(Name=rule)
    try:
        yield
    finally:
        for rule in rules:
            events.enable_rule(Name=rule)


def jobs_done(application: Application, repository: str) -> int:
    """How many jobs of a repository have ended."""
    lines = application.log_lines("ImagesScannerFunctionName")
    return sum(line.get("message") == "repository scanned" and line["repository"] == repository for line in lines)


def test_a_scan_whose_event_was_lost_is_reported_by_the_next_run_and_by_no_other(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    digest, job = registry.push("events/lost"), json.dumps({"repositoryName": "events/lost"})
    runs = 0

    def run() -> None:
        nonlocal runs
        runs += 1
        send_jobs(application, job)
        application.wait_until("the job is done", lambda: jobs_done(application, "events/lost") == runs)

    with events_lost(application):
        run()
        application.wait_until("ECR has scanned it", lambda: "COMPLETE" in str(ecr_scan(application, digest)))
    run()
    assert reported(inbox, digest) == [], "the event of a scan that was started just now may still come"
    application.let_pass(hours=2)
    run()
    application.wait_until("it is reported", lambda: reported(inbox, digest))
    run()
    assert len(reported(inbox, digest)) == 1


def ecr_scan(application: Application, digest: str) -> Any:
    """What ECR says of the last scan of an image."""
    image = {"repositoryName": "events/lost", "imageId": {"imageDigest": digest}}
    return application.emulator.client("ecr").describe_image_scan_findings(**image)["imageScanStatus"]


def test_a_poison_job_ends_in_the_dead_letter_queue_while_its_neighbours_are_done(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    dead_letters = application.outputs["ImagesScanJobsDeadLetterQueueUrl"]
    warm_up = registry.push("jobs/warm-up")
    send_jobs(application, json.dumps({"repositoryName": "jobs/warm-up"}))
    application.wait_until("the functions are warm", lambda: reported(inbox, warm_up))
    neighbours = [registry.push("jobs/before"), registry.push("jobs/after")]
    with impatient_queue(application):
        send_jobs(application, '{"repositoryName": "jobs/before"}', "poison", '{"repositoryName": "jobs/after"}')
        for digest in neighbours:
            application.wait_until("the neighbour is reported", partial(reported, inbox, digest))
        application.wait_until("the poison job is given up", lambda: application.queue_depth(dead_letters))
        received = application.queues.receive_message(QueueUrl=dead_letters)["Messages"]
    assert [message["Body"] for message in received] == ["poison"]
    assert application.queue_depth(application.outputs["ImagesScanJobsQueueUrl"]) == 0
    assert any("poison" in line.get("job", "") for line in application.log_lines("ImagesScannerFunctionName"))


def test_a_scan_gives_one_message_whichever_events_come_of_it(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    digest, later = (registry.push("events/doubled", scanned_hours_ago=0) for _ in range(2))
    event = scan_event("events/doubled", digest, "0e5c1dd6-5d0e-4f0c-9f5e-2f5f5a4b7c01")
    recovered = event | {"id": "recovered", "source": "ecr-scan-reporter"}
    for doubled in (event, event, recovered, scan_event("events/doubled", later, "0e5c1dd6")):
        application.invoke(application.outputs["ReporterFunctionName"], doubled)
    application.wait_until("the last event is reported", lambda: reported(inbox, later))
    assert len(reported(inbox, digest)) == 1


def test_the_event_of_a_scan_that_cannot_be_reported_is_stored(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    dead_letters = application.outputs["ScanEventsDeadLetterQueueUrl"]
    digest = registry.push("events/unreported")
    with without_grant(application, "ReporterFunctionName", "sns:Publish"):
        send_jobs(application, json.dumps({"repositoryName": "events/unreported"}))
        application.wait_until("the event is given up after its retries", lambda: application.queue_depth(dead_letters))
    kept = json.loads(application.queues.receive_message(QueueUrl=dead_letters)["Messages"][0]["Body"])
    assert digest in json.dumps(kept)
    assert reported(inbox, digest) == []


def test_a_grant_that_is_missing_stops_the_function_and_is_named(application: Application) -> None:
    with (
        without_grant(application, "RepositoriesScannerFunctionName", "ecr:DescribeRepositories"),
        pytest.raises(InvocationFailedError, match="ecr:DescribeRepositories"),
    ):
        application.scan_repositories()
    assert application.scan_repositories({"repositoriesFilterRegexp": "none-has-this-name$"})["jobs"] == 0


@pytest.mark.parametrize(
    ("event", "named"),
    [
        ({"repositoriesFilterRegexp": "["}, "repositoriesFilterRegexp"),
        ({"jobsQueueUrl": 7}, "jobsQueueUrl"),
    ],
)
def test_an_override_that_is_wrong_is_refused_by_name(
    application: Application, event: dict[str, Any], named: str
) -> None:
    with pytest.raises(InvocationFailedError, match=named):
        application.scan_repositories(event)
