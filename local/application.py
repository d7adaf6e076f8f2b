"""A deployed application from outside: its functions, queues, ledger, logs, and the messages of its subscribers."""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from local.identity import REGION
from local.inbox import Document, Inbox, queue_policy
from local.running import Emulator
from local.waiting import wait_until

Result = TypeVar("Result")

MAX_TRACE_LINES = 6
# The ledger's attributes that hold moments.
MOMENTS = {"scannedAt", "triedAt", "at", "recordedAt"}
# The output that has the API's address in AWS.
API_OUTPUT = "ECRScanAPIEndpoint"


class InvocationFailedError(Exception):
    """A function raised an error; the message has its response."""


class Application:
    """One deployed stack, by its outputs."""

    def __init__(self, emulator: Emulator, outputs: Mapping[str, str]) -> None:
        self.emulator = emulator
        self.outputs = dict(outputs)
        self.queues = emulator.client("sqs")
        self._topics = emulator.client("sns")
        self._logs = emulator.client("logs")
        self._functions = emulator.client("lambda")
        self._tables = emulator.client("dynamodb")

    @property
    def api_url(self) -> str | None:
        """Where the stack's HTTP API can be reached from this machine, at the root; None when it has no API."""
        return self.emulator.api_url if API_OUTPUT in self.outputs else None

    @property
    def function_outputs(self) -> list[str]:
        """The outputs that name a function."""
        return [name for name in self.outputs if name.endswith("FunctionName")]

    def switch_schedules_off(self) -> int:
        """Disable every schedule of the account, so that no run begins by itself; return their number."""
        events, rules = self.emulator.client("events"), 0
        for rule in events.list_rules()["Rules"]:
            if rule.get("ScheduleExpression"):
                events.disable_rule(Name=rule["Name"])
                rules += 1
        return rules

    def scan_repositories(self, event: Document | None = None) -> Document:
        """Invoke repositories_scanner as its schedule does, or with overrides; return its summary."""
        return self.invoke(self.outputs["RepositoriesScannerFunctionName"], event or scheduled_event())

    def invoke(self, function: str, event: Document) -> Document:
        """Invoke a function and return its result. Raises InvocationFailedError."""
        response = self._functions.invoke(FunctionName=function, Payload=json.dumps(event).encode())
        payload = json.loads(response["Payload"].read() or b"null")
        if response.get("FunctionError"):
            raise InvocationFailedError(f"{function}: {json.dumps(payload)}")
        result: Document = payload
        return result

    def subscribe_inbox(self, name: str, filter_policy: Document | None = None, topic: str = "ReportTopicArn") -> Inbox:
        """Subscribe a new queue to a topic, named by its output, with the queue policy that SNS needs."""
        url = self.queues.create_queue(QueueName=name)["QueueUrl"]
        arn = self.queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        policy = queue_policy(arn, self.outputs[topic])
        self.queues.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
        attributes = {"FilterPolicy": json.dumps(filter_policy)} if filter_policy else {}
        return Inbox(self.queues, url, self._subscribe("sqs", arn, attributes, topic))

    def unsubscribe(self, inbox: Inbox) -> None:
        """End the subscription of an inbox."""
        self._topics.unsubscribe(SubscriptionArn=inbox.subscription)

    def subscribe_person(self, protocol: str, address: str) -> None:
        """Subscribe an e-mail address or a telephone number."""
        self._subscribe(protocol, address, {})

    def queue_depth(self, url: str) -> int:
        """The number of messages on a queue, visible or in flight."""
        return sum(self._queue_state(url))

    def _queue_state(self, url: str) -> list[int]:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        attributes = self.queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return [int(attributes[name]) for name in names]

    def wait_until(self, what: str, is_so: Callable[[], Result | None]) -> Result:
        """Wait while the application makes progress. Raises DeadlinePassedError."""
        return wait_until(what, is_so, self.progress)

    def progress(self) -> object:
        """A value that changes with any progress: the number of log lines, the messages on the queues, the mail."""
        logged = [sum(1 for _ in self._log_events(name)) for name in self.function_outputs]
        queued = [self._queue_state(url) for url in self.queues.list_queues().get("QueueUrls", [])]
        return logged, queued, len(self.mail())

    def log_lines(self, output: str) -> list[Document]:
        """The structured log lines of a function, named by its output, the oldest first."""
        return [line for line in map(_parsed, self._log_events(output)) if line]

    def log_tail(self, output: str, lines: int = 12) -> str:
        """The end of a function's log, for people: without metrics, with each error and trace once."""
        readable = dict.fromkeys(filter(None, map(_readable, self._log_events(output))))
        return "\n".join(list(readable)[-lines:])

    def ledger(self) -> list[Document]:
        """All items of the scan ledger."""
        pages = self._tables.get_paginator("scan").paginate(TableName=self.outputs["ScanLedgerTableName"])
        return [_plain(item) for page in pages for item in page["Items"]]

    def forget_scans(self) -> None:
        """Empty the scan ledger."""
        table = self.outputs["ScanLedgerTableName"]
        for item in self.ledger():
            key = {name: {"S": item[name]} for name in ("repository", "record")}
            self._tables.delete_item(TableName=table, Key=key)

    def let_pass(self, hours: float) -> None:
        """Move all scans of ECR and all moments of the ledger `hours` into the past."""
        self.emulator.control("ecr/age", hours=hours)
        table = self.outputs["ScanLedgerTableName"]
        for page in self._tables.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                moved = {name: {"N": str(int(item[name]["N"]) - round(hours * 3600))} for name in MOMENTS & set(item)}
                self._tables.put_item(TableName=table, Item={**item, **moved})

    def mail(self) -> list[dict[str, str]]:
        """The messages that people got by e-mail and SMS."""
        letters: list[dict[str, str]] = self.emulator.control("mail")
        return letters

    def _subscribe(
        self, protocol: str, endpoint: str, attributes: Mapping[str, str], topic: str = "ReportTopicArn"
    ) -> str:
        response = self._topics.subscribe(
            TopicArn=self.outputs[topic],
            Protocol=protocol,
            Endpoint=endpoint,
            Attributes=dict(attributes),
            ReturnSubscriptionArn=True,
        )
        return str(response["SubscriptionArn"])

    def _log_events(self, output: str) -> Iterator[str]:
        group = self.log_group(output)
        pages = self._logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        for page in pages:
            for event in page["events"]:
                yield from str(event["message"]).splitlines()

    def log_group(self, output: str) -> str:
        """The log group that a function is configured to write to."""
        configuration = self._functions.get_function_configuration(FunctionName=self.outputs[output])
        default = f"/aws/lambda/{self.outputs[output]}"
        return str(configuration.get("LoggingConfig", {}).get("LogGroup", default))


def scheduled_event() -> Document:
    """The event of a schedule, as EventBridge sends it."""
    return {"version": "0", "source": "aws.events", "detail-type": "Scheduled Event", "region": REGION, "detail": {}}


def _parsed(line: str) -> Document:
    try:
        document = json.loads(line)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _readable(line: str) -> str:
    document = _parsed(line)
    if not document:
        return line
    if "_aws" in document:
        return ""
    line = f"{document.get('level', '')} {document.get('message', '')}"
    why = document.get("exception") or document.get("reason") or ""
    return f"{line}: {_end_of(why)}" if why else line


def _end_of(trace: str) -> str:
    return "\n".join(trace.splitlines()[-MAX_TRACE_LINES:])


def _plain(item: Mapping[str, Mapping[str, Any]]) -> Document:
    return {name: next(iter(value.values())) for name, value in item.items()}
