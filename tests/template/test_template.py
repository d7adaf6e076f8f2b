import importlib
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.images import TagStatus
from ecr_scan_reporter.domain.report_rules import NotifyOn
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.settings import (
    DigestSettings,
    ImagesScannerSettings,
    NotificationMode,
    ReporterSettings,
    RepositoriesScannerSettings,
)
from tests.recorded_events import load_event
from tests.template.cloudformation import (
    TEMPLATE,
    as_list,
    holds,
    load_template,
    of_type,
    statements,
    target,
    texts,
    without_ifs,
)

template = load_template()
functions = of_type(template, "AWS::Serverless::Function")
event_source_mappings = of_type(template, "AWS::Lambda::EventSourceMapping")
queues = of_type(template, "AWS::SQS::Queue")
parameters: dict[str, dict[str, Any]] = template["Parameters"]
interface = template["Metadata"]["AWS::CloudFormation::Interface"]

SETTINGS: dict[str, Any] = {
    "RepositoriesScanner": RepositoriesScannerSettings,
    "ImagesScanner": ImagesScannerSettings,
    "Reporter": ReporterSettings,
    "Digest": DigestSettings,
}
REQUIRED = {
    "IMAGES_SCAN_JOBS_QUEUE_URL": "https://queue",
    "ECR_SNS_REPORT_TOPIC_ARN": "arn",
    "SCAN_LEDGER_TABLE": "ledger",
}
# Actions for which IAM knows no resource that would do.
WITHOUT_RESOURCE = {
    *("ecr:GetRegistryScanningConfiguration", "ecs:ListClusters", "ecs:ListTasks"),
    *("inspector2:ListFindings", "inspector2:ListCoverage"),
}


def events_of(function: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    events = function["Properties"].get("Events", {}).values()
    return [event["Properties"] for event in events if event["Type"] == kind]


def variables_of(function: dict[str, Any]) -> dict[str, Any]:
    variables: dict[str, Any] = function["Properties"]["Environment"]["Variables"]
    return variables


# --- functions ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", functions)
def test_every_handler_exists_and_can_be_called(name: str) -> None:
    module, _, attribute = functions[name]["Properties"]["Handler"].rpartition(".")
    assert callable(getattr(importlib.import_module(module), attribute))


def test_there_are_the_three_functions_of_the_chain_and_those_that_a_parameter_asks_for() -> None:
    assert set(functions) == set(SETTINGS)
    always = {name for name, function in functions.items() if "Condition" not in function}
    assert always == {"RepositoriesScanner", "ImagesScanner", "Reporter"}


@pytest.mark.parametrize("name", functions)
def test_every_function_keeps_its_log_for_a_limited_time(name: str) -> None:
    group = template["Resources"][target(functions[name]["Properties"]["LoggingConfig"]["LogGroup"])]
    assert group["Type"] == "AWS::Logs::LogGroup"
    assert group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}


class Asked(Mapping[str, str]):
    """An environment in which only what is required is set, and that remembers what was asked for."""

    def __init__(self, **required: str) -> None:
        self.required = required
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return self.required[name]

    def __iter__(self) -> Any:
        return iter(self.required)

    def __len__(self) -> int:
        return len(self.required)


def names_read_by(function: str) -> set[str]:
    environment = Asked(**REQUIRED)
    SETTINGS[function].from_environment(environment)
    return environment.names


@pytest.mark.parametrize("name", SETTINGS)
def test_every_variable_of_a_function_is_one_that_its_settings_read(name: str) -> None:
    assert set(variables_of(functions[name])) <= names_read_by(name)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_set_but_the_number_of_threads(name: str) -> None:
    assert names_read_by(name) - set(variables_of(functions[name])) <= {"SCANNER_THREADS"}


def test_the_variables_of_all_functions_are_those_of_powertools() -> None:
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    assert all(name.startswith("POWERTOOLS_") for name in variables)


@pytest.mark.parametrize("name", SETTINGS)
def test_the_defaults_of_the_parameters_are_settings_that_are_allowed(name: str) -> None:
    environment = {
        variable: str(parameters[value["Ref"]]["Default"]) if value.get("Ref") in parameters else "something"
        for variable, value in variables_of(functions[name]).items()
    }
    assert SETTINGS[name].from_environment(environment) is not None


def test_the_defaults_of_the_parameters_are_the_defaults_of_the_settings() -> None:
    for name, settings in SETTINGS.items():
        defaults = {
            variable: str(parameters[value["Ref"]]["Default"])
            for variable, value in variables_of(functions[name]).items()
            if value.get("Ref") in parameters
        }
        assert settings.from_environment(REQUIRED | defaults) == settings.from_environment(REQUIRED)


