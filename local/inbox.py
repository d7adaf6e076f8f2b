"""A queue with a subscription to the report topic, and its messages."""

import json
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]


@dataclass(frozen=True)
class Message:
    """One message of the topic as an SQS subscriber gets it."""

    document: Document
    attributes: dict[str, str]


class Inbox:
    """An SQS queue with a subscription to the report topic."""

    def __init__(self, queues: Any, url: str, subscription: str) -> None:
        self._queues = queues
        self._url = url
        self.subscription = subscription
        self.messages: list[Message] = []

    def collect(self) -> list[Message]:
        """Receive the new messages; return all messages so far."""
        while received := self._receive():
            for message in received:
                self.messages.append(_message(message))
                self._queues.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])
        return self.messages

    def _receive(self) -> list[Document]:
        answer = self._queues.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10, WaitTimeSeconds=0)
        messages: list[Document] = answer.get("Messages", [])
        return messages


def _message(received: Document) -> Message:
    envelope = json.loads(received["Body"])
    attributes = {name: value["Value"] for name, value in envelope.get("MessageAttributes", {}).items()}
    return Message(json.loads(envelope["Message"]), attributes)


def queue_policy(queue_arn: str, topic_arn: str) -> Document:
    """The queue policy that allows a topic to send."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "sns.amazonaws.com"},
                "Action": "sqs:SendMessage",
                "Resource": queue_arn,
                "Condition": {"ArnEquals": {"aws:SourceArn": topic_arn}},
            }
        ],
    }
