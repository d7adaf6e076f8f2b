"""Images that a job names by tag or digest."""

from typing import Any

from ecr_scan_reporter.domain.registry.images import ImageReference
from tests.unit.aws.ecr.stubbed_registry import StubbedRegistry
from tests.unit.samples import digest


def test_named_images_are_asked_for_a_hundred_at_a_time(ecr: StubbedRegistry) -> None:
    references = [ImageReference(digest=digest(n)) for n in range(150)]
    for part in (references[:100], references[100:]):
        ecr.answers(
            "describe_images",
            {"imageDetails": [{"imageDigest": reference.digest} for reference in part]},
            {"repositoryName": "team/app", "imageIds": [{"imageDigest": reference.digest} for reference in part]},
        )
    assert len(list(ecr.registry.images_named("team/app", references))) == 150


def test_an_image_named_by_two_tags_is_looked_at_once(ecr: StubbedRegistry) -> None:
    ecr.answers(
        "describe_images",
        {"imageDetails": [{"imageDigest": digest(1)}, {"imageDigest": digest(1)}]},
        {"repositoryName": "team/app", "imageIds": [{"imageTag": "a"}, {"imageTag": "b"}]},
    )
    named = ecr.registry.images_named("team/app", [ImageReference(tag="a"), ImageReference(tag="b")])
    assert [image.digest for image in named] == [digest(1)]


def test_one_image_that_is_missing_spoils_the_answer_for_no_other(ecr: StubbedRegistry) -> None:
    def expect(*tags: str) -> dict[str, Any]:
        return {"repositoryName": "team/app", "imageIds": [{"imageTag": tag} for tag in tags]}

    def missing(*tags: str) -> None:
        ecr.stub.add_client_error("describe_images", "ImageNotFoundException", expected_params=expect(*tags))

    def found(*tags: str) -> None:
        details = [{"imageDigest": digest(ord(tag))} for tag in tags]
        ecr.answers("describe_images", {"imageDetails": details}, expect(*tags))

    missing("a", "b", "c", "d")
    found("a", "b")
    missing("c", "d")
    missing("c")
    found("d")
    named = ecr.registry.images_named("team/app", [ImageReference(tag=tag) for tag in "abcd"])
    assert [image.digest for image in named] == [digest(ord(tag)) for tag in "abd"]
    ecr.stub.assert_no_pending_responses()
