"""Evaluates intrinsic functions as CloudFormation does, with made-up names for the resources."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from scripts.template_check.partitions import Partition
from scripts.template_check.source import Resource, Template

ACCOUNT = "123456789012"
# The longest name of a stack.
STACK = "s" * 128
STACK_ID = f"arn:{{partition}}:cloudformation:{{region}}:{ACCOUNT}:stack/{STACK}/51af3dc0-da77-11e4-872e-1234567db123"
NOTHING = object()  # AWS::NoValue

_ARNS = {
    "AWS::DynamoDB::Table": "arn:{partition}:dynamodb:{region}:{account}:table/{name}",
    "AWS::Events::Rule": "arn:{partition}:events:{region}:{account}:rule/{name}",
    "AWS::IAM::Role": "arn:{partition}:iam::{account}:role/{name}",
    "AWS::Lambda::Function": "arn:{partition}:lambda:{region}:{account}:function:{name}",
    "AWS::Lambda::LayerVersion": "arn:{partition}:lambda:{region}:{account}:layer:{name}:1",
    "AWS::Logs::LogGroup": "arn:{partition}:logs:{region}:{account}:log-group:{name}:*",
    "AWS::S3::Bucket": "arn:{partition}:s3:::{name}",
    # https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html
    "AWS::SecretsManager::Secret": "arn:{partition}:secretsmanager:{region}:{account}:secret:{name}-AbCdEf",
    "AWS::SNS::Topic": "arn:{partition}:sns:{region}:{account}:{name}",
    "AWS::SQS::Queue": "arn:{partition}:sqs:{region}:{account}:{name}",
}
_REF_IS_ARN = ("AWS::SNS::Topic", "AWS::Lambda::LayerVersion", "AWS::SecretsManager::Secret")
# https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
_ID_IS_ARN = ("AWS::SecretsManager::Secret",)
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


class Evaluation:
    """A template's values in one partition, for one set of parameters; `missing` collects unresolved references."""

    def __init__(self, template: Template, partition: Partition, parameters: Mapping[str, str]) -> None:
        self._template = template
        self._partition = partition
        self._values: dict[str, Any] = {
            "AWS::Partition": partition.name,
            "AWS::Region": partition.region,
            "AWS::AccountId": ACCOUNT,
            "AWS::StackName": STACK,
            "AWS::StackId": STACK_ID.format(partition=partition.name, region=partition.region),
            "AWS::URLSuffix": partition.url_suffix,
            "AWS::NoValue": NOTHING,
            **{name: str(value.get("Default", "")) for name, value in template["Parameters"].items()},
            **parameters,
        }
        self.missing: list[str] = []
        self.made: dict[str, Resource] = {
            name: resource
            for name, resource in template["Resources"].items()
            if "Condition" not in resource or self.holds(resource["Condition"])
        }

    def holds(self, condition: str) -> bool:
        """Evaluate a condition."""
        if condition not in self._template["Conditions"]:
            self.missing.append(f"there is no condition {condition}")
            return False
        return bool(self._condition(self._template["Conditions"][condition]))

    def value(self, expression: Any) -> Any:
        """Evaluate a value; NOTHING for AWS::NoValue."""
        if isinstance(expression, list):
            values = [self.value(entry) for entry in expression]
            return [value for value in values if value is not NOTHING]
        if not isinstance(expression, dict):
            return expression
        if len(expression) == 1:
            ((function, argument),) = expression.items()
            if function in _FUNCTIONS:
                return _FUNCTIONS[function](self, argument)
        values_by_key = {key: self.value(entry) for key, entry in expression.items()}
        return {key: value for key, value in values_by_key.items() if value is not NOTHING}

    def _condition(self, expression: Any) -> Any:
        if isinstance(expression, dict) and "Condition" in expression:
            return self.holds(expression["Condition"])
        if isinstance(expression, dict) and len(expression) == 1:
            ((function, argument),) = expression.items()
            if function in _TESTS:
                return _TESTS[function]([self._condition(entry) for entry in argument])
        return self.value(expression)

    def ref(self, name: str) -> Any:
        """Return the value of `!Ref`."""
        if name in self._values:
            return self._values[name]
        if name not in self.made:
            self.missing.append(f"refers to {name}, which is not made")
            return NOTHING
        if self.made[name]["Type"] == "AWS::SQS::Queue":
            return f"https://sqs.{self._partition.region}.{self._partition.url_suffix}/{ACCOUNT}/{self._name(name)}"
        return self._arn(name) if self.made[name]["Type"] in _REF_IS_ARN else self._name(name)

    def attribute(self, name: str, attribute: str) -> Any:
        """Return the value of `!GetAtt`."""
        if name not in self.made:
            self.missing.append(f"refers to {name}.{attribute}, which is not made")
            return NOTHING
        is_arn = attribute.endswith("Arn") or (attribute == "Id" and self.made[name]["Type"] in _ID_IS_ARN)
        return self._arn(name) if is_arn else self._name(name)

    def choice(self, argument: list[Any]) -> Any:
        """Return the value of `!If`."""
        return self.value(argument[1] if self.holds(argument[0]) else argument[2])

    def substituted(self, argument: Any) -> str:
        """Return the value of `!Sub`."""
        text, given = (argument, {}) if isinstance(argument, str) else argument

        def named(found: re.Match[str]) -> str:
            name = found[1].strip()
            if name in given:
                return str(self.value(given[name]))
            return str(self.attribute(*name.split(".", 1)) if "." in name else self.ref(name))

        return _VARIABLE.sub(named, text).replace("${!", "${")

    def _name(self, name: str) -> str:
        return f"{name}-1A2B3C4D5E6F"

    def _arn(self, name: str) -> str:
        form = _ARNS.get(self.made[name]["Type"], "arn:{partition}:unknown:::{name}")
        values = {"partition": self._partition.name, "region": self._partition.region, "account": ACCOUNT}
        return form.format(**values, name=self._name(name))


_FUNCTIONS: dict[str, Callable[[Evaluation, Any], Any]] = {
    "Ref": lambda evaluation, name: evaluation.ref(name),
    "Fn::GetAtt": lambda evaluation, path: evaluation.attribute(*path),
    "Fn::Sub": lambda evaluation, argument: evaluation.substituted(argument),
    "Fn::If": lambda evaluation, argument: evaluation.choice(argument),
    "Fn::Select": lambda evaluation, argument: evaluation.value(argument[1])[int(argument[0])],
    "Fn::Split": lambda evaluation, argument: evaluation.value(argument[1]).split(argument[0]),
    "Fn::Join": lambda evaluation, argument: argument[0].join(evaluation.value(argument[1])),
}
_TESTS: dict[str, Callable[[list[Any]], bool]] = {
    "Fn::Equals": lambda values: values[0] == values[1],
    "Fn::Not": lambda values: not values[0],
    "Fn::And": all,
    "Fn::Or": any,
}
