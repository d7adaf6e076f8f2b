"""An event bus that gets each report as an event."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ecr_scan_reporter.aws.retries import Caller

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

SOURCE = "ecr-scan-reporter"
DETAIL_TYPE = "ECR Scan Report"
# Faults of EventBridge itself: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsResultEntry.html
_FAULTS = frozenset({"InternalFailure", "InternalException"})


class EventBus:
    """Puts events on one bus, given by name or ARN."""

    def __init__(self, client: "EventBridgeClient", caller: Caller, name: str) -> None:
        self._client = client
        self._caller = caller
        self._name = name

    def put(self, detail: Mapping[str, Any], resources: list[str]) -> str:
        """Put one event with the ARNs of its subjects, and return its id. Raises CallFailedError."""
        entry = {
            "Source": SOURCE,
            "DetailType": DETAIL_TYPE,
            "Detail": json.dumps(detail),
            "Resources": resources,
            "EventBusName": self._name,
        }
        return str(self._caller(self._put_event, Entry=entry))

    def _put_event(self, **parameters: Any) -> str:
        """Put the entry. A failed entry is raised as an error, so that the caller retries faults."""
        response = self._client.put_events(Entries=[parameters["Entry"]])
        (result,) = response["Entries"]
        if "EventId" in result:
            return result["EventId"]
        code = result.get("ErrorCode", "")
        error: Any = {
            "Error": {"Code": code, "Message": result.get("ErrorMessage", "")},
            "ResponseMetadata": {"HTTPStatusCode": 500 if code in _FAULTS else 400},
        }
        raise ClientError(error, "PutEvents")
