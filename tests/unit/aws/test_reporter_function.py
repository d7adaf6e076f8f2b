import json

from ecr_scan_reporter.aws.reporter_function import ReporterFunction
from ecr_scan_reporter.domain.events.lost import event_of_lost_scan
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
