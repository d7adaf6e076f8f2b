"""Send a test report through every channel, and ask a deployed reporter for one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from ecr_scan_reporter.domain.reports.reports import ScanReport
from ecr_scan_reporter.domain.reports.test_report import ChannelAnswer, made_up_report, parse_answers
from ecr_scan_reporter.errors import CallFailedError
from ecr_scan_reporter.use_cases.delivery import Sender

REPORTER_OUTPUT = "ReporterFunctionName"


class Stacks(Protocol):
    """The deployed stacks."""

    def output(self, stack: str, name: str) -> str:
        """Return an output of a stack. Raises InvalidInputError where there is none, CallFailedError."""


class DeployedReporters(Protocol):
    """Deployed reporters."""

    def send_test_report(self, function: str) -> object:
        """Have a function send a test report; return its answer. Raises CallFailedError."""


def send_test_report(
    senders: Mapping[str, Sender[ScanReport]], *, registry_id: str, region: str, now: datetime
) -> list[ChannelAnswer]:
    """Send the test report through each channel: each time anew, and without a trace in any store."""
    report = made_up_report(registry_id, region, now)
    return [_answer(channel, send, report) for channel, send in senders.items()]


def request_test_report(stack: str, stacks: Stacks, reporter: DeployedReporters) -> Sequence[ChannelAnswer]:
    """Return what each channel of a deployed stack made of a test report.

    Raises InvalidInputError for a stack without a reporter, and for a reporter that knows no test; CallFailedError.
    """
    return parse_answers(reporter.send_test_report(stacks.output(stack, REPORTER_OUTPUT)))


def _answer(channel: str, send: Sender[ScanReport], report: ScanReport) -> ChannelAnswer:
    try:
        return ChannelAnswer(channel, message_id=send(report))
    except CallFailedError as error:
        return ChannelAnswer(channel, error=str(error))
