"""A parameter may set the maximum concurrency of an SQS event source.

Why: the value of a parameter is a text in CloudFormation, and ministack compares MaximumConcurrency with a number: with
`!Ref ScannerConcurrency` the queue would never be read.
Goes when: ministack's CloudFormation turns ScalingConfig.MaximumConcurrency into a number.
"""

from typing import Any

from ministack.services.cloudformation import provisioners

from local.patches.replacing import original_of

Properties = dict[str, Any]


def apply() -> None:
    """Convert the text to a number when a mapping is created or updated."""
    handler = original_of(provisioners, "_RESOURCE_HANDLERS")["AWS::Lambda::EventSourceMapping"]
    create, update = handler["create"], handler["update"]

    def create_mapping(logical_id: str, properties: Properties, stack_name: str) -> Any:
        return create(logical_id, _with_number(properties), stack_name)

    def update_mapping(physical_id: str, old: Properties, new: Properties, stack_name: str) -> Any:
        return update(physical_id, _with_number(old), _with_number(new), stack_name)

    handler["create"], handler["update"] = create_mapping, update_mapping


def _with_number(properties: Properties) -> Properties:
    scaling = properties.get("ScalingConfig")
    if not scaling:
        return properties
    return {**properties, "ScalingConfig": {**scaling, "MaximumConcurrency": int(scaling["MaximumConcurrency"])}}
