"""What the template declares, by kind."""

import re
from typing import Any

from scripts.template_check.source import load_template, of_type
from tests.not_empty import not_empty

template = load_template()
resources = template["Resources"]
functions = not_empty(of_type(resources, "AWS::Serverless::Function"))
queues = not_empty(of_type(resources, "AWS::SQS::Queue"))
parameters: dict[str, dict[str, Any]] = not_empty(template["Parameters"])


def variables_of(function: str) -> dict[str, Any]:
    """Return the environment variables of a function."""
    variables: dict[str, Any] = functions[function]["Properties"]["Environment"]["Variables"]
    return variables


def events_of(function: str, kind: str) -> list[dict[str, Any]]:
    """Return the properties of a function's events of one kind."""
    events = functions[function]["Properties"].get("Events", {}).values()
    return [event["Properties"] for event in events if event["Type"] == kind]


def accepts(parameter: str, value: str) -> bool:
    """Return whether the pattern of a parameter accepts a value."""
    return re.fullmatch(parameters[parameter]["AllowedPattern"], value, re.ASCII) is not None
