"""A collector of prometheus_client over one snapshot of the inventory.

The metrics of images and `aws_ecr_repository_info` and `_count` have the names, labels and values of aws-exporters/ecr.
"""

from collections.abc import Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from ecr_scan_reporter.domain.inventory.measures import MetricsDetail, RepositoryMeasures
from ecr_scan_reporter.exporter.images import image_metrics
from ecr_scan_reporter.exporter.parts import Part, PartMetrics
from ecr_scan_reporter.use_cases.inventory.ports import MeasuredInventory


class InventoryCollector(Collector):
    """Collects the metrics of a snapshot. It keeps nothing: each collection asks the snapshot."""

    def __init__(self, inventory: MeasuredInventory, detail: MetricsDetail = MetricsDetail.IMAGE) -> None:
        self._inventory, self._detail = inventory, detail

    def collect(self) -> Iterator[Metric]:
        """Yield the metric families."""
        repositories = list(self._inventory.measure_repositories())
        yield _count(repositories)
        yield from _snapshot(self._inventory)
        owners = PartMetrics("owner", ("registry_id", "region", "owner"))
        owners.add_all((_owner(each), Part.of(each)) for each in repositories)
        yield from owners.families()
        if self._detail.has(MetricsDetail.REPOSITORY):
            yield _info(repositories)
            by_name = PartMetrics("repository", ("registry_id", "region", "name", "owner"))
            by_name.add_all((_name(each), Part.of(each)) for each in repositories)
            yield from by_name.families()
        if self._detail.has(MetricsDetail.IMAGE):
            yield from image_metrics(self._inventory.measure_images())


def _owner(each: RepositoryMeasures) -> tuple[str, ...]:
    return each.repository.registry_id, each.repository.region, each.owner


def _name(each: RepositoryMeasures) -> tuple[str, ...]:
    return each.repository.registry_id, each.repository.region, each.repository.name, each.owner


def _count(repositories: Iterable[RepositoryMeasures]) -> Metric:
    family = GaugeMetricFamily("aws_ecr_repository_count", "Repositories in the registry", labels=["registry_id"])
    numbers: dict[str, int] = {}
    for each in repositories:
        registry = each.repository.registry_id
        numbers[registry] = numbers.get(registry, 0) + 1
    for registry, number in sorted(numbers.items()):
        family.add_metric([registry], number)
    return family


def _info(repositories: Iterable[RepositoryMeasures]) -> Metric:
    labels = ["encryption_type", "name", "registry_id", "repository_uri", "scan_on_push", "tag_mutability"]
    family = GaugeMetricFamily("aws_ecr_repository_info", "Settings of each repository; always 1", labels=labels)
    for each in repositories:
        pushes = "true" if each.scans_on_push else "false"
        repository = each.repository
        family.add_metric(
            [each.encryption_type, repository.name, repository.registry_id, each.uri, pushes, each.tag_mutability], 1
        )
    return family


def _snapshot(inventory: MeasuredInventory) -> Iterator[Metric]:
    info = inventory.info
    up = GaugeMetricFamily("aws_ecr_repository_exporter_up", "1 where there is an inventory")
    up.add_metric([], 1)
    yield up
    complete = GaugeMetricFamily("aws_ecr_inventory_complete", "1 where the inventory could read everything")
    complete.add_metric([], int(info.is_complete))
    yield complete
    built = GaugeMetricFamily("aws_ecr_inventory_built_timestamp_seconds", "When the inventory was built")
    built.add_metric([], info.built_at.timestamp())
    yield built
    pending = GaugeMetricFamily("aws_ecr_inventory_pending_images", "Images whose findings were not read yet")
    pending.add_metric([], info.pending)
    yield pending
    feeds = GaugeMetricFamily(
        "aws_ecr_exploit_feed_fetched_timestamp_seconds", "When the feed was fetched", labels=["feed"]
    )
    for name, copy in (("kev", info.kev), ("epss", info.epss)):
        if copy:
            feeds.add_metric([name], copy.fetched_at.timestamp())
    yield feeds
