"""Ctrl-C: the first one lets the calls under way end, the second one ends the process at once."""

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

from rich.console import Console

from ecr_scan_reporter.cli.exits import INTERRUPTED


@contextmanager
def interruption(console: Console, end_results: Callable[[], object]) -> Iterator[threading.Event]:
    """Yield an event that the first Ctrl-C sets. The second one ends the results, and exits with 130.

    It raises nothing: threads that wait for AWS would hold up the end of the process.
    """
    interrupted = threading.Event()

    def handle(_number: int, _frame: FrameType | None) -> None:
        if interrupted.is_set():
            end_results()
            console.show_cursor()
            sys.stdout.flush()
            os._exit(INTERRUPTED)
        interrupted.set()
        console.print("stopping: waiting for the calls under way (Ctrl-C again to stop at once)")

    previous = signal.signal(signal.SIGINT, handle)
    try:
        yield interrupted
    finally:
        signal.signal(signal.SIGINT, previous)
