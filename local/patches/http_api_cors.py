"""The CorsConfiguration of a template takes effect.

Why: ministack's CloudFormation stores it in the template's spelling (AllowOrigins), and reads the API's (allowOrigins).
Goes when: a stack with CorsConfiguration answers a preflight on plain ministack.
"""

from typing import Any

from ministack.services.cloudformation import provisioners

from local.patches.replacing import original_of

Properties = dict[str, Any]


def apply() -> None:
    """Spell the configuration as the API does when an API is created or updated."""
    handler = original_of(provisioners, "_RESOURCE_HANDLERS")["AWS::ApiGatewayV2::Api"]
    create, update = handler["create"], handler["update"]

    def create_api(logical_id: str, properties: Properties, stack_name: str) -> Any:
        return create(logical_id, _spelt(properties), stack_name)

    def update_api(physical_id: str, old: Properties, new: Properties, *rest: Any, **named: Any) -> Any:
        return update(physical_id, _spelt(old), _spelt(new), *rest, **named)

    handler["create"], handler["update"] = create_api, update_api


def _spelt(properties: Properties) -> Properties:
    cors = properties.get("CorsConfiguration")
    if not cors:
        return properties
    return {**properties, "CorsConfiguration": {name[:1].lower() + name[1:]: value for name, value in cors.items()}}
