"""The application's own words for why an image was scanned, or was not."""

import sys

from local.running import PROJECT

# The demo runs in the emulator's environment, where the library is not installed.
sys.path.append(str(PROJECT / "layers" / "core"))

from ecr_scan_reporter.domain.registry import start_results
from ecr_scan_reporter.domain.scanning import due


def explain(reason: str, answer: str | None) -> str:
    """Put a decision into words; where ECR refused the scan, its refusal."""
    if answer and answer != start_results.StartScanResult.STARTED:
        return start_results.EXPLANATIONS[start_results.StartScanResult(answer)]
    return due.EXPLANATIONS[due.DueReason(reason)]
