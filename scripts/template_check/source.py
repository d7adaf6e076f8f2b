"""The template as data: short forms of intrinsic functions become their long forms."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "template.yaml"
Resource = dict[str, Any]
Template = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """YAML with `!Ref`, `!GetAtt` and the like."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)  # noqa: S101 - YAML has no other nodes
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def load_template() -> Template:
    """Return the template."""
    template: Template = yaml.load(TEMPLATE.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader
    return template


def of_type(resources: dict[str, Resource], *types: str) -> dict[str, Resource]:
    """Return the resources of these types, by logical id."""
    return {name: resource for name, resource in resources.items() if resource["Type"] in types}


def lambda_modules() -> dict[str, str]:
    """Return the module of each Lambda function of the template, by the function's logical id."""
    functions = of_type(load_template()["Resources"], "AWS::Serverless::Function")
    return {name: str(function["Properties"]["Handler"]).partition(".")[0] for name, function in functions.items()}


def walk(value: Any) -> Iterator[Any]:
    """Yield each value within a value."""
    yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from walk(child)


def texts(value: Any) -> Iterator[str]:
    """Yield each text within a value, keys included."""
    for inner in walk(value):
        if isinstance(inner, str):
            yield inner
        elif isinstance(inner, dict):
            yield from (key for key in inner if isinstance(key, str))


def statements(value: Any) -> Iterator[dict[str, Any]]:
    """Yield each IAM statement within a value."""
    for inner in walk(value):
        if isinstance(inner, dict) and "Statement" in inner:
            yield from as_list(inner["Statement"])


def as_list(value: Any) -> list[Any]:
    """Return a list of one value or several."""
    return value if isinstance(value, list) else [value]
