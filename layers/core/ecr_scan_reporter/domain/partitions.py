"""Addresses that depend on the AWS partition a region belongs to."""

from dataclasses import dataclass
from urllib.parse import quote

from ecr_scan_reporter.domain.images import Repository


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition: what its region names begin with, its DNS suffix, the host of its console."""

    name: str
    region_prefix: str
    url_suffix: str
    console: str


# https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
_PARTITIONS = (
    Partition("aws-cn", "cn-", "amazonaws.com.cn", "{region}.console.amazonaws.cn"),
    Partition("aws-us-gov", "us-gov-", "amazonaws.com", "console.amazonaws-us-gov.com"),
    Partition("aws-eusc", "eusc-", "amazonaws.eu", "{region}.console.amazonaws-eusc.eu"),
    Partition("aws", "", "amazonaws.com", "{region}.console.aws.amazon.com"),
)


def partition_of(region: str) -> Partition:
    """Return the partition of a region; a region that we do not know is taken for one of the `aws` partition."""
    return next(partition for partition in _PARTITIONS if region.startswith(partition.region_prefix))


def image_uri(repository: Repository, digest: str) -> str:
    """Return the URI to pull an image by its digest."""
    suffix = partition_of(repository.region).url_suffix
    return f"{repository.registry_id}.dkr.ecr.{repository.region}.{suffix}/{repository.name}@{digest}"


def console_url(repository: Repository, digest: str) -> str:
    """Return the page of an image, with its scan, in the console of the right partition."""
    host = partition_of(repository.region).console.format(region=repository.region)
    path = (
        f"ecr/repositories/private/{repository.registry_id}/{quote(repository.name)}/_/image/{quote(digest, safe=':')}"
    )
    return f"https://{host}/{path}/details?region={repository.region}"
