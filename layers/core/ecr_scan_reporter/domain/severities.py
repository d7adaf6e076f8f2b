"""Severity levels of findings, and how many findings there are of each."""

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
        """Return the level; one that we do not know (yet) counts as UNDEFINED, so that no finding is lost."""
        return cls.__members__.get((text or "").upper(), cls.UNDEFINED)

    @property
    def rank(self) -> int:
        """0 for the most severe level."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}

SeverityCounts = Mapping[Severity, int]


def parse_counts(counts: Mapping[str, int] | None) -> dict[Severity, int]:
    """Read ECR's severity counts: absent levels are zero, and the `TOTAL` of enhanced scanning is no level."""
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
    """Return the most severe of `severities`, None where there are none."""
    return min(severities, key=lambda severity: severity.rank, default=None)
