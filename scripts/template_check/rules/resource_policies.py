"""The policies of queues and topics, as SQS and SNS accept them."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from scripts.template_check.problems import Finding, rule
from scripts.template_check.source import as_list
from scripts.template_check.stacks import Stack

_SQS_PAGE = (
    "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-overview-of-managing-access.html"
)
_SNS_PAGE = "https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-language-api-permissions-reference.html"
# The actions of a topic's policy.
_TOPIC_ACTIONS = {
    *("sns:Publish", "sns:Subscribe", "sns:AddPermission", "sns:RemovePermission", "sns:DeleteTopic"),
    *("sns:GetTopicAttributes", "sns:SetTopicAttributes", "sns:ListSubscriptionsByTopic"),
    *("sns:GetDataProtectionPolicy", "sns:PutDataProtectionPolicy"),
}
_MAX_STATEMENTS = 20
TLS_ONLY = {"Bool": {"aws:SecureTransport": "false"}}


@rule(_SQS_PAGE)
def queue_policies_are_of_one_queue(stack: Stack) -> Iterator[Finding]:
    """A queue's policy has one queue, which is the only resource of each statement, and only actions of SQS."""
    for name, properties in stack.of_type("AWS::SQS::QueuePolicy").items():
        queues = properties["Queues"]
        if len(queues) != 1:
            yield name, f"is a policy of {len(queues)} queues: SQS takes one"
            continue
        arn = _arn_of(queues[0], stack)
        for statement in _statements(properties):
            if as_list(statement["Resource"]) != [arn]:
                yield name, "has a statement whose resource is not its queue alone"
            for action in as_list(statement["Action"]):
                if not action.startswith("sqs:"):
                    yield name, f"has the action {action}, which is none of SQS"


@rule(_SNS_PAGE)
def topic_policies_name_actions_of_a_topic(stack: Stack) -> Iterator[Finding]:
    """A topic's policy names only actions on a topic (`sns:*` is out of its scope), and its own topic."""
    for name, properties in stack.of_type("AWS::SNS::TopicPolicy").items():
        for statement in _statements(properties):
            for action in as_list(statement["Action"]):
                if action not in _TOPIC_ACTIONS:
                    yield name, f"has the action {action}, which a topic's policy does not take"
            if not set(as_list(statement["Resource"])) <= set(properties["Topics"]):
                yield name, "has a statement on another topic"


@rule("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html")
def each_queue_and_topic_has_one_policy(stack: Stack) -> Iterator[Finding]:
    """Each queue and topic has one policy, which denies plain HTTP: a second policy would replace the first."""
    policies = stack.of_type("AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")
    owners = [as_list(properties.get("Queues", properties.get("Topics"))) for properties in policies.values()]
    count = Counter(owner for those in owners for owner in those)
    for name in stack.of_type("AWS::SQS::Queue", "AWS::SNS::Topic"):
        if count[stack.refs[name]] != 1:
            yield name, f"has {count[stack.refs[name]]} policies, and needs one"
    for name, properties in policies.items():
        if not any(
            statement["Effect"] == "Deny" and statement["Principal"] == "*" and statement.get("Condition") == TLS_ONLY
            for statement in _statements(properties)
        ):
            yield name, "does not deny what comes without TLS"
        if len(_statements(properties)) > _MAX_STATEMENTS:
            yield name, f"has more than {_MAX_STATEMENTS} statements"


def _statements(properties: dict[str, Any]) -> list[dict[str, Any]]:
    return as_list(properties["PolicyDocument"]["Statement"])


def _arn_of(queue: str, stack: Stack) -> str:
    return next((arn for name, arn in stack.arns.items() if stack.refs[name] == queue), "")