# --- what a parameter asks for --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "made"),
    [
        ({}, False),
        ({"DigestSchedule": "rate(1 day)"}, True),
        ({"NotificationMode": "DIGEST"}, True),
        ({"NotificationMode": "BOTH"}, True),
        ({"NotificationMode": "IMMEDIATE"}, False),
    ],
)
def test_the_digest_is_made_when_a_schedule_or_the_mode_asks_for_it(values: dict[str, str], made: bool) -> None:
    assert holds(template, functions["Digest"]["Condition"], **values) is made


@pytest.mark.parametrize(("partition", "made"), [("aws", True), ("aws-us-gov", False), ("aws-cn", False)])
def test_the_chat_topic_is_made_in_commercial_regions_alone(partition: str, made: bool) -> None:
    condition = template["Resources"]["ChatTopic"]["Condition"]
    assert holds(template, condition, partition=partition, ChatNotifications="True") is made
    assert not holds(template, condition, partition=partition)


@pytest.mark.parametrize("name", template["Conditions"])
def test_by_default_nothing_optional_is_made(name: str) -> None:
    assert not holds(template, name)


def test_what_refers_to_something_optional_has_its_condition() -> None:
    """CloudFormation refuses a reference to a resource that is not made."""
    optional = {
        name: resource["Condition"] for name, resource in template["Resources"].items() if "Condition" in resource
    }
    for name, resource in (template["Resources"] | template["Outputs"]).items():
        whole = {key: value for key, value in resource.items() if key != "Metadata"}
        outside_of_ifs = {text for text in texts(without_ifs(whole)) if text in optional}
        assert {optional[used] for used in outside_of_ifs} <= {resource.get("Condition")}, name


# --- queues -------------------------------------------------------------------------------------------------------


def consumed_queues() -> list[tuple[str, str]]:
    return [
        (target(mapping["Properties"]["EventSourceArn"]), target(mapping["Properties"]["FunctionName"]))
        for mapping in event_source_mappings.values()
    ]


def test_no_function_has_an_event_for_which_sam_would_let_it_read_every_queue() -> None:
    assert [name for name, function in functions.items() if events_of(function, "SQS")] == []


def test_every_queue_that_is_read_has_a_dead_letter_queue_that_keeps_longer() -> None:
    assert consumed_queues()
    for queue, _ in consumed_queues():
        redrive = queues[queue]["Properties"]["RedrivePolicy"]
        dead = queues[target(redrive["deadLetterTargetArn"])]
        assert redrive["maxReceiveCount"] >= 5
        assert dead["Properties"]["MessageRetentionPeriod"] > queues[queue]["Properties"]["MessageRetentionPeriod"]


def test_a_message_stays_hidden_for_six_times_the_functions_timeout() -> None:
    for queue, function in consumed_queues():
        timeout = functions[function]["Properties"]["Timeout"]
        assert queues[queue]["Properties"]["VisibilityTimeout"] >= 6 * timeout


