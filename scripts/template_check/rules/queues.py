"""Queues and their functions: visibility, batches, retries and retention fit one another."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scripts.template_check.problems import Finding, rule
from scripts.template_check.stacks import Stack

_PAGE = "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"
# The seconds that a function reserves at the end of its time (domain/scanning/deadlines.py).
RESERVE_SECONDS = 20
# The seconds of one message at worst, for a function that takes messages until its time is up and returns the others.
# The images scanner is none: an unfinished job goes on as a new message.
SECONDS_A_MESSAGE = {"Reporter": 2}
LEAST_RECEIVES = 5
_MAX_WITHOUT_WINDOW = 10


@dataclass(frozen=True, slots=True)
class Reading:
    """A function that reads a queue: the mapping's logical id, and the properties of the three."""

    mapping: str
    function: str
    queue: str
    settings: dict[str, Any]
    function_properties: dict[str, Any]
    queue_properties: dict[str, Any]

    @property
    def window_seconds(self) -> int:
        """The seconds for which Lambda collects a batch."""
        return int(self.settings.get("MaximumBatchingWindowInSeconds", 0))

    @property
    def batch(self) -> int:
        """The maximum of messages of an invocation."""
        return int(self.settings.get("BatchSize", 10))

    @property
    def visibility_seconds(self) -> int:
        """The seconds for which a received message is hidden."""
        return int(self.queue_properties["VisibilityTimeout"])

    @property
    def receives(self) -> int:
        """The number of receives before a message goes to the dead-letter queue."""
        return int(self.queue_properties["RedrivePolicy"]["maxReceiveCount"])


def readings(stack: Stack) -> Iterator[Reading]:
    """Yield each pair of a queue and the function that reads it."""
    by_arn = {arn: name for name, arn in stack.arns.items()}
    by_ref = {ref: name for name, ref in stack.refs.items()}
    for mapping, settings in stack.of_type("AWS::Lambda::EventSourceMapping").items():
        function, queue = by_ref[settings["FunctionName"]], by_arn[settings["EventSourceArn"]]
        functions, queues = stack.of_type("AWS::Lambda::Function"), stack.of_type("AWS::SQS::Queue")
        yield Reading(mapping, function, queue, settings, functions[function], queues[queue])


@rule(_PAGE)
def messages_stay_hidden_long_enough(stack: Stack) -> Iterator[Finding]:
    """A message is hidden for six times the function's timeout, plus the batching window."""
    for reading in readings(stack):
        needed = 6 * reading.function_properties["Timeout"] + reading.window_seconds
        if reading.visibility_seconds < needed:
            yield reading.queue, f"hides a message for {reading.visibility_seconds} s, {needed} s are needed"


@rule("https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html")
def batches_are_reached_in_time(stack: Stack) -> Iterator[Finding]:
    """An invocation reaches its whole batch even when AWS is slow, because other messages count as received."""
    for reading in readings(stack):
        seconds = SECONDS_A_MESSAGE.get(reading.function, 0) * reading.batch
        available = reading.function_properties["Timeout"] - RESERVE_SECONDS
        if seconds > available:
            yield (
                reading.mapping,
                f"a batch of {reading.batch} may take {seconds} s, the function works for {available} s",
            )
        if reading.batch > _MAX_WITHOUT_WINDOW and not reading.window_seconds:
            yield reading.mapping, f"a batch of {reading.batch} needs a batching window"
        if reading.settings.get("FunctionResponseTypes") != ["ReportBatchItemFailures"]:
            yield reading.mapping, "one message that fails fails its batch"


@rule("https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html")
def retries_end_before_the_message_expires(stack: Stack) -> Iterator[Finding]:
    """A message has five attempts, within a quarter of its retention; its dead-letter queue retains it longer."""
    by_arn = {arn: name for name, arn in stack.arns.items()}
    queues = stack.of_type("AWS::SQS::Queue")
    for reading in readings(stack):
        retention = reading.queue_properties["MessageRetentionPeriod"]
        if reading.receives < LEAST_RECEIVES:
            yield reading.queue, f"gives a message up after {reading.receives} receives, {LEAST_RECEIVES} are needed"
        if 4 * reading.receives * reading.visibility_seconds >= retention:
            yield reading.queue, "a message expires soon after its last try, or before it"
        dead = queues[by_arn[reading.queue_properties["RedrivePolicy"]["deadLetterTargetArn"]]]
        if dead["MessageRetentionPeriod"] <= retention:
            yield reading.queue, "its dead-letter queue retains messages no longer than itself"


def dead_letter_queues(stack: Stack) -> set[str]:
    """Return the dead-letter queues, by logical id."""
    arns: set[str] = set()
    for properties in stack.of_type("AWS::SQS::Queue").values():
        arns |= {properties["RedrivePolicy"]["deadLetterTargetArn"]} if "RedrivePolicy" in properties else set()
    for properties in stack.of_type("AWS::Lambda::EventInvokeConfig").values():
        arns.add(properties["DestinationConfig"]["OnFailure"]["Destination"])
    for properties in stack.of_type("AWS::Events::Rule").values():
        arns |= {target["DeadLetterConfig"]["Arn"] for target in properties["Targets"] if "DeadLetterConfig" in target}
    return {name for name, arn in stack.arns.items() if arn in arns}
