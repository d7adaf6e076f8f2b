"""Alarms without a receiver, and failures without an alarm."""

from scripts.template_check.rules import alarms
from scripts.template_check.source import Template
from tests.template.check.faults import Fault, Faults, assert_reported, properties, statement

FAULTS = Faults(alarms)


@FAULTS.fault("every-failure-raises-an-alarm", "ScanEventsDeadLetterQueue")
def a_dead_letter_queue_fills_silently(mutated: Template) -> None:
    del mutated["Resources"]["EventsDeadLetterAlarm"]


@FAULTS.fault("every-failure-raises-an-alarm", "Digest")
def a_function_fails_silently(mutated: Template) -> None:
    del mutated["Resources"]["DigestErrorsAlarm"]


@FAULTS.fault("every-failure-raises-an-alarm", "RepositoriesScanner")
def the_schedule_stops_silently(mutated: Template) -> None:
    properties(mutated, "ScheduleAlarm")["TreatMissingData"] = "notBreaching"


@FAULTS.fault("every-failure-raises-an-alarm", "ImagesScanJobsQueue")
def jobs_wait_silently(mutated: Template) -> None:
    del mutated["Resources"]["JobsAgeAlarm"]


@FAULTS.fault("every-failure-raises-an-alarm", "ImagesScanJobsQueue")
def retries_raise_an_alarm(mutated: Template) -> None:
    properties(mutated, "JobsAgeAlarm")["Threshold"] = 3600


@FAULTS.fault("cloudwatch-can-publish-the-alarms", "AlarmTopic")
def the_topic_of_alarms_is_under_the_key_of_aws(mutated: Template) -> None:
    properties(mutated, "AlarmTopic")["KmsMasterKeyId"] = "alias/aws/sns"


@FAULTS.fault("cloudwatch-can-publish-the-alarms", "AlarmTopic")
def the_topic_of_alarms_does_not_let_cloudwatch_publish(mutated: Template) -> None:
    statement(mutated, "AlarmTopicPolicy", "CloudWatch")["Principal"] = {"Service": "events.amazonaws.com"}


@FAULTS.fault("cloudwatch-can-publish-the-alarms", "AlarmTopic")
def the_topic_of_alarms_lets_every_account_publish(mutated: Template) -> None:
    del statement(mutated, "AlarmTopicPolicy", "CloudWatch")["Condition"]


@FAULTS.fault("alarms-say-what-to-do", "ReporterErrorsAlarm")
def an_alarm_is_made_without_a_receiver(mutated: Template) -> None:
    del mutated["Resources"]["ReporterErrorsAlarm"]["Condition"]
    properties(mutated, "ReporterErrorsAlarm")["AlarmActions"][0]["Fn::If"][0] = "HasAlarmEmail"


@FAULTS.fault("alarms-say-what-to-do", "JobsAgeAlarm")
def an_alarm_does_not_say_what_it_means(mutated: Template) -> None:
    del properties(mutated, "JobsAgeAlarm")["AlarmDescription"]


@FAULTS.fault("alarms-say-what-to-do", "JobsAgeAlarm")
def an_alarm_does_not_reach_the_customers_topic(mutated: Template) -> None:
    properties(mutated, "JobsAgeAlarm")["AlarmActions"].pop()


@FAULTS.fault("alarms-look-back-no-further-than-cloudwatch", "ScheduleAlarm")
def an_alarm_looks_back_further_than_cloudwatch(mutated: Template) -> None:
    properties(mutated, "ScheduleAlarm")["Period"] = 7200


@FAULTS.fault("alarms-look-back-no-further-than-cloudwatch", "ScheduleAlarm")
def an_alarm_of_short_periods_looks_back_further_than_a_day(mutated: Template) -> None:
    properties(mutated, "ScheduleAlarm")["Period"] = 1800


@FAULTS.fault("alarms-look-back-no-further-than-cloudwatch", "JobsAgeAlarm")
def an_alarm_has_a_period_that_cloudwatch_does_not_know(mutated: Template) -> None:
    properties(mutated, "JobsAgeAlarm")["Period"] = 90


@FAULTS.each
def test_a_fault_that_is_put_back_is_reported(fault: Fault) -> None:
    assert_reported(fault)


def test_every_rule_has_a_fault_that_it_notices() -> None:
    assert FAULTS.noticed == FAULTS.expected
