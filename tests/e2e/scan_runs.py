"""What the schedule starts, and how long it takes until an image is due again."""

from typing import Any

from local.application import Application
from local.inbox import Inbox
from local.scan_run import ScanRun

WEEK_AND_A_DAY_HOURS = 8 * 24


def run_scans(application: Application, inbox: Inbox) -> list[dict[str, Any]]:
    """Let the schedule fire; return the documents that the reporter has published."""
    run = ScanRun(application, inbox)
    run.begin()
    return [message.document for message in run.wait().messages]
