"""`ecr-scan-reporter token`: the tokens of the API of a deployed application."""

import sys
from collections.abc import Callable

import click
from rich.console import Console

from ecr_scan_reporter.bootstrap.terminal import TerminalStacks
from ecr_scan_reporter.cli.exits import INTERRUPTED, UNUSABLE, explain, print_error
from ecr_scan_reporter.cli.inventory.choices import Members
from ecr_scan_reporter.cli.parameters import PROFILE, region_option, with_options
from ecr_scan_reporter.errors import EcrScanReporterError
from ecr_scan_reporter.settings.command_line import TerminalAccountSettings
from ecr_scan_reporter.use_cases.tokens import TokenRight, rotate_token, show_token

EPILOG = "Exit status: 0 done; 2 wrong usage or no access; 130 interrupted."
_OPTIONS = (
    click.option("--stack", required=True, metavar="NAME", help="Stack of the deployed application."),
    click.option(
        "--of",
        "right",
        type=Members(TokenRight),
        default=TokenRight.READ.value,
        show_default=True,
        help="The token that reads, or the one that also writes.",
    ),
    PROFILE,
    region_option("Region of the stack."),
)


@click.group()
def token() -> None:
    """Show or rotate the tokens of the API.

    The stack has them in AWS Secrets Manager, with ApiAuthorization TOKEN. Who has one of them reads all findings.
    """


def _options(command: Callable[..., None]) -> Callable[..., None]:
    return with_options(command, _OPTIONS)


@token.command(epilog=EPILOG)
@_options
def show(stack: str, right: TokenRight, profile: str | None, region: str | None) -> None:
    """Print a token on standard output."""
    click.echo(_done(lambda terminal: show_token(stack, right, terminal.stacks, terminal.secrets), profile, region))


@token.command(epilog=EPILOG)
@_options
def rotate(stack: str, right: TokenRight, profile: str | None, region: str | None) -> None:
    """Replace a token, and print the new one on standard output.

    The one before stays valid for an hour, so that its readers can be changed. Nothing is deployed.
    """
    click.echo(_done(lambda terminal: rotate_token(stack, right, terminal.stacks, terminal.secrets), profile, region))
    note = f"the {right.value} token is new; the one before is valid for an hour"
    Console(stderr=True).print(note, markup=False, highlight=False, soft_wrap=True)


def _done(do: Callable[[TerminalStacks], str], profile: str | None, region: str | None) -> str:
    try:
        return do(TerminalStacks(TerminalAccountSettings(profile, region)))
    except EcrScanReporterError as error:
        print_error(Console(stderr=True), f"error: {explain(error)}")
        sys.exit(UNUSABLE)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    finally:
        sys.stdout.flush()
