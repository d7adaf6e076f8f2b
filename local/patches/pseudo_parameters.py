"""A condition of a template may refer to the partition, the region or the account.

Why: ministack resolves pseudo parameters everywhere but in Conditions, where `Ref: AWS::Partition` gives its own name.
Goes when: a stack with `!Equals [!Ref AWS::Partition, aws]` as a condition has it true on plain ministack.
"""

from typing import Any

from ministack.services.cloudformation import changesets, engine, handlers, stacks

from local.identity import ACCOUNT, REGION
from local.patches.replacing import original_of, replace

_VALUES = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::Region": REGION,
    "AWS::URLSuffix": "amazonaws.com",
}


def apply() -> None:
    """Evaluate conditions as if the pseudo parameters were parameters."""
    evaluate = original_of(engine, "_evaluate_conditions")
    pseudo = {name: {"Value": value} for name, value in _VALUES.items()}

    def evaluate_with_pseudo_parameters(template: dict[str, Any], params: dict[str, Any]) -> Any:
        return evaluate(template, pseudo | params)

    for module in (engine, changesets, handlers, stacks):
        replace(module, "_evaluate_conditions", evaluate_with_pseudo_parameters)
