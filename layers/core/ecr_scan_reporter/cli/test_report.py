"""`ecr-scan-reporter test-report`: does every channel of a deployed application take messages?"""

import sys

import click
from rich.console import Console

from ecr_scan_reporter.bootstrap.terminal import TerminalStacks
from ecr_scan_reporter.cli.exits import DONE, INCOMPLETE, INTERRUPTED, UNUSABLE, explain, print_error
from ecr_scan_reporter.cli.parameters import PROFILE, region_option
from ecr_scan_reporter.domain.reports.test_report import ChannelAnswer
from ecr_scan_reporter.errors import EcrScanReporterError
from ecr_scan_reporter.settings.command_line import TerminalAccountSettings
from ecr_scan_reporter.use_cases.test_report import request_test_report

EPILOG = "Exit status: 0 every channel took it; 1 one refused it; 2 wrong usage or no access; 130 interrupted."
NAMES = {"topic": "report topic", "chat": "chat topic", "bus": "event bus"}


@click.command("test-report", epilog=EPILOG)
@click.option("--stack", required=True, metavar="NAME", help="Stack of the deployed application.")
@PROFILE
@region_option("Region of the stack.")
def test_report_command(stack: str, profile: str | None, region: str | None) -> None:
    """Send a sample report through every channel of a stack.

    The sample says that it is a test. The command shows which channel took it, and the error of each that refused it.
    """
    try:
        terminal = TerminalStacks(TerminalAccountSettings(profile, region))
        answers = request_test_report(stack, terminal.stacks, terminal.reporter)
    except EcrScanReporterError as error:
        print_error(Console(stderr=True), f"error: {explain(error)}")
        sys.exit(UNUSABLE)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    for answer in answers:
        click.echo(_line(answer))
    sys.exit(INCOMPLETE if any(answer.error for answer in answers) else DONE)


def _line(answer: ChannelAnswer) -> str:
    name = NAMES.get(answer.channel, answer.channel)
    return f"{name}: refused it: {answer.error}" if answer.error else f"{name}: took it, message {answer.message_id}"
