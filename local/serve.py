"""Keep the application running on an AWS on this machine, and print commands to try: `make local`. Ctrl-C ends it."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from local.application import Application
from local.deploy import BUILT_TEMPLATE, STACK, DeployFailedError
from local.identity import REGION
from local.past import write_past
from local.running import EmulatorFailedError
from local.session import PARAMETERS, deployed_application, end_on_sigterm, make_console, step

FAILURES = (EmulatorFailedError, DeployFailedError, BotoCoreError, ClientError, subprocess.TimeoutExpired)


def main(arguments: list[str]) -> int:
    """Serve until Ctrl-C; `arguments` may name another built template. Returns the exit status."""
    end_on_sigterm()
    console = make_console()
    template = Path(arguments[0]) if arguments else BUILT_TEMPLATE
    port = int(os.environ["PORT"]) if os.environ.get("PORT") else None
    try:
        with deployed_application(console, template, port, PARAMETERS | {"EnableApi": "True"}) as application:
            with step(console, "Building the inventory", "The inventory, with a made-up past of six weeks"):
                write_past(application, datetime.now(UTC))
            _print_page(console, application)
            _print_commands(console, application)
            signal.pause()
    except FAILURES as error:
        console.print(f"[bold red]The application cannot run:[/] {type(error).__name__}")
        console.print(str(error), markup=False)
        return 1
    except KeyboardInterrupt:
        console.print("\nThe emulator has ended, and its files are removed.")
    return 0


def _print_page(console: Console, application: Application) -> None:
    console.rule("[bold]Open the page")
    console.print(f"\n  [bold cyan]{application.api_url}/[/]", soft_wrap=True)
    for right, output in (("reads", "ApiReadTokenSecretArn"), ("also writes", "ApiWriteTokenSecretArn")):
        secret = application.emulator.client("secretsmanager").get_secret_value(SecretId=application.outputs[output])
        _print_text(console, f"The token that {right}:")
        _command(console, secret["SecretString"])
    _print_text(console, "Ask the same by HTTP, and read the news as an Atom feed:")
    read = f"ecr-scan-reporter token show --stack {STACK}"
    for path in ("/images?severity=critical&limit=3", "/vulnerabilities/CVE-2021-44228", "/feed?since=7d"):
        _command(console, f'curl -s -H "Authorization: Bearer $({read})" "{application.api_url}{path}"')
    console.print()


def _print_commands(console: Console, application: Application) -> None:
    emulator, outputs = application.emulator, application.outputs
    console.rule("[bold]Look around")
    _print_text(console, "In another terminal, for the AWS CLI, boto3, and this project's own command line:")
    for name, value in emulator.environment().items():
        _command(console, f"export {name}={value}")
    _print_text(console, "Start a run (the schedule is off, so that no run starts by itself):")
    _command(console, f"aws lambda invoke --function-name {outputs['RepositoriesScannerFunctionName']} /dev/stdout")
    _print_text(console, "Read the logs, the ledger, and the findings of an image in ECR:")
    _command(console, f"aws logs tail {application.log_group('ImagesScannerFunctionName')}")
    _command(console, f"aws dynamodb scan --table-name {outputs['ScanLedgerTableName']} --max-items 3")
    _command(
        console, "aws ecr describe-image-scan-findings --repository-name web/nginx-edge --image-id imageTag=1.18.0"
    )
    _print_text(console, "Send a digest, and read the e-mails to security@example.com:")
    _command(console, f"aws lambda invoke --function-name {outputs['DigestFunctionName']} /dev/stdout")
    _command(console, f"curl -s {emulator.endpoint}/_local/mail")
    _print_text(console, "Build the inventory, and ask it:")
    _command(console, f"aws lambda invoke --function-name {outputs['InventoryFunctionName']} /dev/stdout")
    _command(console, f"ecr-scan-reporter where CVE-2021-44228 --stack {STACK}")
    _print_text(console, "Suppress findings in the reports of later scans:")
    _command(console, f"export SUPPRESSIONS_TABLE={outputs['SuppressionsTableName']}")
    _command(
        console,
        "ecr-scan-reporter suppressions add --cve 'CVE-2023-*' --repository 'web/*' --reason 'not reachable' "
        "--until never",
    )
    _print_text(
        console,
        "Move the scans of ECR 200 hours into the past, so that it allows new ones, and scan without the ledger:",
    )
    _command(console, f"curl -s {emulator.endpoint}/_local/ecr/age -d '{{\"hours\": 200}}'")
    _command(console, f"ecr-scan-reporter scan --region {REGION}")
    console.print(f"\nThe emulator's own log is {emulator.log}. [bold]Ctrl-C ends everything.[/]", soft_wrap=True)


def _print_text(console: Console, text: str) -> None:
    console.print(f"\n{text}")


def _command(console: Console, text: str) -> None:
    console.print(f"  [cyan]{text}[/]", soft_wrap=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
