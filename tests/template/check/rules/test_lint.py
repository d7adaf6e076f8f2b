"""cfn-lint looks at the stack that SAM makes, and not at its source."""

import copy

from scripts.template_check.partitions import PARTITIONS
from scripts.template_check.rules.lint import cfn_lint
from scripts.template_check.transformation import transform
from tests.template.check.faults import TEMPLATE, properties


def test_cfn_lint_looks_at_what_sam_makes() -> None:
    mutated = copy.deepcopy(TEMPLATE)
    events = properties(mutated, "Digest")["Events"]
    events["Schedule"] = events.pop("ScheduleRule")
    properties(mutated, "ReportTopic")["DisplayNane"] = "a misspelt property"
    found = {(problem.where, problem.text[:5]) for problem in cfn_lint(transform(mutated, "us-east-1"), PARTITIONS[0])}
    assert {where for where, _ in found} == {"DigestSchedule", "ReportTopic"}
    assert {rule for _, rule in found} >= {"E3007", "E3002"}
