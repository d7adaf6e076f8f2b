"""The template as data: short forms of intrinsic functions become their long forms."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
Resource = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """YAML with `!Ref`, `!GetAtt` and the like."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def load_template() -> dict[str, Any]:
    """Return the template."""
    template: dict[str, Any] = yaml.load(TEMPLATE.read_text(encoding="utf-8"), _Loader)
    return template


def of_type(template: dict[str, Any], *types: str) -> dict[str, Resource]:
    """Return the resources of these types, by logical id."""
    return {name: resource for name, resource in template["Resources"].items() if resource["Type"] in types}


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
            yield from inner["Statement"]


def as_list(value: Any) -> list[Any]:
    """Return a list of what may be one or several."""
    return value if isinstance(value, list) else [value]


def target(value: Any) -> str:
    """Return the logical id that `!Ref` or `!GetAtt` points to."""
    return str(value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0])


_CONDITION_FUNCTIONS: dict[str, Callable[[list[Any]], bool]] = {
    "Fn::Equals": lambda values: values[0] == values[1],
    "Fn::Not": lambda values: not values[0],
    "Fn::And": all,
    "Fn::Or": any,
}


def holds(template: dict[str, Any], condition: str, **values: str) -> bool:
    """Evaluate a condition; what `values` do not give has its default. `partition` is AWS::Partition."""
    pseudo = {"AWS::Partition": values.pop("partition", "aws")}
    known = {name: str(parameter["Default"]) for name, parameter in template["Parameters"].items()}
    known |= pseudo | values

    def evaluate(expression: Any) -> Any:
        if not isinstance(expression, dict):
            return expression
        ((function, argument),) = expression.items()
        if function == "Ref":
            return known[argument]
        if function == "Condition":
            return evaluate(template["Conditions"][argument])
        return _CONDITION_FUNCTIONS[function]([evaluate(entry) for entry in argument])

    return bool(evaluate(template["Conditions"][condition]))


def without_ifs(value: Any) -> Any:
    """Return a value without what depends on conditions within it."""
    if isinstance(value, dict):
        return {key: without_ifs(inner) for key, inner in value.items() if key != "Fn::If"}
    return [without_ifs(inner) for inner in value] if isinstance(value, list) else value
