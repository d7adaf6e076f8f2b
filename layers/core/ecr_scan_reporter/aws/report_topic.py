"""The report topic: an SNS topic that people and systems subscribe to."""

from typing import TYPE_CHECKING

from ecr_scan_reporter.aws.calls import Caller
from ecr_scan_reporter.domain.messages import Notification

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient


class ReportTopic:
    """Publishes notifications to one topic."""

    def __init__(self, client: "SNSClient", caller: Caller, arn: str) -> None:
        self._client = client
        self._caller = caller
        self._arn = arn

    def publish(self, notification: Notification) -> str:
        """Publish and return the id of the message. Raises CallFailedError."""
        answer = self._caller(
            self._client.publish,
            TopicArn=self._arn,
            Subject=notification.subject,
            Message=notification.message,
            MessageStructure="json",
            MessageAttributes={
                name: {"DataType": "String", "StringValue": value} for name, value in notification.attributes.items()
            },
        )
        return str(answer["MessageId"])
