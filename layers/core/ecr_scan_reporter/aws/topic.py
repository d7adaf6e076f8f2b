"""An SNS topic, to which people and systems subscribe."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.domain.messages.sns import Notification

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class Topic:
    """Publishes to one topic."""

    def __init__(self, client: "SNSClient", caller: Caller, arn: str) -> None:
        self._client = client
        self._caller = caller
        self._arn = arn

    def publish(self, notification: Notification) -> str:
        """Publish a text for each protocol, and return the id of the message. Raises CallFailedError."""
        texts = {"Subject": notification.subject, "Message": notification.message, "MessageStructure": "json"}
        return self._publish(notification.attributes, notification.lists, **texts)

    def publish_text(self, text: str, attributes: Mapping[str, str]) -> str:
        """Publish one text, the same for all protocols, and return the id of the message. Raises CallFailedError."""
        return self._publish(attributes, {}, Message=text)

    def _publish(self, attributes: Mapping[str, str], lists: Mapping[str, tuple[str, ...]], **texts: Any) -> str:
        # https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
        typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        typed |= {
            name: {"DataType": "String.Array", "StringValue": json.dumps(values)} for name, values in lists.items()
        }
        response = self._caller(self._client.publish, TopicArn=self._arn, MessageAttributes=typed, **texts)
        return str(response["MessageId"])
