"""Deploy the application to an AWS on this machine, run the chain, and show its results: `make demo`."""

import argparse
import io
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.panel import Panel

from local import recording, sample_registry, screen
from local.application import Application, InvocationFailedError
from local.deploy import BUILT_TEMPLATE, STACK, DeployFailedError
from local.inbox import Inbox
from local.progress import RunProgress
from local.running import EmulatorFailedError
from local.scan_run import RunFailedError, RunState, ScanRun
from local.session import deployed_application, end_on_sigterm, make_console
from local.snapshot_question import where_is
from local.waiting import DeadlinePassedError

FAILURES = (
    EmulatorFailedError,
    DeployFailedError,
    DeadlinePassedError,
    InvocationFailedError,
    RunFailedError,
    BotoCoreError,
    ClientError,
    subprocess.TimeoutExpired,
)
MAX_DIGEST_LINES = 60
ASKED = "CVE-2021-44228"
INTRODUCTION = (
    "[bold]ecr-scan-reporter[/] keeps the vulnerability scan of every image in Amazon ECR fresh, "
    "and reports the findings.\nThe demo deploys the real template to an emulated AWS and runs it."
)


def main(arguments: list[str]) -> int:
    """Run the demo; `arguments` may name another built template, and a page to write. Returns the exit status."""
    options = _parser().parse_args(arguments)
    end_on_sigterm()
    if options.record and isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # rich draws other boxes without it
    console, began = make_console(records=options.record is not None), datetime.now(UTC)
    status = _run_demo(console, options.template)
    if options.record and not status:
        recording.write(options.record, console.export_text(), began)
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("template", nargs="?", type=Path, default=BUILT_TEMPLATE, help="another built template")
    parser.add_argument("--record", type=Path, metavar="PAGE", help="write the output into this page")
    return parser


def _run_demo(console: Console, template: Path) -> int:
    console.print(Panel(INTRODUCTION, border_style="cyan"))
    started = time.monotonic()
    try:
        with deployed_application(console, template) as application:
            try:
                _show_runs(console, application)
            except FAILURES:
                _print_logs(console, application)
                raise
    except FAILURES as error:
        console.print(f"[bold red]The demo failed:[/] {type(error).__name__}")
        console.print(str(error), markup=False)
        return 1
    except KeyboardInterrupt:
        return 130
    console.print(
        f"[green]✓[/] Done in {time.monotonic() - started:.0f} s. "
        "`make local` keeps it running to look around, with the web page."
    )
    return 0


def _show_runs(console: Console, application: Application) -> None:
    inbox = application.subscribe_inbox("security-team")
    application.subscribe_person("sms", "+15550100")
    console.rule("[bold]The schedule fires")
    first = _run(console, application, inbox)
    console.print(screen.repositories_table(first))
    console.print(screen.reasons_table(first, "Images that were not scanned, and why"))
    console.rule("[bold]Messages to subscribers")
    _show_messages(console, application, first)
    console.rule("[bold]The schedule fires again")
    second = _run(console, application, inbox)
    _show_second_run(console, application, second)
    console.rule("[bold]The digest of the week")
    _show_digest(console, application)
    console.rule(f"[bold]Where is {ASKED}?")
    _show_answer(console, application)


def _run(console: Console, application: Application, inbox: Inbox) -> RunState:
    application.emulator.control("ecr/calls/clear")
    sample = sample_registry.read_sample()
    repositories = len(sample["repositories"])
    images = sum(len(repository["images"]) for repository in sample["repositories"])
    run = ScanRun(application, inbox)
    with RunProgress(console, repositories, images) as progress:
        run.begin()
        state = run.wait(progress.show)
    progress.conclude(state)
    return state


def _show_messages(console: Console, application: Application, run: RunState) -> None:
    letters = application.mail()
    breach = screen.choose_message(run.messages, "THRESHOLDS_BREACHED")
    failure = screen.choose_message(run.messages, "SCAN_FAILED")
    for message, title in ((breach, "E-mail"), (failure, "E-mail about a scan that failed")):
        for letter in letters:
            if message and letter["protocol"] == "email" and letter["subject"] == message.document["summary"]:
                console.print(screen.mail_panel(letter, title))
                break
    for letter in letters:
        if breach and letter["protocol"] == "sms" and letter["text"].startswith(breach.document["summary"]):
            console.print(screen.sms_panel(letter))
    if breach:
        console.print(screen.document_panel(breach))


def _show_second_run(console: Console, application: Application, run: RunState) -> None:
    calls = application.emulator.control("ecr/calls")
    requests = calls.get("DescribeImageScanFindings", 0)
    console.print(screen.reasons_table(run, "Why no image was scanned"))
    console.print(
        f"{run.images} images examined, [bold]{run.started} scans started[/], {len(run.messages)} messages sent: "
        f"no image is due. The scan ledger knew every image, so the scanner asked ECR about {requests} of them."
    )


def _show_digest(console: Console, application: Application) -> None:
    application.emulator.control("mail/clear")
    application.invoke(application.outputs["DigestFunctionName"], {})
    letter = application.wait_until("the digest has arrived", lambda: _mail(application))
    console.print(screen.mail_panel(letter, "E-mail, once a week", MAX_DIGEST_LINES))


def _show_answer(console: Console, application: Application) -> None:
    """Build the inventory, and ask it."""
    built = application.invoke(application.outputs["InventoryFunctionName"], {})
    console.print(screen.where_table(where_is(ASKED, application)))
    console.print(
        f"The inventory has {built['images']} images of {built['repositories']} repositories in one snapshot. "
        f"It asked ECR about {built['asked']} scans of before the installation, and notified nobody."
    )
    console.print(f"The command is `ecr-scan-reporter where {ASKED} --stack {STACK}`.")


def _mail(application: Application) -> dict[str, str] | None:
    return next((letter for letter in application.mail() if letter["protocol"] == "email"), None)


def _print_logs(console: Console, application: Application) -> None:
    for output in application.function_outputs:
        console.rule(f"[red]the log of {application.outputs[output]}")
        try:
            console.print(application.log_tail(output), markup=False)
        except (BotoCoreError, ClientError) as error:
            console.print(f"cannot be read: {error}", markup=False)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
