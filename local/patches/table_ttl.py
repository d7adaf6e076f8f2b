"""A table's TimeToLiveSpecification takes effect.

Why: ministack's CloudFormation drops the property, so items would never expire and DescribeTimeToLive would say so.
Goes when: a stack with TimeToLiveSpecification leaves DescribeTimeToLive ENABLED on plain ministack.
"""

from typing import Any

from ministack.services import dynamodb
from ministack.services.cloudformation import provisioners

from local.patches.replacing import original_of


def apply() -> None:
    """Set the TTL after a table is created or updated."""
    handler = original_of(provisioners, "_RESOURCE_HANDLERS")["AWS::DynamoDB::Table"]
    create, update_ttl = handler["create"], original_of(dynamodb, "_update_ttl")

    def create_with_ttl(logical_id: str, properties: dict[str, Any], stack_name: str) -> Any:
        result = create(logical_id, properties, stack_name)
        name = result[0] if isinstance(result, tuple) else result
        ttl = properties.get("TimeToLiveSpecification")
        if ttl:
            enabled = str(ttl.get("Enabled")).lower() == "true"
            update_ttl({"TableName": name, "TimeToLiveSpecification": {**ttl, "Enabled": enabled}})
        return result

    handler["create"] = create_with_ttl
