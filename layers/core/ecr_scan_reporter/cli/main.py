"""The command line: for a first look before anything is deployed, and to scan without Lambda."""

import click

from ecr_scan_reporter import __version__
from ecr_scan_reporter.cli.scanning.commands import EPILOG, plan, scan
from ecr_scan_reporter.cli.suppressions.commands import suppressions
from ecr_scan_reporter.cli.test_report import test_report_command

SETTINGS = {"help_option_names": ["-h", "--help"]}


@click.group(epilog=EPILOG, commands=[plan, scan, suppressions, test_report_command], context_settings=SETTINGS)
@click.version_option(__version__, prog_name="ecr-scan-reporter")
def cli() -> None:
    """Keep the vulnerability scans of Amazon ECR fresh, suppress findings, and test the channels."""


def main() -> None:
    """Run the command line."""
    cli(prog_name="ecr-scan-reporter")
