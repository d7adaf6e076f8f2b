"""The local ECR answers as ECR does: paging, filters, scans that take time, refusals, and today's missing fields."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from local import manifests
from local.ecr.control import RegistryControl
from local.ecr.records import RegistryState
from local.ecr.service import EcrService
from local.identity import ACCOUNT, REGION
from local.waiting import wait_until

Answer = dict[str, Any]


class Ecr:
    """The local ECR without an emulator around it; keeps the events that it sends."""

    def __init__(self) -> None:
        self.state = RegistryState(scan_seconds=0.01)
        self.control = RegistryControl(self.state)
        self.events: list[Answer] = []
        self._service = EcrService(self.state, lambda event, account, region: self.events.append(event))

    def call(self, operation: str, **fields: Any) -> Answer:
        """Call an operation; a refusal gives its error."""
        body = json.dumps(fields).encode()
        _, _, answer = self._service.handle(operation, body, account=ACCOUNT, region=REGION)
        found: Answer = json.loads(answer)
        return found

    def push(self, repository: str = "team/app", **fields: Any) -> str:
        """Push an image, a container image unless `manifest` says otherwise; return its digest."""
        self.control.add_repository({"name": repository})
        manifest = fields.pop("manifest", None) or manifests.container_image(
            f"{repository}/{len(self.state.records)}", 9
        )
        return str(self.control.add_image({"repository": repository, "manifest": manifest, **fields})["imageDigest"])

    def start(self, digest: str) -> Answer:
        """Start a scan."""
        return self.call("StartImageScan", repositoryName="team/app", imageId={"imageDigest": digest})

    def findings(self, digest: str, **fields: Any) -> Answer:
        """Ask for the last scan."""
        image_id = {"imageDigest": digest}
        return self.call("DescribeImageScanFindings", repositoryName="team/app", imageId=image_id, **fields)

    def images(self, **fields: Any) -> list[Answer]:
        """Describe the images."""
        described: list[Answer] = self.call("DescribeImages", repositoryName="team/app", **fields)["imageDetails"]
        return described


@pytest.fixture
def ecr() -> Iterator[Ecr]:
    """An empty registry, and none of its images left behind."""
    ecr = Ecr()
    yield ecr
    ecr.control.reset({})


def finding(number: int, severity: str = "HIGH") -> Answer:
    """A finding."""
    return {"name": f"CVE-2026-{1000 + number}", "severity": severity, "attributes": []}


def test_a_scan_runs_for_a_while_then_completes_and_sends_the_documented_event(ecr: Ecr) -> None:
    ecr.state.scan_seconds = 0.3
    digest = ecr.push(tags=["1.0", "latest"], findings=[finding(1), finding(2, "LOW")])
    assert ecr.start(digest)["imageScanStatus"] == {"status": "IN_PROGRESS"}
    assert ecr.findings(digest)["imageScanStatus"] == {"status": "IN_PROGRESS"}
    wait_until("the event is sent", lambda: ecr.events)
    assert ecr.findings(digest)["imageScanStatus"]["status"] == "COMPLETE"
    event = ecr.events[0]
    assert (event["Source"], event["DetailType"]) == ("aws.ecr", "ECR Image Scan")
    assert event["Resources"] == [f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/team/app"]
    assert json.loads(event["Detail"]) == {
        "scan-status": "COMPLETE",
        "repository-name": "team/app",
        "image-digest": digest,
        "image-tags": ["1.0", "latest"],
        "finding-severity-counts": {"HIGH": 1, "LOW": 1},
    }


def test_an_unsupported_system_fails_the_scan_with_its_name_and_no_counts(ecr: Ecr) -> None:
    digest = ecr.push(unsupportedSystem={"name": "fedora", "version": "31"})
    ecr.start(digest)
    wait_until("the event is sent", lambda: ecr.events)
    status = ecr.findings(digest)["imageScanStatus"]
    assert status["status"] == "FAILED"
    assert status["description"].startswith("UnsupportedImageError: The operating system 'fedora' version '31'")
    assert "finding-severity-counts" not in json.loads(ecr.events[0]["Detail"])


def test_a_second_scan_within_24_hours_is_refused_and_allowed_a_day_later(ecr: Ecr) -> None:
    digest = ecr.push(scannedHoursAgo=1)
    refusal = ecr.start(digest)
    assert refusal["__type"].endswith("LimitExceededException")
    assert refusal["message"] == "The scan quota per image has been exceeded. Wait and try again."
    ecr.control.age_scans({"hours": 24})
    assert ecr.start(digest)["imageScanStatus"] == {"status": "IN_PROGRESS"}


@pytest.mark.parametrize(
    "manifest",
    [
        manifests.index([manifests.container_image("child", 9)]),
        manifests.helm_chart("chart"),
        manifests.attestation("provenance"),
        manifests.signature("signature", manifests.container_image("signed", 9)),
    ],
    ids=["index", "chart", "attestation", "signature"],
)
def test_what_is_no_container_image_is_refused_by_its_media_type(ecr: Ecr, manifest: Answer) -> None:
    refusal = ecr.start(ecr.push(manifest=manifest))
    assert refusal["__type"].endswith("UnsupportedImageTypeException")
    assert refusal["message"].startswith("An artifact with media type 'application/vnd.")


def test_with_enhanced_scanning_basic_scans_are_off(ecr: Ecr) -> None:
    digest = ecr.push()
    ecr.call("PutRegistryScanningConfiguration", scanType="ENHANCED", rules=[])
    refusal = ecr.start(digest)
    assert refusal["__type"].endswith("ValidationException")
    assert refusal["message"] == "This feature is disabled"


def test_an_image_that_was_never_scanned_has_no_scan(ecr: Ecr) -> None:
    assert ecr.findings(ecr.push())["__type"].endswith("ScanNotFoundException")


def test_describe_images_says_nothing_of_scans_unless_the_registry_is_an_old_one(ecr: Ecr) -> None:
    ecr.push(scannedHoursAgo=48, findings=[finding(1)])
    assert "imageScanStatus" not in ecr.images()[0]
    assert "imageScanFindingsSummary" not in ecr.images()[0]
    ecr.control.set_options({"scanFields": True})
    assert ecr.images()[0]["imageScanStatus"]["status"] == "COMPLETE"
    assert ecr.images()[0]["imageScanFindingsSummary"]["findingSeverityCounts"] == {"HIGH": 1}


def test_media_types_and_the_subject_tell_images_and_artefacts_apart(ecr: Ecr) -> None:
    signed = manifests.container_image("signed", 9)
    ecr.push(manifest=signed)
    ecr.push(manifest=manifests.signature("signature", signed))
    ecr.push(manifest=manifests.index([signed]))
    image, signature, index = ecr.images()
    assert image["artifactMediaType"] == "application/vnd.oci.image.config.v1+json"
    assert signature["subjectManifestDigest"] == manifests.digest(signed)
    assert index["imageManifestMediaType"] == "application/vnd.oci.image.index.v1+json"
    assert "artifactMediaType" not in index


def test_findings_images_and_repositories_come_in_pages(ecr: Ecr) -> None:
    digest = ecr.push(scannedHoursAgo=1, findings=[finding(number) for number in range(250)])
    for number in range(4):
        ecr.push(f"other/{number}")
    first = ecr.findings(digest)
    last = ecr.findings(digest, maxResults=200, nextToken=ecr.findings(digest, maxResults=200)["nextToken"])
    assert len(first["imageScanFindings"]["findings"]) == 100
    assert len(last["imageScanFindings"]["findings"]) == 50
    assert "nextToken" not in last
    assert last["imageScanFindings"]["findingSeverityCounts"] == {"HIGH": 250}
    repositories = ecr.call("DescribeRepositories", maxResults=2)
    assert [each["repositoryName"] for each in repositories["repositories"]] == ["team/app", "other/0"]
    assert "nextToken" in repositories


def test_images_are_filtered_by_tag_status_and_untagged_ones_have_no_tags(ecr: Ecr) -> None:
    tagged, untagged = ecr.push(tags=["1.0", "latest"]), ecr.push()
    assert [image["imageDigest"] for image in ecr.images(filter={"tagStatus": "TAGGED"})] == [tagged]
    assert [image["imageDigest"] for image in ecr.images(filter={"tagStatus": "UNTAGGED"})] == [untagged]
    assert "imageTags" not in ecr.images(filter={"tagStatus": "UNTAGGED"})[0]
    ids = ecr.call("ListImages", repositoryName="team/app")["imageIds"]
    assert ids == [
        {"imageDigest": tagged, "imageTag": "1.0"},
        {"imageDigest": tagged, "imageTag": "latest"},
        {"imageDigest": untagged},
    ]


def test_a_repository_with_scan_on_push_scans_what_is_pushed(ecr: Ecr) -> None:
    ecr.control.add_repository({"name": "team/app", "scanOnPush": True})
    manifest = json.dumps(manifests.container_image("pushed", 9))
    ecr.call("PutImage", repositoryName="team/app", imageManifest=manifest, imageTag="1.0")
    wait_until("the event is sent", lambda: ecr.events)
    assert json.loads(ecr.events[0]["Detail"])["image-tags"] == ["1.0"]


def test_an_unknown_operation_is_refused(ecr: Ecr) -> None:
    assert ecr.call("ReadMyMind")["__type"].endswith("UnknownOperationException")
