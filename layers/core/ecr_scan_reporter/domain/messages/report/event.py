"""A report as the detail of an EventBridge event: the JSON document that the subscribers of the topic get."""

import json
from typing import Any

from ecr_scan_reporter.domain.messages.report.document import fitting_document
from ecr_scan_reporter.domain.reports.reports import ScanReport

# An entry, with its names and its resources. EventBridge takes more by now, but not all of its targets do.
# https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html
ENTRY_BYTES = 262_144
MAX_BYTES = ENTRY_BYTES - 4_096


def compose_event(report: ScanReport, max_bytes: int = MAX_BYTES) -> dict[str, Any]:
    """Return the detail; where it would be too large it carries fewer findings, and never fewer facts."""
    return fitting_document(report, lambda document: len(json.dumps(document)) <= max_bytes)
