"""The metrics of each tag of each image; one without a tag has an empty one, and its digest in `image`."""

from collections.abc import Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from ecr_scan_reporter.domain.inventory.measures import ImageMeasures
from ecr_scan_reporter.domain.registry.partitions import image_uri

LABELS = ["digest", "image", "name", "registry_id", "tag"]


def image_metrics(images: Iterable[ImageMeasures]) -> Iterator[Metric]:
    """Yield the families of images."""
    size = _family("size_in_bytes", "Size of the image")
    pushed = _family("pushed_at_timestamp_seconds", "When the image was pushed")
    scanned = _family("scan_completed_at_timestamp_seconds", "When the last scan of the image ended")
    severities = _family("scan_severity_count", "Findings of the last scan, with suppressed ones", "severity")
    statuses = _family("scan_status", "Status of the last scan; always 1", "status")
    suppressed = _family("suppressed_findings", "Suppressed findings of the last scan")
    fixable = _family("fixable_findings", "Findings of the last scan with a fix, without suppressed ones")
    exploited = _family("exploited_findings", "Findings that are known to be exploited (KEV), without suppressed ones")
    for each in images:
        findings = each.findings
        for labels in _labels(each):
            size.add_metric(labels, each.size_bytes)
            if each.pushed_at:
                pushed.add_metric(labels, each.pushed_at.timestamp())
            statuses.add_metric([*labels, each.scan_status.value], 1)
            if each.scanned_at is None:
                continue
            scanned.add_metric(labels, each.scanned_at.timestamp())
            for severity, number in findings.of_scan.items():
                severities.add_metric([*labels, severity.value], number)
            suppressed.add_metric(labels, sum(findings.suppressed.values()))
            fixable.add_metric(labels, findings.fixable)
            if findings.exploited is not None:
                exploited.add_metric(labels, findings.exploited)
    yield from (size, pushed, scanned, severities, statuses, suppressed, fixable, exploited)


def _labels(each: ImageMeasures) -> Iterator[list[str]]:
    repository, digest = each.id.repository, each.id.digest
    uri = each.uri or image_uri(each.id).partition("@")[0]
    for tag in each.tags or ("",):
        image = f"{uri}:{tag}" if tag else f"{uri}@{digest}"
        yield [digest, image, repository.name, repository.registry_id, tag]


def _family(name: str, documentation: str, *labels: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"aws_ecr_image_{name}", documentation, labels=[*LABELS, *labels])
