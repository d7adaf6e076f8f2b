"""Alarms: CloudWatch accepts them, they reach people, and each failure has one."""

from collections.abc import Iterator
from typing import Any

from scripts.template_check.intrinsics import ACCOUNT
from scripts.template_check.problems import Finding, rule
from scripts.template_check.rules.queues import dead_letter_queues, readings
from scripts.template_check.source import as_list
from scripts.template_check.stacks import Stack

_PUT = "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"
_KEYS = "https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html"
_HOUR, _DAY, _WEEK = 3600, 86_400, 604_800
_SHORT_PERIODS = {10, 20, 30}
_SCHEDULED = "RepositoriesScanner"


@rule(_PUT)
def alarms_look_back_no_further_than_cloudwatch(stack: Stack) -> Iterator[Finding]:
    """Periods are 10, 20, 30 s or whole minutes; together a day at most, or a week where each is an hour or longer."""
    for name, alarm in _alarms(stack).items():
        period, periods = int(alarm["Period"]), int(alarm["EvaluationPeriods"])
        if period not in _SHORT_PERIODS and (period < 60 or period % 60):
            yield name, f"has a period of {period} s"
        longest = _WEEK if period >= _HOUR else _DAY
        if not 0 < period * periods <= longest:
            yield name, f"looks back {period * periods} s, CloudWatch {longest} s at most"


@rule("https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html")
def alarms_say_what_to_do(stack: Stack) -> Iterator[Finding]:
    """Each alarm has a description, and needs a parameter that asks for alarms."""
    is_asked = bool(stack.parameters.get("AlarmEmail") or stack.parameters.get("AlarmTopicArn"))
    for name, alarm in _alarms(stack).items():
        if not is_asked:
            yield name, "is made, and paid for, without a recipient"
        if not alarm.get("AlarmDescription"):
            yield name, "has no description"
        wanted = [stack.refs["AlarmTopic"]] if "AlarmTopic" in stack.resources else []
        wanted += [stack.parameters["AlarmTopicArn"]] if stack.parameters.get("AlarmTopicArn") else []
        if is_asked and alarm.get("AlarmActions") != wanted:
            yield name, f"notifies {alarm.get('AlarmActions')} instead of {wanted}"


@rule(f"{_KEYS}#compatibility-with-aws-services")
def cloudwatch_can_publish_the_alarms(stack: Stack) -> Iterator[Finding]:
    """The topic of alarms is not under alias/aws/sns, and its policy allows CloudWatch of this account to publish."""
    topics = {action for alarm in _alarms(stack).values() for action in alarm.get("AlarmActions", [])}
    for name, properties in stack.of_type("AWS::SNS::Topic").items():
        if stack.refs[name] not in topics:
            continue
        if properties.get("KmsMasterKeyId") == "alias/aws/sns":
            yield name, "is under alias/aws/sns, to whose key CloudWatch has no access"
        policies = stack.of_type("AWS::SNS::TopicPolicy").values()
        if not any(_lets_cloudwatch_publish(policy, stack.refs[name]) for policy in policies):
            yield name, "has no policy that lets CloudWatch publish"


@rule("https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html")
def every_failure_raises_an_alarm(stack: Stack) -> Iterator[Finding]:
    """Dead-letter queues, errors of functions, the schedule that does not run, and jobs that wait too long."""
    if not (stack.parameters.get("AlarmEmail") or stack.parameters.get("AlarmTopicArn")):
        return
    watched = {(alarm["MetricName"], alarm["Dimensions"][0]["Value"]): alarm for alarm in _alarms(stack).values()}
    metrics = [("Errors", name) for name in stack.of_type("AWS::Lambda::Function")]
    metrics += [("ApproximateNumberOfMessagesVisible", name) for name in sorted(dead_letter_queues(stack))]
    for metric, name in metrics:
        if (metric, _dimension(name, stack)) not in watched:
            yield name, f"has no alarm on {metric}"
    schedule = watched.get(("Invocations", _dimension(_SCHEDULED, stack)), {})
    if (schedule.get("TreatMissingData"), schedule.get("ComparisonOperator")) != ("breaching", "LessThanThreshold"):
        yield _SCHEDULED, "may not run without an alarm"
    for reading in readings(stack):
        age = watched.get(("ApproximateAgeOfOldestMessage", _dimension(reading.queue, stack)))
        if not age or age["Threshold"] < 2 * reading.receives * reading.visibility_seconds:
            yield reading.queue, "has no alarm on its oldest message that its normal retries do not raise"


def _alarms(stack: Stack) -> dict[str, dict[str, Any]]:
    return stack.of_type("AWS::CloudWatch::Alarm")


def _dimension(name: str, stack: Stack) -> str:
    """Return the value of the metric's dimension: the name of the queue or function."""
    return stack.arns[name].rsplit(":", 1)[-1]


def _lets_cloudwatch_publish(policy: dict[str, Any], topic: str) -> bool:
    return any(
        statement["Effect"] == "Allow"
        and isinstance(statement["Principal"], dict)
        and "cloudwatch.amazonaws.com" in as_list(statement["Principal"].get("Service", []))
        and "sns:Publish" in as_list(statement["Action"])
        and statement["Resource"] == topic
        and statement.get("Condition") == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
        for statement in policy["PolicyDocument"]["Statement"]
    )
