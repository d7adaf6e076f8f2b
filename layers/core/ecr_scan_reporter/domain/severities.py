"""Severities of findings, and the number of findings of each."""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum


class Severity(StrEnum):
    """Levels of basic and enhanced scanning, most severe first.

    https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanFinding.html
    """

    CRITICAL = "CRITICAL"
    HIGH = "HIGH"
    MEDIUM = "MEDIUM"
    LOW = "LOW"
    INFORMATIONAL = "INFORMATIONAL"
    UNDEFINED = "UNDEFINED"
    UNTRIAGED = "UNTRIAGED"

    @classmethod
    def parse(cls, text: str | None) -> "Severity":
        """Return the severity. An unknown one counts as UNDEFINED, so that no finding is lost."""
        return cls.__members__.get((text or "").upper(), cls.UNDEFINED)

    @property
    def rank(self) -> int:
        """The rank, 0 for the most severe."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}

SeverityCounts = Mapping[Severity, int]


def parse_counts(counts: Mapping[str, int] | None) -> dict[Severity, int]:
    """Return ECR's severity counts without zeros, most severe first. Skips the `TOTAL` of enhanced scanning."""
    parsed: dict[Severity, int] = {}
    for name, number in (counts or {}).items():
        if name != "TOTAL" and number:
            severity = Severity.parse(name)
            parsed[severity] = parsed.get(severity, 0) + int(number)
    return {severity: parsed[severity] for severity in Severity if severity in parsed}


def count_severities(severities: Iterable[Severity]) -> dict[Severity, int]:
    """Count each severity, most severe first; absent ones have no count."""
    counts = Counter(severities)
    return {severity: counts[severity] for severity in Severity if counts[severity]}


def most_severe(severities: Iterable[Severity]) -> Severity | None:
    """Return the most severe of `severities`, None for none."""
    return min(severities, key=lambda severity: severity.rank, default=None)
