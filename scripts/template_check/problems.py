"""What a rule reports, and how a rule is made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

Input = TypeVar("Input")
# Where, and what: a logical id or a parameter, and a sentence.
Finding = tuple[str, str]


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """Something that AWS would refuse, or would do otherwise than meant.

    `where` is a logical id or a parameter, `source` the page of AWS that has the rule.
    """

    where: str
    text: str
    rule: str
    source: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text} ({self.rule}, {self.source})"


def rule(
    source: str,
) -> Callable[[Callable[[Input], Iterator[Finding]]], Callable[[Input], Iterator[Problem]]]:
    """Make a rule of a function that yields findings; it is named like the function, `source` is the page of AWS."""

    def decorate(find: Callable[[Input], Iterator[Finding]]) -> Callable[[Input], Iterator[Problem]]:
        name = find.__name__.replace("_", "-")

        @wraps(find)
        def check(looked_at: Input) -> Iterator[Problem]:
            for where, text in find(looked_at):
                yield Problem(where, text, name, source)

        return check

    return decorate
