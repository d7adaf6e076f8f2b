"""The explanation of each decision about an image, in the application's words."""

import sys

from local.running import PROJECT

# The demo runs in the emulator's environment, where the library is not installed.
sys.path.append(str(PROJECT / "layers" / "core"))

from ecr_scan_reporter.domain.registry import start_results
from ecr_scan_reporter.domain.scanning import due


def explain(reason: str, answer: str | None) -> str:
    """Return the explanation of a decision, or of ECR's refusal to scan."""
    if answer and answer != start_results.StartScanResult.STARTED:
        return start_results.EXPLANATIONS[start_results.StartScanResult(answer)]
    return due.EXPLANATIONS[due.DueReason(reason)]
