"""cfn-lint, on the template as SAM transforms it."""

import json
from collections.abc import Iterator

from cfnlint.api import ManualArgs, lint

from scripts.template_check.partitions import Partition
from scripts.template_check.problems import Problem
from scripts.template_check.source import Template

SOURCE = "https://github.com/aws-cloudformation/cfn-lint/blob/main/docs/rules.md"
# Of the hints, only the one about the resources of a statement.
_HINTS = ["I3510"]


def cfn_lint(transformed: Template, partition: Partition) -> Iterator[Problem]:
    """Run cfn-lint for the partition's region, with the hint about resources of a wrong type."""
    arguments = ManualArgs(regions=[partition.region], include_checks=_HINTS)
    for match in lint(json.dumps(transformed), config=arguments):
        where = str(match.path[1]) if match.path and len(match.path) > 1 else "template"
        yield Problem(where, f"{match.rule.id} {match.message} in {partition.region}", "cfn-lint", SOURCE)
