import pytest

from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.partitions import console_url, image_uri, partition_of


@pytest.mark.parametrize(
    ("region", "partition"),
    [
        ("eu-west-1", "aws"),
        ("us-east-1", "aws"),
        ("ap-southeast-7", "aws"),
        ("mars-north-1", "aws"),
        ("cn-north-1", "aws-cn"),
        ("us-gov-west-1", "aws-us-gov"),
        ("eusc-de-east-1", "aws-eusc"),
    ],
)
def test_a_region_belongs_to_a_partition(region: str, partition: str) -> None:
    assert partition_of(region).name == partition


@pytest.mark.parametrize(
    ("region", "uri", "console"),
    [
        (
            "eu-west-1",
            "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app@sha256:7f",
            "https://eu-west-1.console.aws.amazon.com/",
        ),
        (
            "cn-north-1",
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team/app@sha256:7f",
            "https://cn-north-1.console.amazonaws.cn/",
        ),
        (
            "us-gov-west-1",
            "123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/team/app@sha256:7f",
            "https://console.amazonaws-us-gov.com/",
        ),
    ],
)
def test_images_and_consoles_have_the_addresses_of_their_partition(region: str, uri: str, console: str) -> None:
    repository = Repository("123456789012", region, "team/app")
    assert image_uri(ImageId(repository, "sha256:7f")) == uri
    assert console_url(ImageId(repository, "sha256:7f")) == (
        f"{console}ecr/repositories/private/123456789012/team/app/_/image/sha256:7f/details?region={region}"
    )


def test_nothing_in_a_name_breaks_out_of_the_link() -> None:
    link = console_url(ImageId(Repository("123456789012", "eu-west-1", "a?b#c d\n"), "sha256:7f?x"))
    assert link == (
        "https://eu-west-1.console.aws.amazon.com/ecr/repositories/private/123456789012/"
        "a%3Fb%23c%20d%0A/_/image/sha256:7f%3Fx/details?region=eu-west-1"
    )
