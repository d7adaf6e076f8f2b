"""Short ways to ask the template something."""

from typing import Any

from scripts.template_check.intrinsics import Evaluation
from scripts.template_check.partitions import PARTITIONS


def target(value: Any) -> str:
    """Return the logical id that `!Ref` or `!GetAtt` points to."""
    return str(value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0])


def holds(template: dict[str, Any], condition: str, *, partition: str = "aws", **values: str) -> bool:
    """Evaluate a condition; what `values` do not give has its default."""
    (where,) = [known for known in PARTITIONS if known.name == partition]
    return Evaluation(template, where, values).holds(condition)
