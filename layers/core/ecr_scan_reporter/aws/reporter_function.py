"""The reporter function, for scans whose event was lost, and for test reports.

PutEvents refuses events of AWS services, so the images scanner invokes the reporter: asynchronously, with Lambda's
retries and the reporter's own on-failure destination. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.domain.events.invocations import TEST_REPORT
from ecr_scan_reporter.domain.events.lost import event_of_lost_scan
from ecr_scan_reporter.domain.registry.images import Image
from ecr_scan_reporter.domain.registry.scan_status import LastScan
from ecr_scan_reporter.errors import CallFailedError

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


class ReporterFunction:
    """Invokes the reporter. Makes the client on first use, because lost events are rare."""

    def __init__(self, client: "Callable[[], LambdaClient]", caller: Caller, name: str) -> None:
        self._client = client
        self._caller = caller
        self._name = name

    def report(self, image: Image, scan: LastScan) -> None:
        """Invoke the reporter with the scan. Raises CallFailedError."""
        payload = json.dumps(event_of_lost_scan(image, scan)).encode()
        self._caller(self._client().invoke, FunctionName=self._name, InvocationType="Event", Payload=payload)


class DeployedReporters:
    """Has test reports sent, and waits for the answer."""

    def __init__(self, client: "LambdaClient", caller: Caller) -> None:
        self._client = client
        self._caller = caller

    def send_test_report(self, function: str) -> object:
        """Return the answer of the function. Raises CallFailedError, also when the function itself failed."""
        payload = json.dumps({TEST_REPORT: True}).encode()
        # Once: when only the answer was lost, another attempt would send the report again.
        answer = self._caller.once(self._client.invoke, FunctionName=function, Payload=payload)
        text = answer["Payload"].read()
        if answer.get("FunctionError"):
            raise CallFailedError("the reporter", "FunctionError", text.decode("utf-8", "replace"))
        return json.loads(text or b"null")
