"""Storage: it survives updates, and a failed first deployment leaves none."""

from collections.abc import Iterator

from scripts.template_check.problems import Finding, rule
from scripts.template_check.stacks import Stack

_PAGE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html"


@rule(_PAGE)
def buckets_stay_but_not_when_their_stack_fails(stack: Stack) -> Iterator[Finding]:
    """A bucket stays with its objects, except when the creation of its stack fails."""
    for name in stack.of_type("AWS::S3::Bucket"):
        resource = stack.resources[name]
        policies = resource.get("DeletionPolicy"), resource.get("UpdateReplacePolicy")
        if policies != ("RetainExceptOnCreate", "Retain"):
            yield name, f"has DeletionPolicy {policies[0]} and UpdateReplacePolicy {policies[1]}"


@rule("https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-updating-stacks-update-behaviors.html")
def nothing_that_keeps_data_is_named(stack: Stack) -> Iterator[Finding]:
    """A table, bucket, queue or topic has no fixed name: it can be replaced, and an account can have two stacks."""
    names = {
        "AWS::DynamoDB::Table": "TableName",
        "AWS::S3::Bucket": "BucketName",
        "AWS::SQS::Queue": "QueueName",
        "AWS::SNS::Topic": "TopicName",
    }
    for kind, key in names.items():
        for name, properties in stack.of_type(kind).items():
            if key in properties:
                yield name, f"is named by {key}"
