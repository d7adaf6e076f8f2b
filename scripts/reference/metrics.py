"""Write docs/reference/metrics.md: the metrics of a made-up registry, by the detail that has them."""

from collections.abc import Iterator
from datetime import UTC, datetime

from prometheus_client.core import Metric

from ecr_scan_reporter.domain.exploits.known import FeedCopy
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.measures import (
    FindingNumbers,
    ImageMeasures,
    MetricsDetail,
    RepositoryMeasures,
)
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.exporter.collector import InventoryCollector
from scripts.reference.pages import FOLDER, Page, code, table

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_REPOSITORY = Repository("123456789012", "eu-west-1", "team/app")
_FINDINGS = FindingNumbers({Severity.HIGH: 1}, exploited=0)


class _OneImage:
    """An inventory of one image, of which everything is known."""

    @property
    def info(self) -> SnapshotInfo:
        return SnapshotInfo(1, 1, "", _NOW, kev=FeedCopy("", _NOW), epss=FeedCopy("", _NOW))

    def measure_repositories(self) -> Iterator[RepositoryMeasures]:
        coverage = {CoverageStatus.CURRENT: 1}
        yield RepositoryMeasures(_REPOSITORY, "", "", "", True, "", 1, 1, coverage, _NOW, _FINDINGS)

    def measure_images(self) -> Iterator[ImageMeasures]:
        image = ImageId(_REPOSITORY, "sha256:0")
        yield ImageMeasures(image, "", (), 1, _NOW, ScanStatus.COMPLETE, _NOW, _FINDINGS)


def render() -> str:
    """Return a table of each detail."""
    known: set[str] = set()
    parts = []
    for detail in MetricsDetail:
        families = [each for each in InventoryCollector(_OneImage(), detail).collect() if each.name not in known]
        known |= {each.name for each in families}
        rows = ((code(each.name), each.documentation, _labels(each)) for each in families)
        parts.append(f"## `{detail.value}`\n\n" + table(("metric", "meaning", "labels"), rows))
    return "\n".join(parts)


def _labels(family: Metric) -> str:
    return ", ".join(code(label) for label in sorted(family.samples[0].labels))


PAGE = Page(FOLDER / "metrics.md", render)
