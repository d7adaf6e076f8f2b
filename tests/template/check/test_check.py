"""The template is one that CloudFormation takes, and each rule of the check has a test module that tries it."""

import re
from pathlib import Path

from scripts.template_check.check import check
from scripts.template_check.partitions import FEATURES, PARTITIONS
from scripts.template_check.rules import RANGE_RULES, SOURCE_RULES, STACK_RULES
from scripts.template_check.source import ROOT
from tests.not_empty import not_empty
from tests.template.check.faults import TEMPLATE


def test_the_template_is_one_that_cloudformation_takes() -> None:
    result = check(TEMPLATE)
    assert [str(problem) for problem in result.problems] == []
    assert result.stacks >= 2 * len(not_empty(PARTITIONS))


def test_the_check_transforms_as_the_sam_cli_does() -> None:
    locks = [(ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8") for name in ("dev", "sam", "emulator")]
    versions = [re.findall(r"^aws-sam-translator==\S+", lock, re.MULTILINE) for lock in locks]
    assert [len(found) for found in versions] == [1, 1, 1]
    assert versions[0] == versions[1] == versions[2]


def test_the_rules_of_each_module_have_a_test_module() -> None:
    modules = {rule.__module__.rpartition(".")[2] for rule in (*SOURCE_RULES, *STACK_RULES, *RANGE_RULES)}
    tested = {path.stem.removeprefix("test_") for path in (Path(__file__).parent / "rules").glob("test_*.py")}
    assert len(modules) > 5
    assert modules <= tested


def test_every_condition_on_the_partition_is_in_the_table() -> None:
    by_partition = {name for name, condition in TEMPLATE["Conditions"].items() if "AWS::Partition" in str(condition)}
    assert not_empty(by_partition) == {feature.condition for feature in FEATURES if feature.condition}
