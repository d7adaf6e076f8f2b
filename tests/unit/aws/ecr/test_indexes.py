"""The manifest of an index, and whether Inspector scans a repository by itself."""

import pytest

from ecr_scan_reporter.errors import ImageNotFoundError
from tests.unit.aws.ecr.stubbed_registry import StubbedRegistry
from tests.unit.samples import digest, image_id

ACCEPTED = [
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.oci.image.index.v1+json",
]
ASKED = {"repositoryName": "team/app", "imageIds": [{"imageDigest": digest(1)}], "acceptedMediaTypes": ACCEPTED}


def test_the_manifest_of_an_index_is_asked_for_as_an_index(ecr: StubbedRegistry) -> None:
    ecr.answers("batch_get_image", {"images": [{"imageManifest": "{}"}]}, ASKED)
    assert ecr.registry.manifest(image_id()) == "{}"


def test_an_index_that_is_gone_is_named(ecr: StubbedRegistry) -> None:
    ecr.answers("batch_get_image", {"images": [], "failures": [{"failureCode": "ImageNotFound"}]}, ASKED)
    with pytest.raises(ImageNotFoundError):
        ecr.registry.manifest(image_id())


@pytest.mark.parametrize(
    ("found", "watched"),
    [
        ([{"repositoryName": "team/app", "scanFrequency": "CONTINUOUS_SCAN"}], True),
        ([{"repositoryName": "team/app", "scanFrequency": "SCAN_ON_PUSH"}], True),
        ([{"repositoryName": "team/app", "scanFrequency": "MANUAL"}], False),
        ([], None),
    ],
)
def test_the_frequency_tells_whether_a_repository_is_scanned_without_being_asked(
    ecr: StubbedRegistry, found: list[dict[str, str]], watched: bool | None
) -> None:
    ecr.answers(
        "batch_get_repository_scanning_configuration",
        {"scanningConfigurations": found},
        {"repositoryNames": ["team/app"]},
    )
    assert ecr.registry.is_watched("team/app") is watched


def test_without_the_right_to_read_the_configuration_it_is_not_known(ecr: StubbedRegistry) -> None:
    ecr.refuses("batch_get_repository_scanning_configuration", "AccessDeniedException")
    assert ecr.registry.is_watched("team/app") is None


@pytest.mark.parametrize(("account", "watched"), [("123456789012", False), ("210987654321", None)])
def test_the_configuration_of_the_callers_own_repository_says_nothing_of_another_account(
    account: str, watched: bool | None
) -> None:
    ecr = StubbedRegistry(registry_id=account)
    arn = "arn:aws:ecr:eu-west-1:123456789012:repository/team/app"
    ecr.answers(
        "batch_get_repository_scanning_configuration",
        {"scanningConfigurations": [{"repositoryArn": arn, "scanFrequency": "MANUAL"}]},
        {"repositoryNames": ["team/app"]},
    )
    assert ecr.registry.is_watched("team/app") is watched