def test_one_message_that_fails_fails_alone_and_concurrency_is_bounded() -> None:
    assert event_source_mappings["ImagesScanJobs"]["Properties"]["ScalingConfig"] == {
        "MaximumConcurrency": {"Ref": "ScannerConcurrency"}
    }
    for mapping in event_source_mappings.values():
        assert mapping["Properties"]["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert "MaximumConcurrency" in mapping["Properties"]["ScalingConfig"]


def rules_of_reporter() -> list[dict[str, Any]]:
    return events_of(functions["Reporter"], "EventBridgeRule")


def test_scan_events_that_cannot_be_reported_are_kept() -> None:
    assert len(rules_of_reporter()) == 2
    for rule in rules_of_reporter():
        assert queues[target(rule["DeadLetterConfig"]["Arn"])]
        assert rule["RetryPolicy"]["MaximumRetryAttempts"] > 0


@pytest.mark.parametrize("name", ["Reporter", "Digest"])
def test_an_event_whose_function_fails_is_kept(name: str) -> None:
    failure = functions[name]["Properties"]["EventInvokeConfig"]["DestinationConfig"]["OnFailure"]
    assert failure["Type"] == "SQS"
    assert queues[target(failure["Destination"])]


def matches(pattern: dict[str, Any], event: dict[str, Any]) -> bool:
    """Tell whether an event pattern of texts and prefixes matches, as EventBridge would in partition `aws`."""
    pattern = dict(pattern)
    detail, prefixes = pattern.pop("detail", {}), pattern.pop("resources", [{"prefix": {"Fn::Sub": ""}}])
    starts = tuple(prefix["prefix"]["Fn::Sub"].replace("${AWS::Partition}", "aws") for prefix in prefixes)
    return (
        all(event[key] in allowed for key, allowed in pattern.items())
        and all(event["detail"][key] in allowed for key, allowed in detail.items())
        and any(resource.startswith(starts) for resource in event["resources"])
    )


@pytest.mark.parametrize("name", ["scan_complete", "scan_failed", "inspector_scan"])
def test_one_rule_matches_each_recorded_event_of_a_scan(name: str) -> None:
    assert [matches(rule["Pattern"], load_event(name)) for rule in rules_of_reporter()].count(True) == 1


def test_the_rule_of_findings_matches_the_recorded_event_and_those_of_images_alone() -> None:
    (rule,) = of_type(template, "AWS::Events::Rule").values()
    event = load_event("inspector_finding")
    assert matches(rule["Properties"]["EventPattern"], event)
    assert not matches(rule["Properties"]["EventPattern"], event | {"resources": ["i-0123456789abcdef0"]})


# --- partitions, accounts, rights ----------------------------------------------------------------------------------


def test_nothing_names_a_partition_a_region_or_an_account() -> None:
    for text in texts(template["Resources"] | template["Outputs"]):
        assert "arn:aws:" not in text
        assert not re.search(r"\b[a-z]{2}(-gov)?-(north|south|east|west|central)[a-z]*-\d\b", text)
        assert not re.search(r"\b\d{12}\b", text)


def test_hosts_of_aws_are_named_only_as_service_principals() -> None:
    principals = {
        principal
        for statement in statements(template["Resources"])
        if isinstance(statement.get("Principal"), dict)
        for principal in as_list(statement["Principal"].get("Service", []))
    }
    named = {text for text in texts(template["Resources"]) if "amazonaws" in text}
    assert named == principals


@pytest.mark.parametrize("statement", list(statements(template["Resources"])), ids=lambda statement: statement["Sid"])
def test_every_statement_says_what_it_is_for(statement: dict[str, Any]) -> None:
    assert re.fullmatch(r"[A-Za-z0-9]+", statement["Sid"])


def test_only_actions_without_a_resource_are_allowed_on_all_resources() -> None:
    on_all = [
        action
        for statement in statements(template["Resources"])
        if statement["Effect"] == "Allow" and "*" in as_list(statement["Resource"])
        for action in as_list(statement["Action"])
    ]
    assert set(on_all) == WITHOUT_RESOURCE


def test_no_function_may_do_everything_with_anything() -> None:
    for function in functions.values():
        for statement in statements(function):
            assert not any("*" in action for action in as_list(statement["Action"]))


def denies_plain_http(policy: dict[str, Any]) -> list[Any]:
    """Return the resources to which a policy denies access without TLS."""
    return [
        resource
        for statement in statements(policy)
        if statement["Effect"] == "Deny"
        and statement["Principal"] == "*"
        and statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        for resource in as_list(statement["Resource"])
    ]


def test_every_queue_is_reached_over_tls_alone() -> None:
    for name in queues:
        (policy,) = [
            policy
            for policy in of_type(template, "AWS::SQS::QueuePolicy").values()
            if {"Ref": name} in policy["Properties"]["Queues"]
        ]
        assert {"Fn::GetAtt": [name, "Arn"]} in denies_plain_http(policy)


def test_every_topic_is_reached_over_tls_alone() -> None:
    for name in of_type(template, "AWS::SNS::Topic"):
        (policy,) = [
            policy
            for policy in of_type(template, "AWS::SNS::TopicPolicy").values()
            if policy["Properties"]["Topics"] == [{"Ref": name}]
        ]
        assert denies_plain_http(policy) == [{"Ref": name}]


def test_every_bucket_is_reached_over_tls_alone_and_is_private() -> None:
    for name, bucket in of_type(template, "AWS::S3::Bucket").items():
        (policy,) = of_type(template, "AWS::S3::BucketPolicy").values()
        assert policy["Properties"]["Bucket"] == {"Ref": name}
        assert denies_plain_http(policy) == [{"Fn::GetAtt": [name, "Arn"]}, {"Fn::Sub": f"${{{name}.Arn}}/*"}]
        assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        ("AWS::SQS::Queue", "KmsMasterKeyId"),
        ("AWS::SNS::Topic", "KmsMasterKeyId"),
        ("AWS::DynamoDB::Table", "SSESpecification"),
        ("AWS::S3::Bucket", "BucketEncryption"),
    ],
)
def test_everything_that_keeps_data_takes_the_customers_key(kind: str, key: str) -> None:
    resources = of_type(template, kind)
    assert resources
    for resource in resources.values():
        assert "KmsKeyArn" in set(texts(resource["Properties"][key]))


