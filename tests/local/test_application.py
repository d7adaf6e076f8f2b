from typing import Any, cast

from local.application import Application
from local.running import Emulator


class NoEmulator:
    """Has clients that are never called."""

    api_url = "https://127.0.0.1:4567"

    def client(self, service: str) -> Any:
        return None


def test_the_functions_are_found_by_the_outputs_of_the_stack() -> None:
    outputs = {"ReportTopicArn": "arn", "ReporterFunctionName": "stack-reporter", "NewFunctionName": "stack-new"}
    application = Application(cast(Emulator, NoEmulator()), outputs)
    assert application.function_outputs == ["ReporterFunctionName", "NewFunctionName"]


def test_a_stack_has_the_address_of_an_api_only_with_an_api() -> None:
    emulator = cast(Emulator, NoEmulator())
    endpoint = {"ECRScanAPIEndpoint": "https://0123abcd.execute-api.us-east-1.amazonaws.com"}
    assert Application(emulator, endpoint).api_url == "https://127.0.0.1:4567"
    assert Application(emulator, {"ReportTopicArn": "arn"}).api_url is None
