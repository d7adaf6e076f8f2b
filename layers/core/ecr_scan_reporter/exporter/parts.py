"""The metrics of parts of the registry: of repositories, or of owners."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric

from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.measures import RepositoryMeasures
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """The numbers of a part. `exploited` and `oldest_scan_at` are None where they are not known."""

    size_bytes: int
    coverage: Mapping[CoverageStatus, int]
    oldest_scan_at: datetime | None
    counts: SeverityCounts
    suppressed: int
    fixable: int
    exploited: int | None
    overdue: int

    @classmethod
    def of(cls, measures: RepositoryMeasures) -> "Part":
        """Return those of a repository."""
        findings = measures.findings
        return cls(
            measures.size_bytes,
            measures.coverage,
            measures.oldest_scan_at,
            findings.counts,
            sum(findings.suppressed.values()),
            findings.fixable,
            findings.exploited,
            findings.overdue,
        )

    def __add__(self, other: "Part") -> "Part":
        scans = [each for each in (self.oldest_scan_at, other.oldest_scan_at) if each]
        exploited = [each for each in (self.exploited, other.exploited) if each is not None]
        return Part(
            self.size_bytes + other.size_bytes,
            {status: self.coverage.get(status, 0) + other.coverage.get(status, 0) for status in CoverageStatus},
            min(scans, default=None),
            {severity: self.counts.get(severity, 0) + other.counts.get(severity, 0) for severity in Severity},
            self.suppressed + other.suppressed,
            self.fixable + other.fixable,
            sum(exploited) if exploited else None,
            self.overdue + other.overdue,
        )


# The name, the meaning, and the number of a part, None where it is not known.
_NUMBERS: Sequence[tuple[str, str, Callable[[Part], float | None]]] = (
    ("fixable_findings", "Findings with a fix", lambda part: part.fixable),
    ("suppressed_findings", "Suppressed findings", lambda part: part.suppressed),
    ("overdue_findings", "Findings whose deadline has passed", lambda part: part.overdue),
    ("exploited_findings", "Findings that are known to be exploited (KEV)", lambda part: part.exploited),
    ("size_bytes", "Size of all images", lambda part: part.size_bytes),
    (
        "oldest_scan_timestamp_seconds",
        "Oldest last scan of an image with a result",
        lambda part: part.oldest_scan_at.timestamp() if part.oldest_scan_at else None,
    ),
)


class PartMetrics:
    """Gauges of parts of one kind, such as `aws_ecr_owner_findings`; `labels` name a part."""

    def __init__(self, kind: str, labels: Sequence[str]) -> None:
        self._kind, self._labels = kind, list(labels)
        self._parts: dict[Key, Part] = {}

    def add_all(self, parts: Iterable[tuple[Key, Part]]) -> None:
        """Add the numbers of parts; those with the same labels add up."""
        for key, part in parts:
            known = self._parts.get(key)
            self._parts[key] = known + part if known else part

    def families(self) -> Iterator[Metric]:
        """Yield the families, each with all parts."""
        images = self._family("images", "Images by the coverage of their scans", "status")
        findings = self._family("findings", "Findings by severity, without suppressed ones", "severity")
        for key, part in self._parts.items():
            for status in CoverageStatus:
                images.add_metric([*key, status.value], part.coverage.get(status, 0))
            for severity in Severity:
                findings.add_metric([*key, severity.value], part.counts.get(severity, 0))
        yield images
        yield findings
        for name, documentation, number in _NUMBERS:
            family = self._family(name, documentation)
            for key, part in self._parts.items():
                value = number(part)
                if value is not None:
                    family.add_metric(key, value)
            yield family

    def _family(self, name: str, documentation: str, *labels: str) -> GaugeMetricFamily:
        return GaugeMetricFamily(f"aws_ecr_{self._kind}_{name}", documentation, labels=[*self._labels, *labels])
