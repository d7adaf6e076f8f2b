from typing import Any, cast

from local.application import Application
from local.running import Emulator


class NoEmulator:
    """Has clients that are never called."""

    def client(self, service: str) -> Any:
        return None


def test_the_functions_are_found_by_the_outputs_of_the_stack() -> None:
    outputs = {"ReportTopicArn": "arn", "ReporterFunctionName": "stack-reporter", "NewFunctionName": "stack-new"}
    application = Application(cast(Emulator, NoEmulator()), outputs)
    assert application.function_outputs == ["ReporterFunctionName", "NewFunctionName"]
