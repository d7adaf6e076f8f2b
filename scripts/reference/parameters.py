"""Write docs/reference/parameters.md from template.yaml: groups, defaults, allowed values, variables."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from scripts.reference.pages import FOLDER, Page, code, table
from scripts.template_check.source import Template, load_template, of_type, walk

# The allowed values of patterns without a ConstraintDescription.
_PATTERNS = {
    r"^([0-9]{1,9}|10{9})$": "a whole number from 0 to 1000000000",
    r"^([0-9]{1,9}|10{9}|[Oo][Ff][Ff])$": "a whole number from 0 to 1000000000, or `off`",
    r"^([^@\s]+@[^@\s]+)?$": "an e-mail address, or nothing",
}
# Links to further documents about a parameter.
FURTHER = {
    "AlarmEmail": "../how-to/operate.md#when-an-alarm-is-raised",
    "AlarmTopicArn": "../how-to/operate.md#when-an-alarm-is-raised",
    "AnalyticsEnabled": "../how-to/athena.md",
    "AnalyticsMaxGigabytes": "../how-to/athena.md#what-a-question-costs",
    "Architecture": "partitions.md",
    "ChatNotifications": "../how-to/chat.md",
    "DigestSchedule": "../messages.md#the-digest",
    "EpssThreshold": "../explanation/order-of-importance.md",
    "EcsDiscoveryEnabled": "../how-to/ecs-and-other-accounts.md",
    "EcsDiscoveryRoles": "../how-to/ecs-and-other-accounts.md#what-a-role-must-allow",
    "EnableInventory": "../how-to/run-the-inventory.md",
    "EventBusArn": "../messages.md#events",
    "ExploitFeeds": "../how-to/know-what-is-exploited.md",
    "ExploitFeedsBucket": "../how-to/know-what-is-exploited.md#without-the-internet",
    "InspectorFindings": "../explanation/architecture.md#enhanced-scanning",
    "InventoryMemoryMegabytes": "../how-to/run-the-inventory.md#which-registry-needs-what",
    "InventorySchedule": "../how-to/run-the-inventory.md#choose-the-schedule",
    "InventoryStorageMegabytes": "../how-to/run-the-inventory.md#which-registry-needs-what",
    "KevUrls": "../how-to/know-what-is-exploited.md#without-the-internet",
    "KnownExploitedThreshold": "../how-to/know-what-is-exploited.md",
    "KmsKeyArn": "../how-to/own-kms-key.md",
    "LogLevel": "logs-and-metrics.md",
    "MaxScansPerDay": "../how-to/operate.md#choose-how-many-scans-there-are-in-a-day",
    "NotifyOn": "../messages.md#what-is-new",
    "OwnerTagKey": "../how-to/notify-the-owner.md",
    "PermissionsBoundary": "../explanation/security.md",
    "RemediationDays": "../how-to/know-what-is-exploited.md#deadlines",
    "ScanConfigsOnly": "../how-to/scan-configurations.md",
    "ScanExpiryDuration": "../how-to/operate.md#choose-how-often-an-image-is-scanned",
    "ScannerConcurrency": "../how-to/deploy.md#an-account-with-10-concurrent-executions",
    "SecurityHubEnabled": "../how-to/security-hub.md",
}


def render() -> str:
    """Return a table of parameters for each group of the template. Raises ValueError for a parameter in no group."""
    template = load_template()
    parameters, sets = template["Parameters"], variables_by_parameter(template)
    interface = template["Metadata"]["AWS::CloudFormation::Interface"]
    grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]
    if sorted(grouped) != sorted(parameters):
        raise ValueError(f"in no group, or in two, or unknown: {sorted(set(grouped) ^ set(parameters))}")
    if unknown := FURTHER.keys() - parameters.keys():
        raise ValueError(f"not parameters of the template: {sorted(unknown)}")
    return "\n".join(
        f"## {group['Label']['default']}\n\n"
        + table(
            ("parameter", "default", "allowed", "meaning", "sets"),
            (_row(name, parameters[name], sets[name]) for name in group["Parameters"]),
        )
        for group in interface["ParameterGroups"]
    )


def variables_by_parameter(template: Template) -> dict[str, list[str]]:
    """Return the variables of the functions that each parameter sets."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, value in _variables(template):
        for inner in walk(value):
            if (
                isinstance(inner, dict)
                and inner.get("Ref") in template["Parameters"]
                and name not in found[inner["Ref"]]
            ):
                found[inner["Ref"]].append(name)
    return found


def _variables(template: Template) -> Iterator[tuple[str, Any]]:
    yield from template["Globals"]["Function"]["Environment"]["Variables"].items()
    for function in of_type(template["Resources"], "AWS::Serverless::Function").values():
        yield from function["Properties"].get("Environment", {}).get("Variables", {}).items()


def _row(name: str, parameter: dict[str, Any], sets: list[str]) -> tuple[str, ...]:
    further = f" [More]({FURTHER[name]})." if name in FURTHER else ""
    return (
        code(name),
        code(str(parameter["Default"])),
        _allowed(name, parameter),
        parameter["Description"].strip() + further,
        ", ".join(map(code, sets)),
    )


def _allowed(name: str, parameter: dict[str, Any]) -> str:
    if "AllowedValues" in parameter:
        return ", ".join(code(str(value)) for value in parameter["AllowedValues"])
    if "MinValue" in parameter:
        return f"{parameter['MinValue']} to {parameter['MaxValue']}"
    words = parameter.get("ConstraintDescription") or _PATTERNS.get(parameter["AllowedPattern"])
    if not words:
        raise ValueError(f"{name} has a pattern and no ConstraintDescription")
    return str(words)


PAGE = Page(FOLDER / "parameters.md", render)
