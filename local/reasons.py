"""The application's own words for why an image was scanned, or was not."""

import sys

from local.running import PROJECT

# The demo runs in the emulator's environment, where the library is not installed.
sys.path.append(str(PROJECT / "layers" / "core"))

from ecr_scan_reporter.domain import scan_due, start_answers


def explain(reason: str, answer: str | None) -> str:
    """Put a decision into words; where ECR refused the scan, its refusal."""
    if answer and answer != start_answers.StartAnswer.STARTED:
        return start_answers.EXPLANATIONS[start_answers.StartAnswer(answer)]
    return scan_due.EXPLANATIONS[scan_due.Reason(reason)]
