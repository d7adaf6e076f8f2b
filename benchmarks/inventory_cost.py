"""The cost of the inventory in a month, which is off by default: a build every half hour."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from benchmarks import prices
from benchmarks.cost import DAYS, REPORTER_RECORD_BYTES, SCANNER_RECORD_BYTES, THREADS, Line, Registry
from benchmarks.cpu_quota import MB_OF_A_PROCESSOR
from benchmarks.figures import Figures
from benchmarks.stub_aws import DYNAMODB_SECONDS, ECR_SECONDS
from ecr_scan_reporter.domain.inventory.pointer import FILES, KEPT
from ecr_scan_reporter.use_cases.inventory.read_ledger import OVERLAP

PERIOD = timedelta(minutes=30)
BUILDS_A_DAY = timedelta(days=1) / PERIOD
# What a build reads of the journal has been read by the build before, for a part of the period.
READ_TWICE = 1 + OVERLAP / PERIOD
REPOSITORIES_AT_A_TIME, IMAGES_A_PAGE = 8, 1_000
# Of a whole processor; made-up images with 100 findings each.
SECONDS_TO_START, SECONDS_AN_IMAGE, SECONDS_A_RESULT = 1.0, 30e-6, 2e-3
SNAPSHOT_BYTES_AN_IMAGE, BYTES_A_SECOND = 550, 50_000_000  # compressed; between Lambda and S3
JOURNAL_BYTES, METRICS, KEYS_A_PAGE = 150, 4, 1_000
READ_BYTES = 8_192  # for one unit, eventually consistent


def memory_mb(images: int) -> int:
    """Return the memory that docs/how-to/run-the-inventory.md names for a registry."""
    return MB_OF_A_PROCESSOR if images <= 100_000 else 3_008


@dataclass(frozen=True)
class Inventory:
    """The inventory of a registry at the defaults."""

    registry: Registry

    @property
    def results_a_build(self) -> float:
        """The stored results that a build reads."""
        return self.registry.scans / BUILDS_A_DAY * READ_TWICE

    def seconds(self, figures: Figures) -> float:
        """Return the seconds of a build: its processor time plus its waiting, as if neither overlapped the other."""
        registry = self.registry
        processor = SECONDS_TO_START + figures.cpu_seconds_a_job
        processor += (figures.cpu_seconds_an_image + SECONDS_AN_IMAGE) * registry.images
        processor += SECONDS_A_RESULT * self.results_a_build
        pages = registry.repositories * ceil(registry.images_a_repository / IMAGES_A_PAGE)
        waiting = ECR_SECONDS * pages / REPOSITORIES_AT_A_TIME + DYNAMODB_SECONDS * self.results_a_build / THREADS
        return processor + waiting + 2 * self.snapshot_bytes / BYTES_A_SECOND

    @property
    def snapshot_bytes(self) -> int:
        """The bytes of the three files, compressed."""
        return SNAPSHOT_BYTES_AN_IMAGE * self.registry.images

    @property
    def once(self) -> float:
        """The dollars to store what ECR is asked for, when all images were scanned before the installation."""
        return self.registry.images * (2 * prices.S3_PUT + prices.DYNAMODB_WRITE)


def inventory_bill(inventory: Inventory, figures: Figures) -> list[Line]:
    """Return the lines of a month."""
    return [*_function(inventory, figures), *_ledger(inventory.registry), *_bucket(inventory)]


def _function(inventory: Inventory, figures: Figures) -> Iterator[Line]:
    gb_seconds = inventory.seconds(figures) * memory_mb(inventory.registry.images) / 1024 * BUILDS_A_DAY
    yield Line("inventory, time", gb_seconds * DAYS, prices.LAMBDA_GB_SECOND, prices.FREE_GB_SECONDS)
    yield Line("metrics", METRICS, prices.METRIC_MONTH, prices.FREE_METRICS)


def _ledger(registry: Registry) -> Iterator[Line]:
    entries = registry.scans * 2 + registry.repositories  # a result and a change; a job of the images scanner
    yield Line("journal, written", entries * DAYS, prices.DYNAMODB_WRITE)
    image_bytes = SCANNER_RECORD_BYTES + REPORTER_RECORD_BYTES
    queried = entries * JOURNAL_BYTES / READ_BYTES
    repositories = registry.repositories * max(registry.images_a_repository * image_bytes / READ_BYTES, 0.5)
    named = registry.scans * 3 * 0.5  # two records and a change
    whole = registry.images * image_bytes / READ_BYTES
    yield Line(
        "journal and ledger, read", ((queried + repositories + named) * READ_TWICE + whole) * DAYS, prices.DYNAMODB_READ
    )


def _bucket(inventory: Inventory) -> Iterator[Line]:
    objects = len(FILES) + 1
    read = (inventory.results_a_build + objects) * BUILDS_A_DAY
    yield Line("results and snapshots, read", read * DAYS, prices.S3_GET)
    yield Line("results, listed once a day", ceil(inventory.registry.images / KEYS_A_PAGE) * DAYS, prices.S3_PUT)
    yield Line("snapshots, written", objects * BUILDS_A_DAY * DAYS, prices.S3_PUT)
    kept = KEPT / PERIOD + 2  # the current one and the one before
    yield Line("snapshots, stored", kept * inventory.snapshot_bytes / 1e9, prices.S3_GB_MONTH)
