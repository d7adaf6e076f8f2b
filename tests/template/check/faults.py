"""Faults that are put back into the template, to see that a rule of the check notices each."""

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import pytest

from scripts.template_check.check import check
from scripts.template_check.rules import RANGE_RULES, SOURCE_RULES, STACK_RULES
from scripts.template_check.source import Template, load_template, statements
from tests.not_empty import not_empty

TEMPLATE = load_template()
Mutation = Callable[[Template], None]


def named(function: Callable[..., Any]) -> str:
    """Return the name of a rule as its problems say it."""
    return function.__name__.replace("_", "-")


@dataclass(frozen=True)
class Fault:
    """A change of the template, the rule that reports it, and of which resource."""

    rule: str
    where: str
    put_back: Mutation

    def problems(self) -> list[tuple[str, str, str]]:
        """Put the fault back, and return the rule, the place and the source of each problem that the check finds."""
        mutated = copy.deepcopy(TEMPLATE)
        self.put_back(mutated)
        assert mutated != TEMPLATE, "the fault is put back"
        problems = check(mutated, with_cfn_lint=False).problems
        # SAM adds a hash to the name of a layer.
        return [(problem.rule, re.sub("[0-9a-f]{10}$", "", problem.where), problem.source) for problem in problems]


class Faults:
    """The faults that the rules of one module have to notice."""

    def __init__(self, module: ModuleType, *others: str) -> None:
        """Take the module, and the names of rules that are no function of it."""
        rules = (*SOURCE_RULES, *STACK_RULES, *RANGE_RULES)
        self.expected = {named(rule) for rule in rules if rule.__module__ == module.__name__} | set(others)
        self._known: list[Fault] = []

    def fault(self, rule: str, where: str) -> Callable[[Mutation], Mutation]:
        """Remember a fault, and which rule reports it of which resource."""

        def remember(put_back: Mutation) -> Mutation:
            self._known.append(Fault(rule, where, put_back))
            return put_back

        return remember

    @property
    def noticed(self) -> set[str]:
        """The rules that have a fault."""
        return {fault.rule for fault in self._known}

    @property
    def each(self) -> pytest.MarkDecorator:
        """Runs a test with each fault."""
        names = [fault.put_back.__name__.replace("_", " ") for fault in not_empty(self._known)]
        return pytest.mark.parametrize("fault", self._known, ids=names)


def assert_reported(fault: Fault) -> None:
    """Fail when another rule than that of the fault reports it, or none, or one without a page of AWS to read."""
    problems = fault.problems()
    assert (fault.rule, fault.where) in {(rule, where) for rule, where, _ in problems}, problems
    assert {rule for rule, _, _ in problems} == {fault.rule}, problems
    assert [source for _, _, source in problems if not source.startswith("https://")] == []


def properties(mutated: Template, name: str) -> dict[str, Any]:
    """Return the properties of a resource."""
    found: dict[str, Any] = mutated["Resources"][name]["Properties"]
    return found


def statement(mutated: Template, name: str, sid: str) -> dict[str, Any]:
    """Return a statement of a resource."""
    (found,) = [each for each in statements(mutated["Resources"][name]) if each.get("Sid") == sid]
    return found
