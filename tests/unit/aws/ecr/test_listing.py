"""Repositories and images, as ECR lists them."""

from typing import Any

import pytest

from ecr_scan_reporter.domain.registry.descriptions import RepositoryDescription
from ecr_scan_reporter.domain.registry.images import Image, Repository, TagStatus
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.errors import RepositoryNotFoundError
from tests.unit.aws.ecr.stubbed_registry import AT, CALL, StubbedRegistry
from tests.unit.samples import digest, image, image_id


def test_repositories_are_read_a_thousand_at_a_time(ecr: StubbedRegistry) -> None:
    ecr.answers(
        "describe_repositories",
        {"repositories": [{"repositoryName": "team/app"}], "nextToken": "t"},
        {"maxResults": 1_000},
    )
    ecr.answers(
        "describe_repositories",
        {"repositories": [{"repositoryName": "team/web"}]},
        {"maxResults": 1_000, "nextToken": "t"},
    )
    assert list(ecr.registry.repository_names()) == ["team/app", "team/web"]


def test_one_repository_is_described_by_its_name(other_ecr: StubbedRegistry) -> None:
    named = {"registryId": "999999999999", "repositoryNames": ["team/app"]}
    listed = {"registryId": "999999999999", "repositoryName": "team/app", "imageTagMutability": "IMMUTABLE"}
    other_ecr.answers("describe_repositories", {"repositories": [listed]}, named)
    assert other_ecr.registry.repository("team/app") == RepositoryDescription(
        Repository("999999999999", "eu-west-1", "team/app"), tag_mutability="IMMUTABLE"
    )
    other_ecr.refuses("describe_repositories", "RepositoryNotFoundException")
    with pytest.raises(RepositoryNotFoundError):
        other_ecr.registry.repository("team/gone")


def test_another_registry_is_named_in_each_call(other_ecr: StubbedRegistry) -> None:
    registry = {"registryId": "999999999999"}
    other_ecr.answers("describe_repositories", {"repositories": []}, registry | {"maxResults": 1_000})
    other_ecr.answers("start_image_scan", {}, registry | CALL)
    other_ecr.answers("describe_image_scan_findings", {}, registry | CALL | {"maxResults": 1})
    assert list(other_ecr.registry.repository_names()) == []
    assert other_ecr.registry.start_scan(image()) is StartScanResult.STARTED
    assert other_ecr.registry.last_scan(image()).status is ScanStatus.UNKNOWN


def test_an_image_is_read_with_all_members_of_describe_images(ecr: StubbedRegistry) -> None:
    detail = {
        "registryId": "123456789012",
        "repositoryName": "team/app",
        "imageDigest": digest(1),
        "imageTags": ["latest", "1.2"],
        "imageSizeInBytes": 7,
        "imagePushedAt": AT,
        "lastRecordedPullTime": AT,
        "imageManifestMediaType": "application/vnd.oci.image.manifest.v1+json",
        "artifactMediaType": "application/vnd.oci.image.config.v1+json",
        "subjectManifestDigest": digest(2),
        "imageStatus": "ARCHIVED",
    }
    expected = {"repositoryName": "team/app", "filter": {"tagStatus": "TAGGED"}, "maxResults": 1_000}
    ecr.answers("describe_images", {"imageDetails": [detail, {"imageDigest": digest(3)}]}, expected)
    assert list(ecr.registry.images("team/app", TagStatus.TAGGED)) == [
        Image(
            image_id(1),
            tags=("latest", "1.2"),
            pushed_at=AT,
            pulled_at=AT,
            size_bytes=7,
            manifest_media_type="application/vnd.oci.image.manifest.v1+json",
            artifact_media_type="application/vnd.oci.image.config.v1+json",
            subject_digest=digest(2),
            is_archived=True,
        ),
        Image(image_id(3, Repository("", "eu-west-1", "team/app"))),
    ]


@pytest.mark.parametrize(
    ("fields", "last_scan"),
    [
        pytest.param({}, None, id="ECR today: none"),
        pytest.param(
            {
                "imageScanStatus": {"status": "COMPLETE", "description": "Done."},
                "imageScanFindingsSummary": {"imageScanCompletedAt": AT},
            },
            LastScan(ScanStatus.COMPLETE, AT, description="Done."),
            id="an old registry",
        ),
        pytest.param({"imageScanStatus": {"status": "FAILED"}}, LastScan(ScanStatus.FAILED), id="the status alone"),
        pytest.param(
            {"imageScanFindingsSummary": {"imageScanCompletedAt": AT}},
            LastScan(ScanStatus.COMPLETE, AT),
            id="the summary alone",
        ),
        pytest.param({"imageScanStatus": {"status": "BRAND_NEW"}}, LastScan(ScanStatus.UNKNOWN), id="a new status"),
    ],
)
def test_an_image_has_the_scan_that_describe_images_gives(
    ecr: StubbedRegistry, fields: dict[str, Any], last_scan: LastScan | None
) -> None:
    ecr.stub.add_response("describe_images", {"imageDetails": [{"imageDigest": digest(1)} | fields]})
    assert [image.last_scan for image in ecr.registry.images("team/app", TagStatus.ANY)] == [last_scan]


def test_an_image_that_a_later_page_repeats_is_listed_once(ecr: StubbedRegistry) -> None:
    pages = ([digest(1), digest(2)], "t"), ([digest(2), digest(3)], None)
    for digests, token in pages:
        details = [{"imageDigest": each} for each in digests]
        ecr.stub.add_response("describe_images", {"imageDetails": details} | ({"nextToken": token} if token else {}))
    listed = ecr.registry.images("team/app", TagStatus.ANY)
    assert [image.digest for image in listed] == [digest(1), digest(2), digest(3)]


def test_a_repository_that_is_gone_is_an_error_of_the_library(ecr: StubbedRegistry) -> None:
    ecr.refuses("describe_images", "RepositoryNotFoundException", "not there")
    with pytest.raises(RepositoryNotFoundError, match="not there"):
        list(ecr.registry.images("team/app", TagStatus.ANY))


def test_a_throttled_call_is_retried(ecr: StubbedRegistry) -> None:
    ecr.refuses("describe_images", "ThrottlingException", "Rate exceeded")
    ecr.stub.add_response("describe_images", {"imageDetails": []})
    assert list(ecr.registry.images("team/app", TagStatus.ANY)) == []
    ecr.stub.assert_no_pending_responses()


def test_the_region_is_the_clients(ecr: StubbedRegistry) -> None:
    assert ecr.registry.region == "eu-west-1"
