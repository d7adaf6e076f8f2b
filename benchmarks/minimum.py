"""The fewest calls that do the work, and the shortest time of them."""

from collections import Counter
from dataclasses import dataclass
from math import ceil

from benchmarks.stub_aws import ECR_SECONDS, ITEMS_A_PAGE, SQS_SECONDS

PAGE, LEDGER_BATCH, QUEUE_BATCH = 1_000, 25, 10


@dataclass(frozen=True)
class ImagesCase:
    """A repository: its images, those of them that are due, and whether the ledger knows them."""

    images: int
    due: int
    ledger_is_full: bool

    @property
    def unknown(self) -> int:
        """The number of images that need a call for their last scan."""
        return 0 if self.ledger_is_full else self.images

    @property
    def minimum(self) -> Counter[str]:
        """The necessary calls, by API."""
        known = self.images - self.unknown
        return +Counter(
            {
                "ListTagsForResource": 1,
                "DescribeImages": ceil(self.images / PAGE),
                "PutItem": 1,
                "Query": max(ceil(known / ITEMS_A_PAGE), 1),
                "DescribeImageScanFindings": self.unknown,
                "StartImageScan": self.due,
                "BatchWriteItem": ceil((self.unknown or self.due) / LEDGER_BATCH),
            }
        )

    def limit_seconds(self, threads: int) -> float:
        """ECR's latency alone: pages one after the other, the rest on the threads; no processor, no ledger."""
        return ceil(self.images / PAGE) * ECR_SECONDS + (self.unknown + self.due) * ECR_SECONDS / threads


@dataclass(frozen=True)
class RepositoriesCase:
    """A registry: its number of repositories."""

    repositories: int

    @property
    def minimum(self) -> Counter[str]:
        """The necessary calls, by API."""
        return Counter(
            {
                "DescribeRepositories": ceil(self.repositories / PAGE),
                "SendMessageBatch": ceil(self.repositories / QUEUE_BATCH),
            }
        )

    def limit_seconds(self, threads: int) -> float:
        """The latency alone."""
        calls = self.minimum
        return calls["DescribeRepositories"] * ECR_SECONDS + calls["SendMessageBatch"] * SQS_SECONDS / threads
