"""The cost of the application in a month, from measured figures and AWS's list prices."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from benchmarks import prices
from benchmarks.cpu_quota import share_of
from benchmarks.figures import Figures
from benchmarks.stub_aws import DYNAMODB_SECONDS, ECR_SECONDS
from ecr_scan_reporter.domain.scanning.policy import DEFAULT_SCANS_PER_DAY, ECR_SCANS_PER_DAY

DAYS = 365 / 12
SECONDS_A_DAY = 86_400
BUSY_HOURS = 2  # hours of a day with work of the scheduled run
THREADS = 16
MB_OF_SCANNER, MB_OF_OTHERS = 512, 256
SCANNER_RECORD_BYTES, REPORTER_RECORD_BYTES = 197 + 100, 273 + 100  # DynamoDB adds 100 to each for storage
EVENT_RECORD_BYTES = 500
RESULT_BYTES = 30_000  # about 100 findings
LOG_BYTES_A_JOB, LOG_BYTES_A_REPORT = 2_500, 2_500  # our line, the metrics, and Lambda's three lines
DELETION_CALLS = 2  # image, ledger
REPORTER_CALLS = 11  # tags, findings, image, suppressions, bucket thrice, ledger, idempotency twice, topic
DIGESTS = 52 / 12  # a month; each reads the ledger twice
POLLERS, POLL_SECONDS = 5, 20  # Lambda polls a queue all the time, empty or not
SCANNERS_METRICS, REPORTERS_METRICS = 8, 2
KMS_RESOURCES, KMS_REQUESTS_AN_HOUR = 4, 12  # each key is cached for five minutes
# With AlarmEmail or AlarmTopicArn, off by default; the digest, InspectorFindings, inventory, feeds and API add the
# others.
ALARMS, ALARMS_OF_OPTIONS = 7, 7


@dataclass(frozen=True)
class Registry:
    """A registry at the application's defaults, with one run a day."""

    images: int
    images_a_repository: int = 100
    rescan_days: int = 7
    new_a_day: float = 0.05  # share of the images that are pushed in a day, and as many deleted

    @property
    def repositories(self) -> int:
        """The number of repositories, and of jobs a day."""
        return ceil(self.images / self.images_a_repository)

    @property
    def new(self) -> float:
        """The images a day without a record in DescribeImages or the ledger."""
        return self.images * self.new_a_day

    @property
    def deleted(self) -> float:
        """Images a day that are deleted, each with an event: as many as are new."""
        return self.new

    @property
    def rescans(self) -> float:
        """The scans a day that the application starts: all due ones, up to its budget."""
        left_by_pushes = max(ECR_SCANS_PER_DAY - self.new, 1)
        return min(self.images / self.rescan_days, DEFAULT_SCANS_PER_DAY, left_by_pushes)

    @property
    def scans(self) -> float:
        """The scans a day, those on push included."""
        return self.rescans + self.new

    @property
    def round_days(self) -> int:
        """The days of a round over all images."""
        return ceil(round(self.images / self.rescans, 6))


@dataclass(frozen=True)
class Line:
    """One line of the bill. `used` is in the unit of `price`; `free` of it costs nothing."""

    what: str
    used: float
    price: float
    free: float = 0.0

    @property
    def dollars(self) -> float:
        """The dollars at list price."""
        return self.used * self.price


def bill(registry: Registry, figures: Figures) -> list[Line]:
    """Return the lines of a month. Lines of the same price share the free amount."""
    return [
        *_lambda(registry, figures),
        *_queue(registry),
        *_tables(registry),
        *_reports(registry),
        *_watching(registry),
    ]


def dollars(lines: list[Line]) -> float:
    """Return the sum at list prices."""
    return sum(line.dollars for line in lines)


def dollars_beyond_free(lines: list[Line]) -> float:
    """Return the sum when nothing else in the account uses the free tier."""
    used: dict[tuple[float, float], float] = {}
    for line in lines:
        key = (line.price, line.free)
        used[key] = used.get(key, 0.0) + line.used
    return sum(max(amount - free, 0.0) * price for (price, free), amount in used.items())


def e_mail_dollars(registry: Registry) -> float:
    """Return the dollars of a month for one e-mail address, when every scan is reported."""
    return registry.scans * DAYS * prices.SNS_EMAIL


def job_seconds(registry: Registry, figures: Figures, memory_mb: int = MB_OF_SCANNER) -> float:
    """Return an upper bound of the seconds of one job: its processor time plus its latency."""
    new, scans = registry.new / registry.repositories, registry.scans / registry.repositories
    cpu = figures.cpu_seconds_a_job
    cpu += figures.cpu_seconds_an_image * registry.images_a_repository
    cpu += figures.cpu_seconds_a_call * (new + scans)
    latency = ECR_SECONDS * (1 + ceil(new + scans) / THREADS) + DYNAMODB_SECONDS * 3
    return cpu / share_of(memory_mb) + latency


