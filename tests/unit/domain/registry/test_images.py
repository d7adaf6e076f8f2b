import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.registry.images import ImageId, ImageReference, Repository, TagStatus
from ecr_scan_reporter.domain.registry.partitions import image_uri
from ecr_scan_reporter.domain.registry.references import parse_image_uri
from tests.unit.samples import DIGEST, image

REGISTRY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
APP = Repository("123456789012", "eu-west-1", "team/app")


def test_a_container_image_is_nothing_else() -> None:
    container = image()
    assert (container.is_index, container.is_referrer, container.is_artifact) == (False, False, False)


def test_tag_statuses_are_those_of_ecr() -> None:
    assert [status.value for status in TagStatus] == ["ANY", "TAGGED", "UNTAGGED"]


@pytest.mark.parametrize(
    ("uri", "repository", "reference"),
    [
        pytest.param(f"{REGISTRY}/team/app:1.2", APP, ImageReference(tag="1.2"), id="a tag"),
        pytest.param(f"{REGISTRY}/team/app@{DIGEST}", APP, ImageReference(digest=DIGEST), id="a digest"),
        pytest.param(f"{REGISTRY}/team/app:1.2@{DIGEST}", APP, ImageReference(digest=DIGEST), id="both"),
        pytest.param(f"{REGISTRY}/team/app", APP, ImageReference(tag="latest"), id="neither"),
        pytest.param(f"{REGISTRY}/team/app:sha-1", APP, ImageReference(tag="sha-1"), id="a tag like a digest"),
        pytest.param(
            "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/team/app:1",
            Repository("123456789012", "us-gov-west-1", "team/app"),
            ImageReference(tag="1"),
            id="FIPS",
        ),
        pytest.param(
            "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/team/app:1",
            Repository("123456789012", "cn-north-1", "team/app"),
            ImageReference(tag="1"),
            id="China",
        ),
        pytest.param("123456789012.dkr-ecr.eu-west-1.on.aws/team/app:1", APP, ImageReference(tag="1"), id="dual-stack"),
        pytest.param(
            "123456789012.dkr-ecr-fips.us-gov-west-1.on.aws/team/app:1",
            Repository("123456789012", "us-gov-west-1", "team/app"),
            ImageReference(tag="1"),
            id="dual-stack with FIPS",
        ),
        pytest.param(
            "123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn/team/app:1",
            Repository("123456789012", "cn-north-1", "team/app"),
            ImageReference(tag="1"),
            id="dual-stack in China",
        ),
    ],
)
def test_the_uri_of_an_image_in_ecr_is_read(uri: str, repository: Repository, reference: ImageReference) -> None:
    assert parse_image_uri(uri) == (repository, reference)


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "nginx",
        "nginx:1.27",
        "public.ecr.aws/nginx/nginx:1.27",
        "ghcr.io/team/app:1",
        "12345.dkr.ecr.eu-west-1.amazonaws.com/team/app:1",
        f"{REGISTRY}/",
        f"{REGISTRY}/team/app:",
        f"{REGISTRY}/team/app@sha256:short",
        f"https://{REGISTRY}/team/app",
        pytest.param(f"{REGISTRY}.evil.example/team/app:1", id="a host that begins like ECR's"),
        pytest.param(f"evil.example/{REGISTRY}/team/app:1", id="ECR's host in the path of another"),
        pytest.param("123456789012.dkr.ecr.eu-west-1.amazonaws.com.cn/team/app:1", id="a region outside of China"),
        pytest.param("123456789012.dkr.ecr.cn-north-1.amazonaws.com/team/app:1", id="a region of China"),
        pytest.param("123456789012.dkr-ecr.cn-north-1.on.aws/team/app:1", id="dual-stack, a region of China"),
        pytest.param("123456789012.dkr.ecr-fips.cn-north-1.amazonaws.com.cn/team/app:1", id="FIPS in China"),
        pytest.param("123456789012.dkr-ecr.eu-west-1.amazonaws.com/team/app:1", id="half dual-stack"),
        pytest.param("123456789012.dkr.ecr.eu-west-1.on.aws/team/app:1", id="the other half"),
        pytest.param("123456789012.dkr.ecr.amazonaws.com/team/app:1", id="no region"),
        pytest.param("١٢٣٤٥٦٧٨٩٠١٢.dkr.ecr.eu-west-1.amazonaws.com/team/app:1", id="an account in other digits"),
        pytest.param("123456789012.dkr.ecr.eu-west-٣.amazonaws.com/team/app:1", id="a region in other digits"),
        pytest.param(f"{REGISTRY}/team/app:٣", id="a tag in other digits"),
        pytest.param(f"{REGISTRY}/team/app:1\n", id="a line break"),
    ],
)
def test_any_other_image_is_none_of_ours(uri: str) -> None:
    assert parse_image_uri(uri) is None


@given(
    st.sampled_from(["eu-west-1", "cn-north-1", "us-gov-east-1", "eusc-de-east-1"]),
    st.from_regex(r"[a-z0-9]+([._/-][a-z0-9]+)*", fullmatch=True),
)
def test_the_uri_that_reports_give_can_be_read_again(region: str, name: str) -> None:
    repository = Repository("123456789012", region, name)
    assert parse_image_uri(image_uri(ImageId(repository, DIGEST))) == (repository, ImageReference(digest=DIGEST))
