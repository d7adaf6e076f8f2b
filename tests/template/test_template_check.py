"""The template is one that CloudFormation takes; and each rule of the check notices the fault that it is for."""

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest

from scripts.template_check.check import check
from scripts.template_check.partitions import FEATURES, PARTITIONS
from scripts.template_check.problems import Problem
from scripts.template_check.rules import RANGE_RULES, SOURCE_RULES, STACK_RULES
from scripts.template_check.rules.lint import cfn_lint
from scripts.template_check.rules.schedules import BAD, GOOD, is_schedule
from scripts.template_check.source import ROOT, Template, load_template
from scripts.template_check.transformation import transform

template = load_template()
Mutation = Callable[[Template], None]


def problems_after(mutate: Mutation) -> list[Problem]:
    mutated = copy.deepcopy(template)
    mutate(mutated)
    assert mutated != template, "the fault is put back"
    return check(mutated, with_cfn_lint=False).problems


def properties(mutated: Template, name: str) -> dict[str, Any]:
    found: dict[str, Any] = mutated["Resources"][name]["Properties"]
    return found


def statement(mutated: Template, name: str, sid: str) -> dict[str, Any]:
    pending: list[Any] = [mutated["Resources"][name]]
    while pending:
        value = pending.pop()
        if isinstance(value, dict) and value.get("Sid") == sid:
            return value
        pending += value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    raise AssertionError(f"{name} has no statement {sid}")


def test_the_template_is_one_that_cloudformation_takes() -> None:
    result = check(template)
    assert [str(problem) for problem in result.problems] == []
    assert result.stacks >= 2 * len(PARTITIONS)


