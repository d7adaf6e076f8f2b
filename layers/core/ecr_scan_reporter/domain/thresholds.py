"""Thresholds: from how many findings of a severity on an image is reported."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from ecr_scan_reporter.domain.severities import Severity, SeverityCounts
from ecr_scan_reporter.errors import InvalidInputError

MAX_THRESHOLD = 1_000_000_000
# The levels that have a threshold. That of UNDEFINED is one for all that nobody has rated (yet).
RATED_SEVERITIES = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)
THRESHOLD_SEVERITIES = (*RATED_SEVERITIES, Severity.UNDEFINED)
OFF = "off"

Thresholds = Mapping[Severity, int]
"""The threshold of each level. A level that is switched off has none."""


@dataclass(frozen=True, slots=True)
class Breach:
    """A severity whose count is above zero and at or above its threshold."""

    severity: Severity
    count: int
    threshold: int


@dataclass(frozen=True, slots=True)
class ExploitedBreach:
    """A number of findings that are known to be exploited, at or above its threshold."""

    count: int
    threshold: int


def find_exploited_breach(count: int, threshold: int | None) -> ExploitedBreach | None:
    """Return the breach, None without exploited findings, below the threshold, or where that is off (None)."""
    return ExploitedBreach(count, threshold) if threshold is not None and count and count >= threshold else None


def threshold_level(severity: Severity) -> Severity:
    """Return the level whose threshold holds for a severity: what is not rated yet counts as UNDEFINED."""
    return Severity.UNDEFINED if severity is Severity.UNTRIAGED else severity


def find_breaches(counts: SeverityCounts, thresholds: Thresholds) -> tuple[Breach, ...]:
    """Return the breaches, most severe first. A severity without a threshold is never breached."""
    totals = Counter[Severity]()
    for severity, count in counts.items():
        totals[threshold_level(severity)] += count
    return tuple(
        Breach(severity, totals[severity], threshold)
        for severity, threshold in sorted(thresholds.items(), key=lambda item: item[0].rank)
        if totals[severity] > 0 and totals[severity] >= threshold
    )


def parse_threshold(text: str, name: str) -> int | None:
    """Read a threshold, None for `off`. Raises InvalidInputError that calls it by `name`."""
    if text.strip().lower() == OFF:
        return None
    if not text.isascii() or not text.isdecimal() or int(text) > MAX_THRESHOLD:
        raise InvalidInputError(name, text, f"a whole number from 0 to {MAX_THRESHOLD}, or {OFF}")
    return int(text)
