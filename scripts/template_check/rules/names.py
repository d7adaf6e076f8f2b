"""Names: unique, and short enough for a stack with the longest name."""

import re
from collections.abc import Iterator

from scripts.template_check.intrinsics import STACK, STACK_ID
from scripts.template_check.partitions import PARTITIONS
from scripts.template_check.problems import Finding, rule
from scripts.template_check.source import Template
from scripts.template_check.stacks import Stack
from scripts.template_check.transformation import generated_ids

# The maximum length of each property that the template writes.
LENGTHS = {
    ("AWS::Logs::LogGroup", "LogGroupName"): 512,
    ("AWS::Lambda::LayerVersion", "LayerName"): 140,
    ("AWS::Lambda::LayerVersion", "Description"): 256,
    ("AWS::Lambda::Function", "FunctionName"): 64,
    ("AWS::Lambda::Function", "Description"): 256,
    ("AWS::SQS::Queue", "QueueName"): 80,
    ("AWS::SNS::Topic", "TopicName"): 256,
    ("AWS::SNS::Topic", "DisplayName"): 100,
    ("AWS::DynamoDB::Table", "TableName"): 255,
    ("AWS::S3::Bucket", "BucketName"): 63,
    ("AWS::Events::Rule", "Name"): 64,
    ("AWS::Events::Rule", "Description"): 512,
    ("AWS::IAM::Role", "RoleName"): 64,
    ("AWS::CloudWatch::Alarm", "AlarmName"): 255,
    ("AWS::CloudWatch::Alarm", "AlarmDescription"): 1024,
    ("AWS::Athena::WorkGroup", "Name"): 128,
    ("AWS::Athena::WorkGroup", "Description"): 1024,
}


@rule("https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html")
def names_are_unique(template: Template) -> Iterator[Finding]:
    """Each logical id is unique among parameters, resources and what SAM generates for each resource.

    SAM names its resources by the resource and the event: `<function><event>`, `<function><event>Permission`,
    `<function>Role`, `<function>EventInvokeConfig`, `<layer><hash>`.
    """
    owners: dict[str, str] = dict.fromkeys(template["Parameters"], "a parameter")
    plain = {name for name, value in template["Resources"].items() if not value["Type"].startswith("AWS::Serverless")}
    generated = generated_ids(template, PARTITIONS[0].region)
    for owner, names in [
        ("a resource", plain),
        *((f"what SAM makes of {name}", ids) for name, ids in generated.items()),
    ]:
        for name in sorted(names):
            if name in owners:
                yield name, f"is {owners[name]} and {owner}: CloudFormation demands unique names"
            owners[name] = owner


@rule("https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html")
def names_fit(stack: Stack) -> Iterator[Finding]:
    """Each name and description is within its service's length, for a stack name of 128 characters."""
    for name, resource in stack.resources.items():
        for key, value in resource["Properties"].items():
            limit = LENGTHS.get((resource["Type"], key))
            if limit and len(str(value)) > limit:
                yield name, f"{key} has {len(str(value))} characters with the longest stack name, {limit} are allowed"
        if not re.fullmatch(r"[A-Za-z0-9]{1,255}", name):
            yield name, "is not alphanumeric"


@rule("https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html")
def layers_are_the_stacks_own(stack: Stack) -> Iterator[Finding]:
    """A layer's name begins with the stack's, so that two stacks of a region do not share one layer's versions."""
    for name, properties in stack.of_type("AWS::Lambda::LayerVersion").items():
        if not str(properties.get("LayerName", "")).startswith(STACK):
            yield name, f"is named {properties.get('LayerName')!r} in every stack of the account and region"


@rule("https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html")
def databases_are_the_stacks_own_and_athena_takes_their_names(stack: Stack) -> Iterator[Finding]:
    """A database of Athena has a name, which CloudFormation cannot make; no other stack has the same."""
    own = STACK_ID.rpartition("/")[2].partition("-")[0]
    for name, properties in stack.of_type("AWS::Glue::Database").items():
        given = str(properties["DatabaseInput"].get("Name", ""))
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,254}", given):
            yield name, f"is named {given!r}: Athena takes small letters, digits and underscores"
        elif own not in given:
            yield name, f"is named {given!r} in every stack of the account and region"


@rule("https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateWorkGroup.html")
def workgroups_are_the_stacks_own(stack: Stack) -> Iterator[Finding]:
    """The name of a workgroup, which it must have, begins with the stack's."""
    for name, properties in stack.of_type("AWS::Athena::WorkGroup").items():
        if not str(properties["Name"]).startswith(STACK):
            yield name, f"is named {properties['Name']!r} in every stack of the account and region"