# --- parameters ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", parameters)
def test_every_parameter_is_described_labelled_and_in_one_group(name: str) -> None:
    groups = [group for group in interface["ParameterGroups"] if name in group["Parameters"]]
    assert len(groups) == 1
    assert parameters[name]["Description"]
    assert interface["ParameterLabels"][name]["default"]
    assert "Default" in parameters[name]


def test_no_group_or_label_names_a_parameter_that_is_not_there() -> None:
    grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]
    assert sorted(grouped) == sorted(parameters)
    assert set(interface["ParameterLabels"]) == set(parameters)


@pytest.mark.parametrize("name", parameters)
def test_every_parameter_is_used(name: str) -> None:
    assert name in set(texts([template["Resources"], template["Conditions"], template["Globals"]]))


def accepts(parameter: str, value: str) -> bool:
    return re.fullmatch(parameters[parameter]["AllowedPattern"], value, re.ASCII) is not None


def is_duration(text: str) -> bool:
    try:
        parse_duration(text)
    except InvalidInputError:
        return False
    return True


DURATIONS = ["ScanExpiryDuration", "PulledWithin", "PushedWithin"]


@pytest.mark.parametrize("parameter", DURATIONS)
@given(text=st.text("0123456789mwdh -+yM", min_size=1, max_size=10))
def test_the_template_accepts_the_durations_that_the_functions_accept(parameter: str, text: str) -> None:
    if text == text.strip():
        assert accepts(parameter, text) == is_duration(text)


@pytest.mark.parametrize("parameter", DURATIONS)
@pytest.mark.parametrize("text", ["7d", "1m", "2w3d", "10d", "36h", "0h", "1m2w3d4h", "9999m9999w9999d9999h"])
def test_a_duration_is_accepted(parameter: str, text: str) -> None:
    assert accepts(parameter, text)
    assert is_duration(text)


@pytest.mark.parametrize("parameter", DURATIONS)
@pytest.mark.parametrize("text", ["banana", "-1d", "1d1w", "7", "d", "12345d", "1.5d", "7D", "\u0667d"])
def test_what_is_no_duration_is_refused(parameter: str, text: str) -> None:
    assert not accepts(parameter, text)
    assert not is_duration(text)


def test_only_the_optional_durations_may_be_left_empty() -> None:
    assert [accepts(parameter, "") for parameter in DURATIONS] == [False, True, True]


@pytest.mark.parametrize(
    "schedule",
    ["rate(1 day)", "rate(12 hours)", "rate(30 minutes)", "cron(0 4 * * ? *)", "cron(15 10 ? * MON-FRI *)"],
)
def test_a_schedule_of_eventbridge_is_accepted(schedule: str) -> None:
    assert accepts("ScanSchedule", schedule)
    assert accepts("DigestSchedule", schedule)


@pytest.mark.parametrize(
    "schedule",
    ["", "1d", "7 days", "rate(0 days)", "rate(-1 day)", "rate(1 week)", "rate(day)", "cron(* * * * *)", "every day"],
)
def test_what_is_no_schedule_is_refused(schedule: str) -> None:
    assert not accepts("ScanSchedule", schedule)
    assert accepts("DigestSchedule", schedule) == (schedule == "")


def test_the_tag_statuses_are_those_of_the_functions() -> None:
    assert parameters["ImagesTagStatus"]["AllowedValues"] == [status.value for status in TagStatus]


@pytest.mark.parametrize(("parameter", "choices"), [("NotifyOn", NotifyOn), ("NotificationMode", NotificationMode)])
def test_the_choices_are_those_of_the_functions(parameter: str, choices: Any) -> None:
    assert parameters[parameter]["AllowedValues"] == [choice.value for choice in choices]


def test_the_outputs_are_what_people_and_tools_look_for() -> None:
    assert set(template["Outputs"]) >= {
        "ReportTopicArn",
        "ImagesScanJobsQueueUrl",
        "ImagesScanJobsDeadLetterQueueUrl",
        "ScanEventsDeadLetterQueueUrl",
        "RepositoriesScannerFunctionName",
        "ImagesScannerFunctionName",
        "ReporterFunctionName",
        "ScanLedgerTableName",
        "FindingsBucketName",
        "SuppressionsTableName",
        "DigestFunctionName",
        "ChatTopicArn",
    }
    assert all(output["Description"] for output in template["Outputs"].values())


def test_the_template_fits_into_a_direct_deployment() -> None:
    assert TEMPLATE.stat().st_size < 51_200
