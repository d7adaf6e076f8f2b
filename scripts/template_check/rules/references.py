"""References: each leads to a resource of the stack, and each condition can be true and false."""

from collections.abc import Iterator, Sequence

from scripts.template_check.problems import Finding, rule
from scripts.template_check.stacks import Stack

_PAGE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide"


@rule(f"{_PAGE}/intrinsic-function-reference-conditions.html")
def references_resolve(stack: Stack) -> Iterator[Finding]:
    """`!Ref`, `!GetAtt`, `!Sub`, `DependsOn` and conditions refer to resources of this stack."""
    yield from stack.missing


@rule(f"{_PAGE}/conditions-section-structure.html")
def conditions_vary(stacks: Sequence[Stack]) -> Iterator[Finding]:
    """Each condition is true in one stack and false in another, so that the check reads both branches."""
    for name in stacks[0].conditions:
        values = {stack.conditions[name] for stack in stacks}
        if len(values) == 1:
            yield name, f"is {values.pop()} whatever the parameters of the check (ON in stacks.py)"
