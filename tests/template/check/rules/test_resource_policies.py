"""Policies of queues and topics that are not of them, or that leave them open."""

from scripts.template_check.rules import resource_policies
from scripts.template_check.source import Template
from tests.template.check.faults import Fault, Faults, assert_reported, properties, statement

FAULTS = Faults(resource_policies)


@FAULTS.fault("queue-policies-are-of-one-queue", "ImagesScanJobsQueuePolicy")
def one_policy_is_of_two_queues(mutated: Template) -> None:
    policy = properties(mutated, "ImagesScanJobsQueuePolicy")
    policy["Queues"].append({"Ref": "ImagesScanJobsDeadLetterQueue"})
    del mutated["Resources"]["ImagesScanJobsDeadLetterQueuePolicy"]


@FAULTS.fault("queue-policies-are-of-one-queue", "ImagesScanJobsQueuePolicy")
def one_statement_is_on_two_queues(mutated: Template) -> None:
    denied = statement(mutated, "ImagesScanJobsQueuePolicy", "TlsOnly")
    denied["Resource"] = [denied["Resource"], {"Fn::GetAtt": ["ImagesScanJobsDeadLetterQueue", "Arn"]}]


@FAULTS.fault("queue-policies-are-of-one-queue", "ScanEventsDeadLetterQueuePolicy")
def a_queue_policy_allows_what_is_none_of_sqs(mutated: Template) -> None:
    statement(mutated, "ScanEventsDeadLetterQueuePolicy", "EventBridge")["Action"] = "sns:Publish"


@FAULTS.fault("each-queue-and-topic-has-one-policy", "ReportTopic")
def a_topic_has_no_policy(mutated: Template) -> None:
    del mutated["Resources"]["ReportTopicPolicy"]


@FAULTS.fault("each-queue-and-topic-has-one-policy", "ReportTopicPolicy")
def a_topic_may_be_reached_over_plain_http(mutated: Template) -> None:
    statement(mutated, "ReportTopicPolicy", "TlsOnly")["Condition"] = {"Bool": {"aws:SecureTransport": "true"}}


@FAULTS.fault("topic-policies-name-actions-of-a-topic", "ReportTopicPolicy")
def a_topic_policy_is_out_of_its_scope(mutated: Template) -> None:
    statement(mutated, "ReportTopicPolicy", "TlsOnly")["Action"] = "sns:*"


@FAULTS.fault("topic-policies-name-actions-of-a-topic", "ReportTopicPolicy")
def a_topic_policy_is_on_another_topic(mutated: Template) -> None:
    statement(mutated, "ReportTopicPolicy", "TlsOnly")["Resource"] = {"Fn::Sub": "${ReportTopic}-other"}


@FAULTS.each
def test_a_fault_that_is_put_back_is_reported(fault: Fault) -> None:
    assert_reported(fault)


def test_every_rule_has_a_fault_that_it_notices() -> None:
    assert FAULTS.noticed == FAULTS.expected
