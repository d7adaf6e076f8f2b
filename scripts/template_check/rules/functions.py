"""Functions: features that a partition lacks, and settings without which events are lost."""

from collections.abc import Iterator

from scripts.template_check.partitions import FEATURES
from scripts.template_check.problems import Finding, rule
from scripts.template_check.rules.queues import Reading, readings
from scripts.template_check.source import as_list
from scripts.template_check.stacks import Stack

_LOGGING = "https://docs.aws.amazon.com/govcloud-us/latest/UserGuide/govcloud-lambda.html"
_CHINA = "https://docs.amazonaws.cn/en_us/aws/latest/userguide/lambda.html"
_RECURSION = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html"
_ASYNC = "https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html"
_HAS = {feature.condition: feature for feature in FEATURES if feature.condition}
# The value of the condition in a stack with all features.
_ASKED_FOR = {"HasChat": {"ChatNotifications": "True"}}


@rule(_LOGGING)
def lambda_filters_no_log_lines(stack: Stack) -> Iterator[Finding]:
    """No log format or level of Lambda's own: GovCloud refuses it, and it drops Powertools' lines above INFO."""
    for name, properties in stack.of_type("AWS::Lambda::Function").items():
        logging = properties.get("LoggingConfig", {})
        for key in logging.keys() - {"LogGroup"}:
            yield name, f"sets {key} of its logs"
        if "LogGroup" not in logging:
            yield name, "retains its log for ever"


@rule(_CHINA)
def conditions_follow_from_the_table(stack: Stack) -> Iterator[Finding]:
    """A condition that depends on the partition is as in docs/reference/partitions.md."""
    for condition, feature in _HAS.items():
        asked_for = all(stack.parameters.get(key) == value for key, value in _ASKED_FOR.get(condition, {}).items())
        expected = feature.is_in(stack.partition.name) and asked_for
        if stack.conditions.get(condition) is not expected:
            yield condition, f"is {not expected} in {stack.partition.name}, where the table says {expected}"


@rule(_CHINA)
def tracing_follows_the_partition(stack: Stack) -> Iterator[Finding]:
    """Functions have tracing exactly where Lambda supports X-Ray."""
    expected = "Active" if _HAS["HasTracing"].is_in(stack.partition.name) else "PassThrough"
    for name, properties in stack.of_type("AWS::Lambda::Function").items():
        mode = properties.get("TracingConfig", {}).get("Mode")
        if mode != expected:
            yield name, f"has tracing {mode} in {stack.partition.name}, where it must be {expected}"


@rule(_RECURSION)
def loops_that_are_meant_are_allowed(stack: Stack) -> Iterator[Finding]:
    """A function that sends to its own queue allows the loop, where the property exists."""
    is_known = _HAS["HasRecursionControl"].is_in(stack.partition.name)
    loops = {reading.function for reading in readings(stack) if stack.refs[reading.queue] in _environment(reading)}
    for name, properties in stack.of_type("AWS::Lambda::Function").items():
        expected = "Allow" if is_known and name in loops else None
        if properties.get("RecursiveLoop") != expected:
            yield name, f"has RecursiveLoop {properties.get('RecursiveLoop')} in {stack.partition.name}, not {expected}"


@rule(_ASYNC)
def events_that_fail_are_kept(stack: Stack) -> Iterator[Finding]:
    """A function that a rule invokes has a destination for failed events, and a rule of scan events has its own."""
    with_destination = {
        properties["FunctionName"] for properties in stack.of_type("AWS::Lambda::EventInvokeConfig").values()
    }
    targets = {
        target["Arn"]: name
        for name, rule_properties in stack.of_type("AWS::Events::Rule").items()
        for target in rule_properties["Targets"]
    }
    for name in stack.of_type("AWS::Lambda::Function"):
        if stack.arns[name] in targets and stack.refs[name] not in with_destination:
            yield name, "has no destination for failed events"
    for name, properties in stack.of_type("AWS::Events::Rule").items():
        if "EventPattern" in properties and not all("DeadLetterConfig" in target for target in properties["Targets"]):
            yield name, "loses events that its target refuses"


@rule("https://docs.aws.amazon.com/lambda/latest/dg/foundation-arch.html")
def architectures_are_the_layers_too(stack: Stack) -> Iterator[Finding]:
    """A function has the processor of the parameter, and its layers support it."""
    expected = [stack.parameters.get("Architecture", "arm64")]
    layers = stack.of_type("AWS::Lambda::LayerVersion")
    by_ref = {stack.refs[name]: properties for name, properties in layers.items()}
    for name, properties in stack.of_type("AWS::Lambda::Function").items():
        if properties.get("Architectures") != expected:
            yield name, f"has processor {properties.get('Architectures')}, not {expected}"
        for layer in as_list(properties.get("Layers", [])):
            if not set(expected) <= set(by_ref[layer].get("CompatibleArchitectures", [])):
                yield name, f"has a layer that does not serve {expected[0]}"


def _environment(reading: Reading) -> set[str]:
    variables = reading.function_properties.get("Environment", {}).get("Variables", {})
    return {str(value) for value in variables.values()}
