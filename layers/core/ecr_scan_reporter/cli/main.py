"""The command line: to ask what the scans found, to scan without Lambda, to check images, to suppress findings."""

import click

from ecr_scan_reporter import __version__
from ecr_scan_reporter.cli.configs.commands import configs
from ecr_scan_reporter.cli.gate.command import check
from ecr_scan_reporter.cli.inventory.export import export
from ecr_scan_reporter.cli.inventory.images import image, images
from ecr_scan_reporter.cli.inventory.left_behind import left_behind
from ecr_scan_reporter.cli.inventory.over_time import changes, history
from ecr_scan_reporter.cli.inventory.overdue import overdue
from ecr_scan_reporter.cli.inventory.report import report
from ecr_scan_reporter.cli.inventory.totals import coverage, summary
from ecr_scan_reporter.cli.inventory.vulnerabilities import vulnerabilities
from ecr_scan_reporter.cli.inventory.where import where
from ecr_scan_reporter.cli.scanning.commands import EPILOG, plan, scan
from ecr_scan_reporter.cli.suppressions.commands import suppressions
from ecr_scan_reporter.cli.test_report import test_report_command
from ecr_scan_reporter.cli.tokens import token

SETTINGS = {"help_option_names": ["-h", "--help"]}
INVENTORY = (
    where,
    images,
    image,
    vulnerabilities,
    overdue,
    summary,
    coverage,
    history,
    changes,
    left_behind,
    export,
    report,
)


@click.group(
    epilog=EPILOG,
    commands=[plan, scan, check, *INVENTORY, suppressions, configs, token, test_report_command],
    context_settings=SETTINGS,
)
@click.version_option(__version__, prog_name="ecr-scan-reporter")
def cli() -> None:
    """Keep the vulnerability scans of Amazon ECR fresh, ask what they found, check images, suppress findings."""


def main() -> None:
    """Run the command line."""
    cli(prog_name="ecr-scan-reporter")
