import importlib
import logging
import re
from collections.abc import Mapping
from importlib import metadata
from typing import Any

import pytest
from aws_lambda_powertools import Logger
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.registry.images import TagStatus
from ecr_scan_reporter.domain.reports.policy import NotifyOn
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.settings.reporter import NotificationMode, ReporterSettings
from ecr_scan_reporter.settings.repositories_scanner import RepositoriesScannerSettings
from scripts.template_check.partitions import FEATURES
from scripts.template_check.source import TEMPLATE, as_list, lambda_modules, load_template, of_type, statements, texts
from tests.not_empty import not_empty
from tests.template.cloudformation import holds, target

template = load_template()
resources = template["Resources"]
functions = not_empty(of_type(resources, "AWS::Serverless::Function"))
event_source_mappings = not_empty(of_type(resources, "AWS::Lambda::EventSourceMapping"))
queues = of_type(resources, "AWS::SQS::Queue")
parameters: dict[str, dict[str, Any]] = not_empty(template["Parameters"])
interface = template["Metadata"]["AWS::CloudFormation::Interface"]

SETTINGS: dict[str, Any] = {
    name: getattr(importlib.import_module(f"ecr_scan_reporter.settings.{module}"), f"{name}Settings")
    for name, module in not_empty(lambda_modules()).items()
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
    variables = not_empty(template["Globals"]["Function"]["Environment"]["Variables"])
    assert [name for name in variables if not name.startswith("POWERTOOLS_")] == []


@pytest.mark.parametrize("name", SETTINGS)
def test_the_defaults_of_the_parameters_are_the_defaults_of_the_settings(name: str) -> None:
    defaults = {
        variable: str(parameters[value["Ref"]]["Default"])
        for variable, value in variables_of(functions[name]).items()
        if value.get("Ref") in parameters
    }
    settings = SETTINGS[name]
    assert settings.from_environment(REQUIRED | not_empty(defaults)) == settings.from_environment(REQUIRED)


def test_the_images_scanner_may_have_the_reporter_report_a_scan_whose_event_was_lost() -> None:
    assert variables_of(functions["ImagesScanner"])["REPORTER_FUNCTION_NAME"] == {"Ref": "Reporter"}
    (grant,) = [
        statement
        for statement in statements(functions["ImagesScanner"])
        if statement["Action"] == "lambda:InvokeFunction"
    ]
    assert grant["Resource"] == {"Fn::GetAtt": ["Reporter", "Arn"]}


@pytest.mark.parametrize("name", ["ImagesScanner", "Digest"])
def test_what_starts_scans_and_what_tells_of_them_know_the_same_budget(name: str) -> None:
    assert variables_of(functions[name])["MAX_SCANS_PER_DAY"] == {"Ref": "MaxScansPerDay"}


# What keeps data, and what it is keyed by. A change here is a new table, queue or bucket for everybody who updates.
STATEFUL = {
    "FindingsBucket": None,
    "FindingEventsQueue": None,
    "ImagesScanJobsDeadLetterQueue": None,
    "ImagesScanJobsQueue": None,
    "ReportTopic": None,
    "ChatTopic": None,
    "ReportedEvents": ["id"],
    "ScanEventsDeadLetterQueue": None,
    "ScanLedger": ["repository", "record"],
    "Suppressions": ["id"],
    "AlarmTopic": None,
}
STATEFUL_TYPES = ("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue", "AWS::SNS::Topic")


def test_an_update_keeps_the_ledger_the_findings_and_the_subscriptions() -> None:
    """CloudFormation replaces what has another logical id, and a table whose keys change."""
    keys = {
        name: [key["AttributeName"] for key in resource["Properties"].get("KeySchema", [])] or None
        for name, resource in of_type(resources, *STATEFUL_TYPES).items()
    }
    assert keys == STATEFUL


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


@pytest.mark.parametrize(
    ("partition", "made"), [("aws", True), ("aws-us-gov", False), ("aws-cn", False), ("aws-eusc", False)]
)
def test_the_chat_topic_is_made_in_commercial_regions_alone(partition: str, made: bool) -> None:
    condition = template["Resources"]["ChatTopic"]["Condition"]
    assert holds(template, condition, partition=partition, ChatNotifications="True") is made
    assert not holds(template, condition, partition=partition)


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn", "aws-eusc"])
def test_a_loop_that_is_meant_is_allowed_where_that_is_known_to_work(partition: str) -> None:
    assert holds(template, "HasRecursionControl")
    assert not holds(template, "HasRecursionControl", partition=partition)


BY_PARTITION = {feature.condition for feature in FEATURES} - {"HasChat"}


@pytest.mark.parametrize("name", not_empty(sorted(set(template["Conditions"]) - BY_PARTITION)))
def test_by_default_nothing_optional_is_made(name: str) -> None:
    assert not holds(template, name)


@pytest.mark.parametrize(
    ("values", "made"),
    [
        ({}, False),
        ({"AlarmEmail": "operators@example.com"}, True),
        ({"AlarmTopicArn": "arn:aws:sns:eu-west-1:123456789012:operators"}, True),
        ({"AlarmEmail": "operators@example.com", "ScheduleAlarmHours": "0"}, False),
        ({"ScheduleAlarmHours": "24"}, False),
    ],
)
def test_the_alarm_of_the_schedule_is_made_for_somebody_and_can_be_left_out(values: dict[str, str], made: bool) -> None:
    assert holds(template, resources["ScheduleAlarm"]["Condition"], **values) is made


# --- queues -------------------------------------------------------------------------------------------------------


def test_no_function_has_an_event_for_which_sam_would_let_it_read_every_queue() -> None:
    assert [name for name, function in functions.items() if events_of(function, "SQS")] == []


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
        assert target(rule["DeadLetterConfig"]["Arn"]) in queues
        assert rule["RetryPolicy"]["MaximumRetryAttempts"] > 0


# --- partitions, accounts, rights ----------------------------------------------------------------------------------


ELSEWHERE = re.compile(r"arn:aws:|\b[a-z]{2}(-gov)?-(north|south|east|west|central)[a-z]*-\d\b|\b\d{12}\b")


def test_nothing_names_a_partition_a_region_or_an_account() -> None:
    written = list(texts(template["Resources"] | template["Outputs"]))
    assert [text for text in not_empty(written) if ELSEWHERE.search(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:s3:::${Bucket}",
        "https://sqs.eu-west-1.amazonaws.com",
        "us-gov-east-1",
        "ap-southeast-2",
        "123456789012",
    ],
)
def test_what_names_a_partition_a_region_or_an_account_is_noticed(text: str) -> None:
    assert ELSEWHERE.search(text)


def test_hosts_of_aws_are_named_only_as_service_principals() -> None:
    principals = {
        principal
        for statement in statements(template["Resources"])
        if isinstance(statement.get("Principal"), dict)
        for principal in as_list(statement["Principal"].get("Service", []))
    }
    named = {text for text in texts(template["Resources"]) if "amazonaws" in text}
    assert named == not_empty(principals)


@pytest.mark.parametrize(
    "statement", not_empty(list(statements(template["Resources"]))), ids=lambda statement: statement["Sid"]
)
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
    for name, function in functions.items():
        actions = [action for statement in statements(function) for action in as_list(statement["Action"])]
        assert [action for action in not_empty(actions) if "*" in action] == [], name


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


def test_every_bucket_is_reached_over_tls_alone_and_is_private() -> None:
    for name, bucket in not_empty(of_type(resources, "AWS::S3::Bucket")).items():
        (policy,) = of_type(resources, "AWS::S3::BucketPolicy").values()
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
    for resource in not_empty(of_type(resources, kind)).values():
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


LOOSE = {"RepositoriesFilterRegexp": "CloudFormation cannot tell a regular expression from another text"}
READ_BY_FUNCTIONS = not_empty(
    sorted(
        (function, variable, value["Ref"])
        for function in functions
        for variable, value in variables_of(functions[function]).items()
        if value.get("Ref") in parameters
    )
)


@pytest.mark.parametrize(
    ("function", "variable", "parameter"), not_empty([read for read in READ_BY_FUNCTIONS if read[2] not in LOOSE])
)
@given(data=st.data())
def test_the_functions_accept_whatever_a_parameter_accepts(
    function: str, variable: str, parameter: str, data: st.DataObject
) -> None:
    declared = parameters[parameter]
    assert declared["Type"] == "String", "a Number may have a fraction"
    values = st.sampled_from(declared.get("AllowedValues", [""]))
    if "AllowedPattern" in declared:
        ascii_characters = st.characters(codec="ascii", exclude_characters="\n")
        values = st.from_regex(declared["AllowedPattern"].removesuffix("$") + r"\Z", alphabet=ascii_characters)
    assert takes(function, variable, data.draw(values))


def test_a_wrong_regular_expression_stops_the_scanner_and_the_parameter_says_so() -> None:
    assert accepts("RepositoriesFilterRegexp", "team/(")
    with pytest.raises(InvalidInputError, match="REPOSITORIES_FILTER_REGEXP"):
        RepositoriesScannerSettings.from_environment(REQUIRED | {"REPOSITORIES_FILTER_REGEXP": "team/("})
    assert "stops the scanner at its start" in parameters["RepositoriesFilterRegexp"]["Description"]


NUMBERS = not_empty([read for read in READ_BY_FUNCTIONS if "10{9}" in str(parameters[read[2]])])


def takes(function: str, variable: str, value: str) -> bool:
    try:
        SETTINGS[function].from_environment(REQUIRED | {variable: value})
    except InvalidInputError:
        return False
    return True


@pytest.mark.parametrize(("function", "variable", "parameter"), NUMBERS)
@given(number=st.integers() | st.integers(999_999_990, 1_000_000_010))
def test_a_parameter_takes_the_numbers_that_the_functions_take(
    function: str, variable: str, parameter: str, number: int
) -> None:
    assert accepts(parameter, str(number)) == takes(function, variable, str(number))


@pytest.mark.parametrize(("function", "variable", "parameter"), NUMBERS)
@pytest.mark.parametrize("text", ["-1", "1.5", "1e3", "ten", "\u0661", "0x10"])
def test_what_is_no_whole_number_is_refused_by_both(function: str, variable: str, parameter: str, text: str) -> None:
    assert not accepts(parameter, text)
    assert not takes(function, variable, text)


role_texts = st.lists(
    st.from_regex(r"arn:aws(-cn|-us-gov)?:iam::[0-9\u0660-\u0669]{11,13}:(role|user)/[ -~]{1,12}", fullmatch=True),
    max_size=3,
)


@given(roles=role_texts)
def test_a_parameter_takes_the_roles_that_the_functions_take(roles: list[str]) -> None:
    text = ",".join(roles)
    try:
        settings = RepositoriesScannerSettings.from_environment(REQUIRED | {"ECS_DISCOVERY_ROLES": text})
    except InvalidInputError:
        assert not accepts("EcsDiscoveryRoles", text)
    else:
        # The functions forgive blanks around a comma, and commas too many; IAM would not: the template splits the text.
        assert accepts("EcsDiscoveryRoles", ",".join(settings.selection.ecs_roles))


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        ("", True),
        ("arn:aws:events:eu-west-1:123456789012:event-bus/default", True),
        ("arn:aws-us-gov:events:us-gov-west-1:123456789012:event-bus/team/our.bus_1", True),
        ("arn:aws:events:eu-west-1:123456789012:event-bus/", False),
        ("arn:aws:events:eu-west-1:123456789012:event-bus/our bus", False),
        ("arn:aws:events:eu-west-1:123456789012:rule/default", False),
        ("default", False),
    ],
)
def test_an_event_bus_is_named_by_its_arn_and_arrives_as_it_is(text: str, is_taken: bool) -> None:
    assert accepts("EventBusArn", text) is is_taken
    assert ReporterSettings.from_environment(REQUIRED | {"REPORT_EVENT_BUS": text}).event_bus == text


