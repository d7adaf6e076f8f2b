"""The possible stacks of the template: in each partition, with each optional parameter on and off."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from scripts.template_check.intrinsics import Evaluation
from scripts.template_check.partitions import PARTITIONS, Partition
from scripts.template_check.source import Resource, Template
from scripts.template_check.transformation import transform

# For each parameter of a condition, a value that changes the condition.
ON = {
    "KmsKeyArn": "arn:{partition}:kms:{region}:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    "PermissionsBoundary": "arn:{partition}:iam::123456789012:policy/boundary",
    "EcsDiscoveryEnabled": "True",
    "EcsDiscoveryRoles": "arn:{partition}:iam::210987654321:role/a,arn:{partition}:iam::210987654322:role/b",
    "DigestSchedule": "rate(1 day)",
    "NotificationMode": "BOTH",
    "ChatNotifications": "True",
    "EventBusArn": "arn:{partition}:events:{region}:123456789012:event-bus/ours",
    "SecurityHubEnabled": "True",
    "InspectorFindings": "True",
    "AnalyticsEnabled": "True",
    "AlarmEmail": "operators@example.com",
    "AlarmTopicArn": "arn:{partition}:sns:{region}:123456789012:operators",
    "ScheduleAlarmHours": "168",
    "EnableInventory": "True",
    "ExploitFeedsBucket": "feeds",
    "EnableApi": "True",
    "ScanConfigsOnly": "True",
    "ApiAuthorization": "JWT",
    "ApiCorsOrigins": "https://dashboard.example.com",
    "Architecture": "x86_64",
    **{f"NotificationEmail{number}": "security@example.com" for number in ("", "2", "3", "4", "5")},
}


@dataclass(frozen=True)
class Stack:
    """One stack, its intrinsic functions evaluated.

    `refs` and `arns` have the values of `!Ref` and `!GetAtt ....Arn`; `missing` has the unresolved references.
    """

    partition: Partition
    parameters: Mapping[str, str]
    conditions: Mapping[str, bool]
    resources: Mapping[str, Resource]
    refs: Mapping[str, str]
    arns: Mapping[str, str]
    missing: Sequence[tuple[str, str]]

    def of_type(self, *types: str) -> dict[str, dict[str, Any]]:
        """Return the properties of the resources of these types, by logical id."""
        return {
            name: resource.get("Properties", {})
            for name, resource in self.resources.items()
            if resource["Type"] in types
        }


def choices() -> list[dict[str, str]]:
    """Return the sets of parameters to check: all off, all on, each alone."""
    return [{}, ON, *({name: value} for name, value in ON.items())]


def stacks(template: Template) -> Iterator[Stack]:
    """Yield each stack. Raises RefusedBySamError."""
    for partition in PARTITIONS:
        transformed = transform(template, partition.region)
        for choice in choices():
            yield stack(transformed, partition, choice)


def stack(transformed: Template, partition: Partition, choice: Mapping[str, str]) -> Stack:
    """Evaluate a transformed template with these parameters."""
    words = {"partition": partition.name, "region": partition.region}
    parameters = {name: value.format(**words) for name, value in choice.items()}
    evaluation = Evaluation(transformed, partition, parameters)
    resources, missing = {}, []
    for name, resource in evaluation.made.items():
        resources[name] = resource | {"Properties": evaluation.value(resource.get("Properties", {}))}
        missing += [(name, f"depends on {other}, which is not made") for other in _dependencies(resource, evaluation)]
        missing += [(name, text) for text in evaluation.missing]
        evaluation.missing.clear()
    for name, output in transformed.get("Outputs", {}).items():
        if "Condition" not in output or evaluation.holds(output["Condition"]):
            evaluation.value(output["Value"])
        missing += [(name, text) for text in evaluation.missing]
        evaluation.missing.clear()
    conditions = {name: evaluation.holds(name) for name in transformed["Conditions"]}
    refs = {name: str(evaluation.ref(name)) for name in resources}
    arns = {name: str(evaluation.attribute(name, "Arn")) for name in resources}
    return Stack(partition, parameters, conditions, resources, refs, arns, missing)


def _dependencies(resource: Resource, evaluation: Evaluation) -> list[str]:
    names = resource.get("DependsOn", [])
    return [name for name in ([names] if isinstance(names, str) else names) if name not in evaluation.made]
