"""The cost of the tables of Athena, which are off by default: what a day stores, and what a question reads."""

from dataclasses import dataclass
from math import ceil

from benchmarks import prices
from benchmarks.cost import DAYS
from benchmarks.cpu_quota import MB_OF_A_PROCESSOR
from ecr_scan_reporter.use_cases.inventory.write_lake import PART_BYTES

# Compressed, of 5,000 made-up images with 112 findings each: 460 KB and 17.1 MB.
IMAGE_BYTES, IMAGES_FINDINGS_BYTES = 92, 3_412
SECONDS_A_FINDING, FINDINGS = 8e-6, 112  # of a whole processor
KEPT_DAYS = 400
LEAST_BYTES = 10_000_000  # that Athena bills for a query


@dataclass(frozen=True)
class Question:
    """What a question reads of each image."""

    bytes_an_image: int


FINDINGS_DAY = Question(IMAGES_FINDINGS_BYTES)
IMAGES_MONTH = Question(30 * IMAGE_BYTES)


@dataclass(frozen=True)
class Lake:
    """The lake of a registry, written once a day."""

    images: int

    @property
    def day_bytes(self) -> int:
        """The bytes of both tables in a day."""
        return self.images * (IMAGE_BYTES + IMAGES_FINDINGS_BYTES)

    @property
    def stored(self) -> float:
        """The dollars of a month when the first day expires."""
        return self.day_bytes * KEPT_DAYS / 1e9 * prices.S3_GB_MONTH

    @property
    def written(self) -> float:
        """The dollars of a month for the files, and for a list of each table."""
        files = sum(ceil(self.images * each / PART_BYTES) for each in (IMAGE_BYTES, IMAGES_FINDINGS_BYTES))
        return (files + 2) * DAYS * prices.S3_PUT

    @property
    def writing(self) -> float:
        """The dollars of a month for the time of the function."""
        seconds = self.images * FINDINGS * SECONDS_A_FINDING
        return seconds * MB_OF_A_PROCESSOR / 1024 * DAYS * prices.LAMBDA_GB_SECOND

    def question(self, question: Question) -> float:
        """Return the dollars of one question."""
        return max(self.images * question.bytes_an_image, LEAST_BYTES) / 1e12 * prices.ATHENA_TB
