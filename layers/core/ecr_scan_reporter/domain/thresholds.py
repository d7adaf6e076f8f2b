"""Thresholds: from how many findings of a severity on an image is reported."""

from collections.abc import Mapping
from dataclasses import dataclass

from ecr_scan_reporter.domain.severities import Severity, SeverityCounts

THRESHOLD_SEVERITIES = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)

Thresholds = Mapping[Severity, int]


@dataclass(frozen=True, slots=True)
class Breach:
    """A severity whose count is above zero and at or above its threshold."""

    severity: Severity
    count: int
    threshold: int


def find_breaches(counts: SeverityCounts, thresholds: Thresholds) -> tuple[Breach, ...]:
    """Return the breaches, most severe first. A severity without a threshold has none."""
    return tuple(
        Breach(severity, counts[severity], threshold)
        for severity, threshold in sorted(thresholds.items(), key=lambda item: item[0].rank)
        if counts.get(severity, 0) > 0 and counts[severity] >= threshold
    )
