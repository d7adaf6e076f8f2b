"""An SNS topic, to which people and systems subscribe."""

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
        return self._publish(notification.attributes, **texts)

    def publish_text(self, text: str, attributes: Mapping[str, str]) -> str:
        """Publish one text, the same for all protocols, and return the id of the message. Raises CallFailedError."""
        return self._publish(attributes, Message=text)

    def _publish(self, attributes: Mapping[str, str], **texts: Any) -> str:
        typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        response = self._caller(self._client.publish, TopicArn=self._arn, MessageAttributes=typed, **texts)
        return str(response["MessageId"])