@pytest.mark.parametrize("level", not_empty(parameters["LogLevel"]["AllowedValues"]))
def test_powertools_knows_each_log_level(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", level)
    assert Logger(service=f"test-{level}").log_level == getattr(logging, level)


# --- the layer ----------------------------------------------------------------------------------------------------


def test_the_layer_is_pure_python_so_that_one_serves_both_processors() -> None:
    lock = (TEMPLATE.parent / "layers/core/requirements.txt").read_text()
    for name in not_empty(re.findall(r"^([a-z0-9-]+)==", lock, re.MULTILINE)):
        wheel = metadata.distribution(name).read_text("WHEEL") or ""
        assert re.findall(r"^Tag: (\S+)$", wheel, re.MULTILINE) == ["py3-none-any"], name
    files = [path.relative_to(TEMPLATE.parent) for path in (TEMPLATE.parent / "layers").rglob("*")]
    assert [path for path in not_empty(files) if path.suffix in {".so", ".pyd"}] == []


def test_the_stack_tells_the_arn_of_the_layer_that_its_functions_use() -> None:
    output = template["Outputs"]["CoreLayerArn"]
    assert "Condition" not in output
    assert template["Globals"]["Function"]["Layers"] == [output["Value"]]
    assert resources[target(output["Value"])]["Type"] == "AWS::Serverless::LayerVersion"


def test_the_layer_is_built_of_wheels_for_any_platform_alone() -> None:
    makefile = (TEMPLATE.parent / "layers/core/Makefile").read_text()
    assert re.search(r"^PLAT \?= any$", makefile, re.MULTILINE)
    assert "--platform $(PLAT)" in makefile
    assert "--only-binary=:all:" in makefile


# --- durations, schedules, choices ---------------------------------------------------------------------------------


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
        "CoreLayerArn",
    }
    assert all(output["Description"] for output in template["Outputs"].values())


def test_the_template_fits_into_a_direct_deployment() -> None:
    assert TEMPLATE.stat().st_size < 51_200
