"""The start of the demo and of `serve`: the application, deployed to an emulator with the sample registry."""

import contextlib
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import FrameType

from rich.console import Console

from local import sample_registry
from local.application import Application
from local.deploy import BUILT_TEMPLATE, deploy_with_sam
from local.feeds import serving_feeds
from local.running import EmulatorFailedError, running_emulator

PARAMETERS = {
    # DEBUG: the images scanner logs the decision about each image.
    "LogLevel": "DEBUG",
    "NotificationEmail": "security@example.com",
    "NotificationMode": "BOTH",
    "EnableInventory": "True",
}
WIDTH = 100


def make_console(*, records: bool = False) -> Console:
    """A console of at most 100 columns; of exactly 100 when the output has no width.

    With `records` it can export its output, which has no colours, and lines in place of progress bars.
    """
    if records:
        return Console(highlight=False, width=WIDTH, force_terminal=False, color_system=None, record=True)
    console = Console(highlight=False)
    width = min(console.width, WIDTH) if console.is_terminal else WIDTH
    return Console(highlight=False, width=width)


@contextlib.contextmanager
def step(console: Console, doing: str, done: str) -> Iterator[None]:
    """Print a long step, and its duration."""
    started = time.monotonic()
    with console.status(f"{doing} ..."):
        yield
    console.print(f"[green]✓[/] {done} [dim]({time.monotonic() - started:.1f} s)[/]")


@contextlib.contextmanager
def deployed_application(
    console: Console,
    template: Path = BUILT_TEMPLATE,
    port: int | None = None,
    parameters: Mapping[str, str] = PARAMETERS,
) -> Iterator[Application]:
    """Start the emulator, fill the registry, deploy, and disable the schedule. The end of the block removes all."""
    if not template.exists():
        raise EmulatorFailedError(f"{template} is not there: run `make build-local`")
    with contextlib.ExitStack() as stack:
        with step(console, "Starting an AWS on this machine", "An AWS on this machine, reachable only from here"):
            emulator = stack.enter_context(running_emulator(port=port))
        with step(console, "Filling the registry", "A sample registry of a made-up company, with real CVEs"):
            sample_registry.fill(emulator.control)
            feeds = stack.enter_context(serving_feeds())
        with step(console, "sam deploy", "The application, built and deployed by the SAM CLI"):
            application = Application(emulator, deploy_with_sam(emulator, template, {**parameters, **feeds.parameters}))
        application.switch_schedules_off()
        with step(console, "Fetching KEV and EPSS", "What is known of exploits (an excerpt of KEV and EPSS)"):
            application.invoke(application.outputs["ExploitFeedsFunctionName"], {})
        yield application


def end_on_sigterm() -> None:
    """Make SIGTERM unwind as Ctrl-C does, so that nothing remains."""

    def end(_number: int, _frame: FrameType | None) -> None:
        sys.exit(143)

    signal.signal(signal.SIGTERM, end)
