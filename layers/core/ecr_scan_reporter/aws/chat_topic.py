"""The chat topic: an SNS topic whose messages Amazon Q Developer in chat applications shows."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecr_scan_reporter.aws.calls import Caller

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class ChatTopic:
    """Publishes messages for chat to one topic."""

    def __init__(self, client: "SNSClient", caller: Caller, arn: str) -> None:
        self._client = client
        self._caller = caller
        self._arn = arn

    def publish(self, message: str, attributes: Mapping[str, str]) -> str:
        """Publish one text, the same for all protocols, and return the id of the message. Raises CallFailedError."""
        answer = self._caller(
            self._client.publish,
            TopicArn=self._arn,
            Message=message,
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
            },
        )
        return str(answer["MessageId"])
