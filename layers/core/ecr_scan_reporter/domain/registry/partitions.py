"""Addresses that differ between AWS partitions."""

from dataclasses import dataclass
from urllib.parse import quote

from ecr_scan_reporter.domain.registry.images import ImageId, Repository


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition: the prefix of its region names, its DNS suffixes, the host of its console.

    `dual_stack_suffix` is for hosts with IPv6; `has_fips` is True when ECR has FIPS 140 hosts there.
    """

    name: str
    region_prefix: str
    url_suffix: str
    dual_stack_suffix: str
    has_fips: bool
    console: str


# https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
# https://docs.aws.amazon.com/general/latest/gr/ecr.html
_PARTITIONS = (
    Partition(
        "aws-cn", "cn-", "amazonaws.com.cn", "on.amazonwebservices.com.cn", False, "{region}.console.amazonaws.cn"
    ),
    Partition("aws-us-gov", "us-gov-", "amazonaws.com", "on.aws", True, "console.amazonaws-us-gov.com"),
    Partition(
        "aws-eusc", "eusc-", "amazonaws.eu", "on.amazonwebservices.eu", False, "{region}.console.amazonaws-eusc.eu"
    ),
    Partition("aws", "", "amazonaws.com", "on.aws", True, "{region}.console.aws.amazon.com"),
)


def partition_of(region: str) -> Partition:
    """Return the partition of a region, `aws` for an unknown region."""
    return next(partition for partition in _PARTITIONS if region.startswith(partition.region_prefix))


def is_registry_host(host: str, registry_id: str, region: str) -> bool:
    """Return whether `host` is a host of the registry of an account in a region.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html
    """
    partition = partition_of(region)
    kinds = ("ecr", "ecr-fips") if partition.has_fips else ("ecr",)
    return host in {
        f"{registry_id}.{name}.{region}.{suffix}"
        for kind in kinds
        for name, suffix in ((f"dkr.{kind}", partition.url_suffix), (f"dkr-{kind}", partition.dual_stack_suffix))
    }


def image_uri(image: ImageId) -> str:
    """Return the URI that pulls an image by its digest."""
    repository = image.repository
    suffix = partition_of(repository.region).url_suffix
    return f"{repository.registry_id}.dkr.ecr.{repository.region}.{suffix}/{repository.name}@{image.digest}"


def console_url(image: ImageId) -> str:
    """Return the console page of an image and its scan."""
    repository = image.repository
    digest = quote(image.digest, safe=":")
    return f"{_console_path(repository)}/_/image/{digest}/details?region={repository.region}"


def repository_url(repository: Repository) -> str:
    """Return the console page of a repository."""
    return f"{_console_path(repository)}?region={repository.region}"


def _console_path(repository: Repository) -> str:
    host = partition_of(repository.region).console.format(region=repository.region)
    return f"https://{host}/ecr/repositories/private/{repository.registry_id}/{quote(repository.name)}"
