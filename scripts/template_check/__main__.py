"""`python -m scripts.template_check`: check template.yaml; the exit status is 1 when there is a problem."""

import sys

from scripts.template_check.check import check
from scripts.template_check.partitions import PARTITIONS
from scripts.template_check.source import load_template
from scripts.template_check.stacks import choices


def main() -> int:
    """Print the extent of the check, and each problem. Returns the exit status."""
    result = check(load_template())
    for problem in result.problems:
        sys.stdout.write(f"{problem}\n")
    partitions = ", ".join(partition.name for partition in PARTITIONS)
    sys.stdout.write(
        f"template.yaml as CloudFormation sees it: {result.rules} rules, {result.stacks} stacks "
        f"({len(choices())} sets of parameters in each of {partitions}), {len(result.problems)} problems\n"
    )
    return int(bool(result.problems))


if __name__ == "__main__":
    sys.exit(main())
