import io
import json
from typing import Any

import pytest
from botocore.response import StreamingBody

from ecr_scan_reporter.aws.reporter_function import DeployedReporters, ReporterFunction
from ecr_scan_reporter.domain.events.lost import event_of_lost_scan
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clients import stubbed_client
from tests.unit.aws.clock import make_caller
from tests.unit.samples import image, scanned


def test_the_reporter_is_invoked_asynchronously_with_the_event() -> None:
    client, stub = stubbed_client("lambda")
    event = event_of_lost_scan(image(1), scanned(hours=2))
    asked = {"FunctionName": "reporter", "InvocationType": "Event", "Payload": json.dumps(event).encode()}
    stub.add_response("invoke", {"StatusCode": 202}, asked)
    ReporterFunction(lambda: client, make_caller(), "reporter").report(image(1), scanned(hours=2))
    stub.assert_no_pending_responses()


def test_no_client_is_made_before_there_is_something_to_report() -> None:
    made: list[object] = []
    ReporterFunction(lambda: made.append("client"), make_caller(), "reporter")  # type: ignore[arg-type, return-value]
    assert made == []


def deployed(answer: object, **facts: Any) -> DeployedReporters:
    """Return the deployed reporters, of which the function `reporter` gives this answer once."""
    client, stub = stubbed_client("lambda")
    text = json.dumps(answer).encode()
    body = {"StatusCode": 200, "Payload": StreamingBody(io.BytesIO(text), len(text)), **facts}
    stub.add_response("invoke", body, {"FunctionName": "reporter", "Payload": b'{"testReport": true}'})
    return DeployedReporters(client, make_caller())


def test_a_test_report_is_asked_for_and_its_answer_is_awaited() -> None:
    assert deployed({"testReport": True}).send_test_report("reporter") == {"testReport": True}


def test_a_function_that_failed_is_an_error_with_its_words() -> None:
    failed = deployed({"errorMessage": "detail of the event is None"}, FunctionError="Unhandled")
    with pytest.raises(CallFailedError, match=r"the reporter failed: FunctionError: .*detail of the event is None"):
        failed.send_test_report("reporter")


def test_a_test_report_is_not_asked_for_twice_when_the_answer_is_lost() -> None:
    client, stub = stubbed_client("lambda")
    stub.add_client_error("invoke", "ServiceException", http_status_code=500)
    with pytest.raises(CallFailedError, match="ServiceException"):
        DeployedReporters(client, make_caller()).send_test_report("reporter")
