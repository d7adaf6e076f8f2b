"""Batches of jobs, as the queue hands them to the images scanner."""

import copy
import json
from typing import Any

from tests.recorded_events import load_event

RECORDED = load_event("scan_jobs")


def batch(*bodies: object) -> dict[str, Any]:
    """Return a batch of jobs; a value that is no text is written as JSON."""
    records = []
    for number, body in enumerate(bodies):
        record = copy.deepcopy(RECORDED["Records"][0])
        record["messageId"] = f"message-{number}"
        record["body"] = body if isinstance(body, str) else json.dumps(body)
        records.append(record)
    return {"Records": records}
