"""The stack itself: it updates, it deletes, and it takes nothing over plain HTTP."""

from dataclasses import replace
from pathlib import Path

import pytest

from local.application import Application, InvocationFailedError
from local.deploy import delete, deploy_fast
from local.identity import ACCOUNT, REGION
from local.running import Emulator, running_emulator

pytestmark = pytest.mark.e2e

STACK = "another-stack"


def names_left(emulator: Emulator) -> list[str]:
    """What still bears the name of the stack; the findings bucket is meant to stay."""
    functions = emulator.client("lambda").list_functions()["Functions"]
    found = [
        *(function["FunctionName"] for function in functions),
        *emulator.client("sqs").list_queues().get("QueueUrls", []),
        *emulator.client("dynamodb").list_tables()["TableNames"],
        *(topic["TopicArn"] for topic in emulator.client("sns").list_topics()["Topics"]),
        *(rule["Name"] for rule in emulator.client("events").list_rules()["Rules"]),
        *(role["RoleName"] for role in emulator.client("iam").list_roles()["Roles"]),
        *(group["logGroupName"] for group in emulator.client("logs").describe_log_groups()["logGroups"]),
        *(alarm["AlarmName"] for alarm in emulator.client("cloudwatch").describe_alarms()["MetricAlarms"]),
    ]
    return [name for name in found if STACK in name]


def test_a_stack_takes_a_changed_parameter_and_leaves_nothing_when_deleted(emulator: Emulator, template: Path) -> None:
    functions = emulator.client("lambda")
    before = deploy_fast(emulator, template, {}, STACK)
    after = deploy_fast(emulator, template, {"ScanExpiryDuration": "30d", "ScannerConcurrency": "2"}, STACK)
    assert after == before
    configuration = functions.get_function_configuration(FunctionName=after["ImagesScannerFunctionName"])
    assert configuration["Environment"]["Variables"]["ECR_IMAGES_DURATION_DELTA"] == "30d"
    mapping = functions.list_event_source_mappings(FunctionName=after["ImagesScannerFunctionName"])
    assert mapping["EventSourceMappings"][0]["ScalingConfig"] == {"MaximumConcurrency": 2}
    delete(emulator, STACK)
    assert names_left(emulator) == []


def test_with_an_address_for_alarms_each_function_and_queue_is_watched(emulator: Emulator, template: Path) -> None:
    ours = f"arn:aws:sns:{REGION}:{ACCOUNT}:operators"
    parameters = {"AlarmEmail": "operators@example.com", "AlarmTopicArn": ours, "NotificationMode": "BOTH"}
    outputs = deploy_fast(emulator, template, parameters, STACK)
    alarms = emulator.client("cloudwatch").describe_alarms()["MetricAlarms"]
    assert {tuple(alarm["AlarmActions"]) for alarm in alarms} == {(outputs["AlarmsTopicArn"], ours)}
    watched = {(alarm["MetricName"], alarm["Dimensions"][0]["Value"]) for alarm in alarms}
    functions = [name for output, name in outputs.items() if output.endswith("FunctionName")]
    assert {("Errors", name) for name in functions} <= watched
    queues = [url.rsplit("/", 1)[-1] for output, url in outputs.items() if output.endswith("DeadLetterQueueUrl")]
    assert {("ApproximateNumberOfMessagesVisible", name) for name in queues} <= watched
    (schedule,) = [alarm for alarm in alarms if alarm["MetricName"] == "Invocations"]
    assert (schedule["Period"], schedule["EvaluationPeriods"], schedule["TreatMissingData"]) == (3600, 48, "breaching")
    subscribed = emulator.client("sns").list_subscriptions_by_topic(TopicArn=outputs["AlarmsTopicArn"])
    assert [entry["Endpoint"] for entry in subscribed["Subscriptions"]] == ["operators@example.com"]
    delete(emulator, STACK)
    assert names_left(emulator) == []


def test_items_of_the_ledger_expire(deployed: Application) -> None:
    tables = deployed.emulator.client("dynamodb")
    described = tables.describe_time_to_live(TableName=deployed.outputs["ScanLedgerTableName"])
    assert described["TimeToLiveDescription"] == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiresAt"}


def test_over_plain_http_the_policies_of_the_queues_refuse_a_job(template: Path) -> None:
    with running_emulator(has_iam=True) as emulator:
        application = Application(emulator, deploy_fast(emulator, template, {}))
        application.switch_schedules_off()
        emulator.control("ecr/repository", name="team/app")
        with pytest.raises(InvocationFailedError, match=r"(?i)access.?denied"):
            application.scan_repositories()


def test_the_local_aws_of_these_tests_speaks_tls_alone(emulator: Emulator) -> None:
    plain = replace(emulator, endpoint=emulator.endpoint.replace("https:", "http:"), certificate=None)
    with pytest.raises(OSError, match=r"(?i)refused|reset|closed|remote|BadStatus|aborted"):
        plain.control("ecr/calls")


def test_every_function_has_the_layer_whose_arn_is_an_output(deployed: Application) -> None:
    functions = deployed.emulator.client("lambda")
    assert len(deployed.function_outputs) == 7
    for output in deployed.function_outputs:
        configuration = functions.get_function_configuration(FunctionName=deployed.outputs[output])
        assert [layer["Arn"] for layer in configuration["Layers"]] == [deployed.outputs["CoreLayerArn"]]
