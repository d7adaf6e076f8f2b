"""The command line: for a first look before anything is deployed, and to scan without Lambda."""

import click

from ecr_scan_reporter import __version__
from ecr_scan_reporter.cli.scanning.commands import EPILOG, plan, scan
from ecr_scan_reporter.cli.suppressions.commands import suppressions

SETTINGS = {"help_option_names": ["-h", "--help"]}


@click.group(epilog=EPILOG, commands=[plan, scan, suppressions], context_settings=SETTINGS)
@click.version_option(__version__, prog_name="ecr-scan-reporter")
def cli() -> None:
    """Keep the vulnerability scans of Amazon ECR fresh, and suppress findings."""


def main() -> None:
    """Run the command line."""
    cli(prog_name="ecr-scan-reporter")