def _lambda(registry: Registry, figures: Figures) -> Iterator[Line]:
    listing = figures.cpu_seconds_a_job + figures.cpu_seconds_a_repository * registry.repositories
    reporting = (figures.cpu_seconds_a_job + figures.cpu_seconds_a_call * REPORTER_CALLS) / share_of(MB_OF_OTHERS)
    reporting += ECR_SECONDS * REPORTER_CALLS
    forgetting = (figures.cpu_seconds_a_job + figures.cpu_seconds_a_call * DELETION_CALLS) / share_of(MB_OF_OTHERS)
    forgetting += ECR_SECONDS * DELETION_CALLS
    others_gb, scanner_gb = MB_OF_OTHERS / 1024, MB_OF_SCANNER / 1024
    seconds = (
        ("repositories_scanner, time", listing / share_of(MB_OF_OTHERS) * others_gb),
        ("images_scanner, time", job_seconds(registry, figures) * registry.repositories * scanner_gb),
        ("reporter, time", (reporting * registry.scans + forgetting * registry.deleted) * others_gb),
    )
    for what, gb_seconds in seconds:
        yield Line(what, gb_seconds * DAYS, prices.LAMBDA_GB_SECOND, prices.FREE_GB_SECONDS)
    invocations = 1 + registry.repositories + registry.scans + registry.deleted
    yield Line("invocations", invocations * DAYS, prices.LAMBDA_REQUEST, prices.FREE_LAMBDA_REQUESTS)


def _queue(registry: Registry) -> Iterator[Line]:
    polls = POLLERS * SECONDS_A_DAY / POLL_SECONDS
    jobs = registry.repositories * (1 / 10 + 1 + 1)  # sent by ten; received and deleted one by one at worst
    for what, requests in (("jobs queue, Lambda's polling", polls), ("jobs queue, jobs", jobs)):
        yield Line(what, requests * DAYS, prices.SQS_REQUEST, prices.FREE_SQS_REQUESTS)


def _tables(registry: Registry) -> Iterator[Line]:
    ledger_bytes = (SCANNER_RECORD_BYTES + REPORTER_RECORD_BYTES) * registry.images
    whole = ledger_bytes / 4_096 / 2
    # images_scanner, reporter, idempotency; coverage and budget; both items of a deleted image
    writes = registry.scans * (1 + 1 + 2) + registry.repositories * 2 + registry.deleted * 2
    yield Line("ledger, read", (registry.repositories + whole) * DAYS, prices.DYNAMODB_READ)
    yield Line("ledger, read by a weekly digest", whole * 2 * DIGESTS, prices.DYNAMODB_READ)
    yield Line("suppressions, read", registry.scans * DAYS, prices.DYNAMODB_READ)
    yield Line("ledger and idempotency, written", writes * DAYS, prices.DYNAMODB_WRITE)
    yield Line(
        "ledger, stored and backed up",
        (ledger_bytes + EVENT_RECORD_BYTES * registry.scans) / 1e9,
        prices.DYNAMODB_GB_MONTH + prices.DYNAMODB_BACKUP_GB_MONTH,
    )


def _reports(registry: Registry) -> Iterator[Line]:
    # The pointer of a tag is read with each scan; a new image is compared with the one that had the tag.
    yield Line("findings, written", (registry.scans + registry.new) * DAYS, prices.S3_PUT)
    yield Line("findings, earlier results read", (registry.scans * 2 + registry.new * 2) * DAYS, prices.S3_GET)
    yield Line("findings, stored", registry.images * RESULT_BYTES / 1e9, prices.S3_GB_MONTH)
    yield Line("messages", registry.scans * DAYS, prices.SNS_PUBLISH, prices.FREE_SNS_PUBLISHES)


def _watching(registry: Registry) -> Iterator[Line]:
    log_bytes = LOG_BYTES_A_JOB * (registry.repositories + 1) + LOG_BYTES_A_REPORT * (registry.scans + registry.deleted)
    yield Line("logs", log_bytes * DAYS / 1e9, prices.LOGS_GB, prices.FREE_LOGS_GB)
    metrics = SCANNERS_METRICS * BUSY_HOURS / 24 + REPORTERS_METRICS
    yield Line("metrics", metrics, prices.METRIC_MONTH, prices.FREE_METRICS)
    invocations = registry.repositories + registry.scans + registry.deleted
    first_of_a_second = min(invocations, BUSY_HOURS * 3_600)
    traces = first_of_a_second + (invocations - first_of_a_second) * 0.05
    yield Line("traces", traces * DAYS, prices.TRACE, prices.FREE_TRACES)
    requests = KMS_RESOURCES * KMS_REQUESTS_AN_HOUR * 24
    yield Line("encryption keys", requests * DAYS, prices.KMS_REQUEST, prices.FREE_KMS_REQUESTS)
