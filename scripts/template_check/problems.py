"""Rules, and the problems that they report."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import wraps
from typing import TypeVar

Input = TypeVar("Input")
# A logical id or a parameter, and a sentence about it.
Finding = tuple[str, str]


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """Something that AWS would refuse, or would do otherwise than intended.

    `where` is a logical id or a parameter, `source` the page of AWS with the rule.
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
    """Return a decorator that makes a rule of a function; `source` is the page of AWS with the rule."""

    def decorate(find: Callable[[Input], Iterator[Finding]]) -> Callable[[Input], Iterator[Problem]]:
        name = find.__name__.replace("_", "-")

        @wraps(find)
        def check(looked_at: Input) -> Iterator[Problem]:
            for where, text in find(looked_at):
                yield Problem(where, text, name, source)

        return check

    return decorate
