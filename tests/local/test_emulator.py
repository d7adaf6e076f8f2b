"""The emulator as a process: it patches everything at its start, and nothing of it is left at its end."""

import contextlib
import io
import json
import subprocess
import zipfile
from typing import Any

import pytest

from local import manifests
from local.identity import ACCOUNT, REGION
from local.running import PROJECT, Emulator, EmulatorFailedError, clean_environment, running_emulator, tool
from local.waiting import wait_until

pytestmark = pytest.mark.e2e

BREAKING = """
import runpy, sys
from ministack.services import eventbridge
del eventbridge._dispatch_to_lambda
runpy.run_module("local.emulator", run_name="__main__")
"""


def test_it_does_not_start_when_a_name_that_it_patches_is_gone() -> None:
    result = subprocess.run(
        [tool("emulator", "python"), "-c", BREAKING],
        cwd=PROJECT,
        env=clean_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert result.returncode == 1
    assert "PatchTargetMissingError: ministack.services.eventbridge._dispatch_to_lambda" in result.stderr


def test_its_folder_and_its_processes_are_gone_after_a_failure() -> None:
    with contextlib.suppress(RuntimeError), running_emulator() as emulator:
        assert emulator.log.exists()
        raise RuntimeError("on purpose")
    assert not emulator.folder.exists()
    with pytest.raises(OSError, match="refused"):
        emulator.control("ecr/calls")


def test_its_own_api_names_what_it_does_not_know() -> None:
    with running_emulator() as emulator:
        with pytest.raises(EmulatorFailedError, match="no such path"):
            emulator.control("weather")
        with pytest.raises(EmulatorFailedError, match="repository"):
            emulator.control("ecr/image", manifest={})
        with pytest.raises(EmulatorFailedError, match="KeyError"):
            emulator.control("inspector/scan", repository="team/app", imageDigest="sha256:0")


# Logs when it got which messages.
ECHO = """
import json, time
def handler(event, context):
    for record in event["Records"]:
        sent = int(record["attributes"]["SentTimestamp"]) / 1000
        print(json.dumps({"body": record["body"], "sent": sent, "got": time.time()}), flush=True)
"""
DELAY_SECONDS = 2


def _make_queue_with_function(emulator: Emulator) -> str:
    """Make a queue that delays its messages, and a function that gets them; return the queue's URL."""
    made = emulator.client("sqs").create_queue(
        QueueName="delayed", Attributes={"DelaySeconds": str(DELAY_SECONDS), "VisibilityTimeout": "60"}
    )
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("echo.py", ECHO)
    functions = emulator.client("lambda")
    functions.create_function(
        FunctionName="echo",
        Runtime="python3.13",
        Handler="echo.handler",
        Role=f"arn:aws:iam::{ACCOUNT}:role/echo",
        Code={"ZipFile": package.getvalue()},
    )
    source = f"arn:aws:sqs:{REGION}:{ACCOUNT}:delayed"
    functions.create_event_source_mapping(EventSourceArn=source, FunctionName="echo", BatchSize=10)
    return str(made["QueueUrl"])


def _echoes(emulator: Emulator) -> list[dict[str, Any]]:
    logs = emulator.client("logs")
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    if "/aws/lambda/echo" not in groups:
        return []
    events = logs.filter_log_events(logGroupName="/aws/lambda/echo")["events"]
    lines = [line for event in events for line in event["message"].splitlines() if line.startswith("{")]
    return [json.loads(line) for line in lines]


def test_a_function_gets_the_messages_of_a_queue_after_the_queues_delay() -> None:
    with running_emulator() as emulator:
        url = _make_queue_with_function(emulator)
        for number in range(3):
            emulator.client("sqs").send_message(QueueUrl=url, MessageBody=str(number))
        wait_until("the messages are delivered", lambda: len(_echoes(emulator)) == 3)
        echoes = _echoes(emulator)
    assert sorted(echo["body"] for echo in echoes) == ["0", "1", "2"]
    assert min(echo["got"] - echo["sent"] for echo in echoes) >= DELAY_SECONDS


def test_the_events_of_inspector_reach_a_queue_behind_a_rule_and_the_findings_come_from_ecr() -> None:
    enhanced = {
        "severity": "HIGH",
        "firstObservedAt": "2026-01-31T04:00:00Z",
        "packageVulnerabilityDetails": {"vulnerabilityId": "CVE-2026-1001"},
    }
    image = manifests.container_image("watched", 9)
    named = {"repository": "team/app", "imageDigest": manifests.digest(image)}
    with running_emulator() as emulator:
        emulator.control("ecr/repository", name="team/app")
        emulator.control("ecr/image", repository="team/app", manifest=image, enhancedFindings=[enhanced, enhanced])
        queues, rules, registry = (emulator.client(service) for service in ("sqs", "events", "ecr"))
        url = queues.create_queue(QueueName="events")["QueueUrl"]
        pattern = {"source": ["aws.inspector2"], "resources": [{"prefix": f"arn:aws:ecr:{REGION}:"}]}
        rules.put_rule(Name="inspector", EventPattern=json.dumps(pattern))
        target = {"Id": "queue", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:events"}
        rules.put_targets(Rule="inspector", Targets=[target])
        assert emulator.control("inspector/scan", **named) == {"events": 1}
        assert emulator.control("inspector/findings", **named) == {"events": 2}
        received: list[dict[str, Any]] = []

        def receive() -> bool:
            answer = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10)
            received.extend(json.loads(message["Body"]) for message in answer.get("Messages", ()))
            return len(received) == 3

        wait_until("the events are there", receive)
        found = registry.describe_image_scan_findings(
            repositoryName="team/app", imageId={"imageDigest": named["imageDigest"]}
        )
    assert sorted(event["detail-type"] for event in received) == ["Inspector2 Finding"] * 2 + ["Inspector2 Scan"]
    assert found["imageScanStatus"]["status"] == "ACTIVE"
    assert found["imageScanFindings"]["enhancedFindings"][0]["firstObservedAt"].isoformat().startswith("2026-01-31T04")


def test_a_condition_may_ask_for_the_partition_and_the_region() -> None:
    queue = {"Type": "AWS::SQS::Queue"}
    template = {
        "Conditions": {
            "IsCommercial": {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws"]},
            "IsChina": {"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-cn"]},
            "IsHere": {"Fn::Equals": [{"Ref": "AWS::Region"}, REGION]},
        },
        "Resources": {
            "Commercial": queue | {"Condition": "IsCommercial"},
            "China": queue | {"Condition": "IsChina"},
            "Here": queue | {"Condition": "IsHere"},
        },
    }
    with running_emulator() as emulator:
        stacks = emulator.client("cloudformation")
        stacks.create_stack(StackName="conditions", TemplateBody=json.dumps(template))
        stacks.get_waiter("stack_create_complete").wait(StackName="conditions", WaiterConfig={"Delay": 1})
        resources = stacks.list_stack_resources(StackName="conditions")["StackResourceSummaries"]
    assert {resource["LogicalResourceId"] for resource in resources} == {"Commercial", "Here"}
