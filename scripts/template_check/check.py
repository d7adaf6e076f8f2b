"""The whole check of a template."""

from dataclasses import dataclass

from scripts.template_check.partitions import PARTITIONS
from scripts.template_check.problems import Problem
from scripts.template_check.rules import RANGE_RULES, SOURCE_RULES, STACK_RULES
from scripts.template_check.rules.lint import cfn_lint
from scripts.template_check.rules.references import references_resolve
from scripts.template_check.source import Template
from scripts.template_check.stacks import stacks
from scripts.template_check.transformation import RefusedBySamError, transform

_SAM_PAGE = "https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-generated-resources.html"


@dataclass(frozen=True, slots=True)
class Result:
    """The extent of the check, and each problem once."""

    stacks: int
    rules: int
    problems: list[Problem]


def check(template: Template, *, with_cfn_lint: bool = True) -> Result:
    """Check a template. With cfn-lint, it takes some seconds."""
    try:
        return _check(template, with_cfn_lint)
    except RefusedBySamError as error:
        return Result(0, 1, [Problem("template", str(error), "sam-transforms-it", _SAM_PAGE)])


def _check(template: Template, with_cfn_lint: bool) -> Result:
    made = list(stacks(template))
    problems = {problem for rule in SOURCE_RULES for problem in rule(template)}
    problems |= {problem for stack in made for problem in references_resolve(stack)}
    # The other rules need stacks whose references resolve, with unique names.
    if not problems:
        problems |= {problem for rule in STACK_RULES for stack in made for problem in rule(stack)}
        problems |= {problem for rule in RANGE_RULES for problem in rule(made)}
    if with_cfn_lint:
        for partition in PARTITIONS:
            problems |= set(cfn_lint(transform(template, partition.region), partition))
    rules = len(SOURCE_RULES) + len(STACK_RULES) + len(RANGE_RULES) + 1 + int(with_cfn_lint)
    return Result(len(made), rules, sorted(problems))
