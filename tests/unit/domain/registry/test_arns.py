import pytest

from ecr_scan_reporter.domain.registry.arns import parse_image_arn, parse_repository_arn
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from tests.unit.samples import DIGEST


@pytest.mark.parametrize(
    ("arn", "repository"),
    [
        ("arn:aws:ecr:eu-west-1:123456789012:repository/app", ("123456789012", "eu-west-1", "app")),
        ("arn:aws:ecr:eu-west-1:123456789012:repository/a/b/c", ("123456789012", "eu-west-1", "a/b/c")),
        ("arn:aws-cn:ecr:cn-north-1:123456789012:repository/app", ("123456789012", "cn-north-1", "app")),
        ("arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/app", ("123456789012", "us-gov-west-1", "app")),
    ],
)
def test_the_arn_of_a_repository_names_it_in_every_partition(arn: str, repository: tuple[str, str, str]) -> None:
    assert parse_repository_arn(arn) == Repository(*repository)


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "team/app",
        "arn:aws:ecr:eu-west-1:123456789012:repository/",
        "arn:aws:ecr:eu-west-1:1234:repository/app",
        "arn:aws:ecr:eu-west-1:123456789012:repository/App",
        "arn:aws:ecr:eu-west-1:123456789012:repository/app\n",
        "arn:aws:ecs:eu-west-1:123456789012:repository/app",
        "arn:aws:ecr:eu-west-1:123456789012:cluster/app",
    ],
)
def test_a_text_that_is_no_arn_of_a_repository_names_none(arn: str) -> None:
    assert parse_repository_arn(arn) is None


def test_the_arn_of_an_image_names_repository_and_digest() -> None:
    arn = f"arn:aws:ecr:eu-west-1:123456789012:repository/team/app/{DIGEST}"
    assert parse_image_arn(arn) == ImageId(Repository("123456789012", "eu-west-1", "team/app"), DIGEST)


@pytest.mark.parametrize("end", ["", "/latest", "/sha256:7f5b", "@" + DIGEST, "/" + DIGEST + "0"])
def test_an_arn_that_is_not_of_an_image_names_none(end: str) -> None:
    assert parse_image_arn(f"arn:aws:ecr:eu-west-1:123456789012:repository/team/app{end}") is None