def test_the_check_transforms_as_the_sam_cli_does() -> None:
    locks = [(ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8") for name in ("dev", "sam", "emulator")]
    assert len({re.search(r"^aws-sam-translator==\S+", lock, re.MULTILINE)[0] for lock in locks}) == 1  # type: ignore[index]


# --- the faults, put back one by one ------------------------------------------------------------------------------

_FAULTS: list[tuple[str, str, Mutation]] = []


def fault(rule: str, where: str) -> Callable[[Mutation], Mutation]:
    """Remember a fault, and which rule reports it of which resource."""

    def remember(mutate: Mutation) -> Mutation:
        _FAULTS.append((rule, where, mutate))
        return mutate

    return remember


@fault("names-are-unique", "DigestSchedule")
def the_rule_of_the_digest_is_named_like_a_parameter(mutated: Template) -> None:
    events = properties(mutated, "Digest")["Events"]
    events["Schedule"] = events.pop("ScheduleRule")


@fault("names-are-unique", "DigestRole")
def a_role_is_named_like_a_parameter(mutated: Template) -> None:
    mutated["Parameters"]["DigestRole"] = {"Type": "String", "Default": ""}


@fault("names-are-unique", "ReporterScanEndedPermission")
def a_permission_is_named_like_a_parameter(mutated: Template) -> None:
    mutated["Parameters"]["ReporterScanEndedPermission"] = {"Type": "String", "Default": ""}


@fault("names-are-unique", "ReporterEventInvokeConfig")
def a_configuration_of_invocations_is_named_like_a_parameter(mutated: Template) -> None:
    mutated["Parameters"]["ReporterEventInvokeConfig"] = {"Type": "String", "Default": ""}


@fault("names-are-unique", "ReportTopic")
def a_resource_is_named_like_a_parameter(mutated: Template) -> None:
    mutated["Parameters"]["ReportTopic"] = {"Type": "String", "Default": ""}


@fault("names-are-unique", "ReporterScanEnded")
def sam_would_make_two_resources_of_one_name(mutated: Template) -> None:
    event = {"Type": "Schedule", "Properties": {"Schedule": "rate(1 day)"}}
    made = {"Handler": "reporter.lambda_handler", "Events": {"Ended": event}}
    mutated["Resources"]["ReporterScan"] = {"Type": "AWS::Serverless::Function", "Properties": made}


@fault("sam-transforms-it", "template")
def a_resource_is_named_like_what_sam_generates(mutated: Template) -> None:
    mutated["Resources"]["DigestRole"] = copy.deepcopy(mutated["Resources"]["ReportTopic"])


@fault("queue-policies-are-of-one-queue", "ImagesScanJobsQueuePolicy")
def one_policy_is_of_two_queues(mutated: Template) -> None:
    policy = properties(mutated, "ImagesScanJobsQueuePolicy")
    policy["Queues"].append({"Ref": "ImagesScanJobsDeadLetterQueue"})
    del mutated["Resources"]["ImagesScanJobsDeadLetterQueuePolicy"]


@fault("queue-policies-are-of-one-queue", "ImagesScanJobsQueuePolicy")
def one_statement_is_on_two_queues(mutated: Template) -> None:
    denied = statement(mutated, "ImagesScanJobsQueuePolicy", "TlsOnly")
    denied["Resource"] = [denied["Resource"], {"Fn::GetAtt": ["ImagesScanJobsDeadLetterQueue", "Arn"]}]


@fault("queue-policies-are-of-one-queue", "ScanEventsDeadLetterQueuePolicy")
def a_queue_policy_allows_what_is_none_of_sqs(mutated: Template) -> None:
    statement(mutated, "ScanEventsDeadLetterQueuePolicy", "EventBridge")["Action"] = "sns:Publish"


@fault("each-queue-and-topic-has-one-policy", "ReportTopic")
def a_topic_has_no_policy(mutated: Template) -> None:
    del mutated["Resources"]["ReportTopicPolicy"]


@fault("each-queue-and-topic-has-one-policy", "ReportTopicPolicy")
def a_topic_may_be_reached_over_plain_http(mutated: Template) -> None:
    statement(mutated, "ReportTopicPolicy", "TlsOnly")["Condition"] = {"Bool": {"aws:SecureTransport": "true"}}


@fault("topic-policies-name-actions-of-a-topic", "ReportTopicPolicy")
def a_topic_policy_is_out_of_its_scope(mutated: Template) -> None:
    statement(mutated, "ReportTopicPolicy", "TlsOnly")["Action"] = "sns:*"


@fault("topic-policies-name-actions-of-a-topic", "ReportTopicPolicy")
def a_topic_policy_is_on_another_topic(mutated: Template) -> None:
    statement(mutated, "ReportTopicPolicy", "TlsOnly")["Resource"] = {"Fn::Sub": "${ReportTopic}-other"}


@fault("lambda-filters-no-log-lines", "Reporter")
def lambda_formats_the_log(mutated: Template) -> None:
    properties(mutated, "Reporter")["LoggingConfig"]["LogFormat"] = "JSON"


@fault("lambda-filters-no-log-lines", "Digest")
def lambda_filters_the_log(mutated: Template) -> None:
    properties(mutated, "Digest")["LoggingConfig"] |= {"ApplicationLogLevel": {"Ref": "LogLevel"}}


@fault("lambda-filters-no-log-lines", "Reporter")
def a_log_is_kept_for_ever(mutated: Template) -> None:
    del properties(mutated, "Reporter")["LoggingConfig"]


@fault("tracing-follows-the-partition", "ImagesScanner")
def a_function_is_traced_in_china(mutated: Template) -> None:
    properties(mutated, "ImagesScanner")["Tracing"] = "Active"


@fault("architectures-are-the-layers-too", "Reporter")
def a_function_has_another_processor_than_was_asked_for(mutated: Template) -> None:
    properties(mutated, "Reporter")["Architectures"] = ["arm64"]


@fault("architectures-are-the-layers-too", "Reporter")
def the_layer_serves_one_processor(mutated: Template) -> None:
    properties(mutated, "CoreLayer")["CompatibleArchitectures"] = ["arm64"]


@fault("loops-that-are-meant-are-allowed", "ImagesScanner")
def lambda_stops_a_job_after_16_rounds(mutated: Template) -> None:
    del properties(mutated, "ImagesScanner")["RecursiveLoop"]


@fault("loops-that-are-meant-are-allowed", "ImagesScanner")
def recursion_is_configured_where_that_is_not_known_to_exist(mutated: Template) -> None:
    properties(mutated, "ImagesScanner")["RecursiveLoop"] = "Allow"


@fault("conditions-follow-from-the-table", "HasChat")
def there_is_a_topic_for_chat_in_another_partition(mutated: Template) -> None:
    mutated["Conditions"]["HasChat"]["Fn::And"][1] = {
        "Fn::Not": [{"Fn::Equals": [{"Ref": "AWS::Partition"}, "aws-us-gov"]}]
    }


@fault("every-failure-raises-an-alarm", "ScanEventsDeadLetterQueue")
def a_dead_letter_queue_fills_silently(mutated: Template) -> None:
    del mutated["Resources"]["EventsDeadLetterAlarm"]


@fault("every-failure-raises-an-alarm", "Digest")
def a_function_fails_silently(mutated: Template) -> None:
    del mutated["Resources"]["DigestErrorsAlarm"]


@fault("every-failure-raises-an-alarm", "RepositoriesScanner")
def the_schedule_stops_silently(mutated: Template) -> None:
    properties(mutated, "ScheduleAlarm")["TreatMissingData"] = "notBreaching"


@fault("every-failure-raises-an-alarm", "ImagesScanJobsQueue")
def jobs_wait_silently(mutated: Template) -> None:
    del mutated["Resources"]["JobsAgeAlarm"]


@fault("every-failure-raises-an-alarm", "ImagesScanJobsQueue")
def retries_raise_an_alarm(mutated: Template) -> None:
    properties(mutated, "JobsAgeAlarm")["Threshold"] = 3600


@fault("cloudwatch-can-publish-the-alarms", "AlarmTopic")
def the_topic_of_alarms_is_under_the_key_of_aws(mutated: Template) -> None:
    properties(mutated, "AlarmTopic")["KmsMasterKeyId"] = "alias/aws/sns"


@fault("cloudwatch-can-publish-the-alarms", "AlarmTopic")
def the_topic_of_alarms_does_not_let_cloudwatch_publish(mutated: Template) -> None:
    statement(mutated, "AlarmTopicPolicy", "CloudWatch")["Principal"] = {"Service": "events.amazonaws.com"}


@fault("cloudwatch-can-publish-the-alarms", "AlarmTopic")
def the_topic_of_alarms_lets_every_account_publish(mutated: Template) -> None:
    del statement(mutated, "AlarmTopicPolicy", "CloudWatch")["Condition"]


@fault("alarms-say-what-to-do", "ReporterErrorsAlarm")
def an_alarm_is_made_that_nobody_asked_for(mutated: Template) -> None:
    del mutated["Resources"]["ReporterErrorsAlarm"]["Condition"]
    properties(mutated, "ReporterErrorsAlarm")["AlarmActions"][0]["Fn::If"][0] = "HasAlarmEmail"


@fault("alarms-say-what-to-do", "JobsAgeAlarm")
def an_alarm_does_not_say_what_it_means(mutated: Template) -> None:
    del properties(mutated, "JobsAgeAlarm")["AlarmDescription"]


@fault("alarms-say-what-to-do", "JobsAgeAlarm")
def an_alarm_does_not_reach_the_customers_topic(mutated: Template) -> None:
    properties(mutated, "JobsAgeAlarm")["AlarmActions"].pop()


@fault("alarms-look-back-no-further-than-cloudwatch", "ScheduleAlarm")
def an_alarm_looks_back_further_than_cloudwatch(mutated: Template) -> None:
    properties(mutated, "ScheduleAlarm")["Period"] = 7200


@fault("alarms-look-back-no-further-than-cloudwatch", "ScheduleAlarm")
def an_alarm_of_short_periods_looks_back_further_than_a_day(mutated: Template) -> None:
    properties(mutated, "ScheduleAlarm")["Period"] = 1800


@fault("alarms-look-back-no-further-than-cloudwatch", "JobsAgeAlarm")
def an_alarm_has_a_period_that_cloudwatch_does_not_know(mutated: Template) -> None:
    properties(mutated, "JobsAgeAlarm")["Period"] = 90


@fault("events-that-fail-are-kept", "RepositoriesScanner")
def a_run_that_failed_is_lost(mutated: Template) -> None:
    del properties(mutated, "RepositoriesScanner")["EventInvokeConfig"]


@fault("events-that-fail-are-kept", "ReporterScanEnded")
def an_event_that_could_not_be_delivered_is_lost(mutated: Template) -> None:
    del properties(mutated, "Reporter")["Events"]["ScanEnded"]["Properties"]["DeadLetterConfig"]


@fault("batches-are-reached-in-time", "FindingEvents")
def a_batch_is_larger_than_the_time_allows(mutated: Template) -> None:
    properties(mutated, "FindingEvents")["BatchSize"] = 1000


@fault("batches-are-reached-in-time", "FindingEvents")
def a_large_batch_has_no_window(mutated: Template) -> None:
    del properties(mutated, "FindingEvents")["MaximumBatchingWindowInSeconds"]


@fault("batches-are-reached-in-time", "ImagesScanJobs")
def one_job_that_fails_fails_its_batch(mutated: Template) -> None:
    del properties(mutated, "ImagesScanJobs")["FunctionResponseTypes"]


@fault("messages-stay-hidden-long-enough", "FindingEventsQueue")
def a_message_is_seen_again_before_its_function_ends(mutated: Template) -> None:
    properties(mutated, "FindingEventsQueue")["VisibilityTimeout"] = 1800


@fault("retries-end-before-the-message-expires", "FindingEventsQueue")
def a_message_is_given_up_early(mutated: Template) -> None:
    properties(mutated, "FindingEventsQueue")["RedrivePolicy"]["maxReceiveCount"] = 3


@fault("retries-end-before-the-message-expires", "FindingEventsQueue")
def a_message_expires_before_its_last_try(mutated: Template) -> None:
    properties(mutated, "FindingEventsQueue")["MessageRetentionPeriod"] = 9000


@fault("retries-end-before-the-message-expires", "ImagesScanJobsQueue")
def a_dead_letter_queue_forgets_early(mutated: Template) -> None:
    properties(mutated, "ImagesScanJobsDeadLetterQueue")["MessageRetentionPeriod"] = 345_600


@fault("buckets-stay-but-not-when-their-stack-fails", "FindingsBucket")
def a_failed_first_deployment_leaves_a_bucket(mutated: Template) -> None:
    mutated["Resources"]["FindingsBucket"]["DeletionPolicy"] = "Retain"


@fault("buckets-stay-but-not-when-their-stack-fails", "FindingsBucket")
def a_replaced_bucket_is_deleted(mutated: Template) -> None:
    del mutated["Resources"]["FindingsBucket"]["UpdateReplacePolicy"]


@fault("nothing-that-keeps-data-is-named", "ScanLedger")
def a_table_has_a_name(mutated: Template) -> None:
    properties(mutated, "ScanLedger")["TableName"] = "ledger"


@fault("parameters-accept-schedules-alone", "ScanSchedule")
def a_parameter_accepts_a_wrong_plural(mutated: Template) -> None:
    loose = r"^(rate\([1-9][0-9]* (minutes?|hours?|days?)\)|cron\(.*\))$"
    mutated["Parameters"]["ScanSchedule"]["AllowedPattern"] = loose


@fault("parameters-accept-schedules-alone", "DigestSchedule")
def a_parameter_refuses_a_day_of_the_week(mutated: Template) -> None:
    pattern = mutated["Parameters"]["DigestSchedule"]["AllowedPattern"]
    mutated["Parameters"]["DigestSchedule"]["AllowedPattern"] = pattern.replace(r"\? [0-9A-Za-z", r"\? [0-9")


@fault("schedules-are-valid", "DigestScheduleRule")
def the_schedule_by_default_is_none(mutated: Template) -> None:
    schedule = properties(mutated, "Digest")["Events"]["ScheduleRule"]["Properties"]["Schedule"]
    schedule["Fn::If"][2] = "cron(0 7 * * MON *)"


@fault("schedules-are-valid", "RepositoriesScannerSchedule")
def the_default_of_a_parameter_is_no_schedule(mutated: Template) -> None:
    mutated["Parameters"]["ScanSchedule"]["Default"] = "rate(1 days)"


@fault("layers-are-the-stacks-own", "CoreLayer")
def two_stacks_share_the_layer(mutated: Template) -> None:
    del properties(mutated, "CoreLayer")["LayerName"]


@fault("names-fit", "CoreLayer")
def a_layers_name_is_too_long(mutated: Template) -> None:
    properties(mutated, "CoreLayer")["LayerName"] = {"Fn::Sub": "${AWS::StackName}-what-the-functions-need"}


@fault("names-fit", "Reporter")
def a_functions_name_is_too_long(mutated: Template) -> None:
    properties(mutated, "Reporter")["FunctionName"] = {"Fn::Sub": "${AWS::StackName}-reporter"}


@fault("references-resolve", "AlarmTopicPolicy")
def a_resource_is_made_without_what_it_refers_to(mutated: Template) -> None:
    mutated["Resources"]["AlarmTopicPolicy"]["Condition"] = "HasAlarms"


@fault("references-resolve", "Reporter")
def an_environment_refers_to_what_is_not_made(mutated: Template) -> None:
    properties(mutated, "Reporter")["Environment"]["Variables"]["CHAT_TOPIC_ARN"] = {"Ref": "ChatTopic"}


@fault("references-resolve", "ReportTopic")
def a_dependency_is_not_made(mutated: Template) -> None:
    mutated["Resources"]["ReportTopic"]["DependsOn"] = "ChatTopic"


@fault("references-resolve", "ChatTopicArn")
def an_output_is_of_what_is_not_made(mutated: Template) -> None:
    del mutated["Outputs"]["ChatTopicArn"]["Condition"]


@fault("references-resolve", "ReportTopic")
def a_condition_does_not_exist(mutated: Template) -> None:
    properties(mutated, "ReportTopic")["KmsMasterKeyId"]["Fn::If"][0] = "HasKey"


@fault("conditions-vary", "HasEventBus")
def a_condition_never_holds(mutated: Template) -> None:
    mutated["Conditions"]["HasEventBus"] = {"Fn::Equals": [{"Ref": "EventBusArn"}, "yes"]}


@fault("actions-fit-their-resources", "ReporterRole")
def an_action_does_not_exist(mutated: Template) -> None:
    statement(mutated, "Reporter", "WriteLedger")["Action"] = "dynamodb:WriteItem"


@fault("actions-fit-their-resources", "ReporterRole")
def an_action_does_not_take_its_resource(mutated: Template) -> None:
    statement(mutated, "Reporter", "SeeMissingObjects")["Resource"] = {"Fn::Sub": "${FindingsBucket.Arn}/*"}


@fault("actions-fit-their-resources", "RepositoriesScannerRole")
def an_action_without_a_resource_has_one(mutated: Template) -> None:
    tasks = {"Fn::Sub": "arn:${AWS::Partition}:ecs:${AWS::Region}:${AWS::AccountId}:task/*"}
    statement(mutated, "RepositoriesScanner", "ListClustersAndTasks")["Resource"] = tasks


@fault("actions-fit-their-resources", "ImagesScannerRole")
def an_action_is_on_the_resources_of_another_region(mutated: Template) -> None:
    arn = "arn:${AWS::Partition}:ecr:eu-west-3:${AWS::AccountId}:repository/*"
    statement(mutated, "ImagesScanner", "ScanImages")["Resource"] = {"Fn::Sub": arn}


@fault("actions-fit-their-resources", "ImagesScannerRole")
def an_action_is_on_the_resources_of_one_partition(mutated: Template) -> None:
    arn = "arn:aws:ecr:${AWS::Region}:${AWS::AccountId}:repository/*"
    statement(mutated, "ImagesScanner", "ScanImages")["Resource"] = {"Fn::Sub": arn}


@fault("managed-policies-exist", "DigestRole")
def a_managed_policy_does_not_exist(mutated: Template) -> None:
    policy = {"Fn::Sub": "arn:${AWS::Partition}:iam::aws:policy/AWSLambdaExecutionRole"}
    properties(mutated, "Digest")["Policies"].append(policy)


@fault("patterns-are-valid", "ReporterScanEnded")
def a_pattern_is_not_a_list(mutated: Template) -> None:
    pattern = properties(mutated, "Reporter")["Events"]["ScanEnded"]["Properties"]["Pattern"]
    pattern["detail"]["repository-name"] = {"exists": True}
    pattern["detail"]["repository-name"] = [{"is": "team/app"}, {"exists": True}]


@fault("patterns-match-the-recorded-events", "rules")
def a_pattern_does_not_match(mutated: Template) -> None:
    properties(mutated, "Reporter")["Events"]["ScanEnded"]["Properties"]["Pattern"]["source"] = ["aws.inspector2"]


@fault("patterns-match-the-recorded-events", "FindingEventsRule")
def a_pattern_matches_instances_too(mutated: Template) -> None:
    del properties(mutated, "FindingEventsRule")["EventPattern"]["resources"]


@pytest.mark.parametrize(
    ("rule", "where", "mutate"), _FAULTS, ids=[mutate.__name__.replace("_", " ") for *_, mutate in _FAULTS]
)
def test_a_fault_that_is_put_back_is_reported(rule: str, where: str, mutate: Mutation) -> None:
    problems = problems_after(mutate)
    # SAM adds a hash to the name of a layer.
    assert (rule, where) in {(problem.rule, re.sub("[0-9a-f]{10}$", "", problem.where)) for problem in problems}
    assert {problem.rule for problem in problems} == {rule}, [str(problem) for problem in problems]
    assert all(problem.source.startswith("https://") for problem in problems)


def test_every_rule_has_a_fault_that_it_notices() -> None:
    rules = {check.__name__.replace("_", "-") for check in (*SOURCE_RULES, *STACK_RULES, *RANGE_RULES)}
    assert {rule for rule, _, _ in _FAULTS} == rules | {"sam-transforms-it", "references-resolve"}


def test_cfn_lint_looks_at_what_sam_makes() -> None:
    mutated = copy.deepcopy(template)
    events = properties(mutated, "Digest")["Events"]
    events["Schedule"] = events.pop("ScheduleRule")
    properties(mutated, "ReportTopic")["DisplayNane"] = "a misspelt property"
    found = {(problem.where, problem.text[:5]) for problem in cfn_lint(transform(mutated, "us-east-1"), PARTITIONS[0])}
    assert {where for where, _ in found} == {"DigestSchedule", "ReportTopic"}
    assert {rule for _, rule in found} >= {"E3007", "E3002"}


# --- the grammar of schedules, and the table of partitions ---------------------------------------------------------


@pytest.mark.parametrize("expression", GOOD)
def test_a_schedule_of_eventbridge_is_known(expression: str) -> None:
    assert is_schedule(expression)


@pytest.mark.parametrize("expression", [*BAD, "cron(60 4 * * ? *)", "cron(0 4 32 * ? *)", "cron(0 4 ? * XYZ *)", ""])
def test_what_eventbridge_refuses_is_no_schedule(expression: str) -> None:
    assert not is_schedule(expression)


def test_every_condition_on_the_partition_is_in_the_table() -> None:
    by_partition = {name for name, condition in template["Conditions"].items() if "AWS::Partition" in str(condition)}
    assert by_partition == {feature.condition for feature in FEATURES if feature.condition}
