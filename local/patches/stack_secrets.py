"""A secret of a stack is as in AWS: `Ref` is its ARN, and its generated text has no characters that are excluded.

Why: ministack's CloudFormation gives the name for `Ref`, and of the exclusions reads ExcludeCharacters alone.
Goes when: `Ref` gives the ARN, and `ExcludePunctuation: true` a text without punctuation, on plain ministack.
"""

import string
from typing import Any

from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

from local.patches.replacing import original_of, replace

Properties = dict[str, Any]
_KINDS = {
    "ExcludeLowercase": string.ascii_lowercase,
    "ExcludeNumbers": string.digits,
    "ExcludePunctuation": string.punctuation,
    "ExcludeUppercase": string.ascii_uppercase,
}


def apply() -> None:
    """Name the excluded characters one by one, and make the ARN the physical id."""
    handler = original_of(provisioners, "_RESOURCE_HANDLERS")["AWS::SecretsManager::Secret"]
    create, update, delete = handler["create"], handler["update"], handler["delete"]
    find = original_of(secretsmanager, "_resolve")

    def secret_string(properties: Properties) -> str:
        return str(original(_with_characters(properties)))

    def create_secret(logical_id: str, properties: Properties, stack_name: str) -> Any:
        _, attributes = create(logical_id, properties, stack_name)
        return attributes["Id"], attributes

    def update_secret(physical_id: str, old: Properties, new: Properties, *rest: Any, **named: Any) -> Any:
        _, attributes = update(find(physical_id)[0], old, new, *rest, **named)
        return attributes["Id"], attributes

    def delete_secret(physical_id: str, properties: Properties) -> Any:
        return delete(find(physical_id)[0], properties)

    original = replace(provisioners, "_sm_secret_string", secret_string)
    handler |= {"create": create_secret, "update": update_secret, "delete": delete_secret}


def _with_characters(properties: Properties) -> Properties:
    given = properties.get("GenerateSecretString")
    if not given:
        return properties
    excluded = "".join(letters for kind, letters in _KINDS.items() if str(given.get(kind)).lower() == "true")
    given = {
        **given,
        "ExcludeCharacters": given.get("ExcludeCharacters", "") + excluded,
        "PasswordLength": int(given.get("PasswordLength", 32)),
    }
    return {**properties, "GenerateSecretString": given}
