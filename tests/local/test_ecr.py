"""The local ECR answers as ECR does: paging, filters, scans that take time, refusals, and today's missing fields."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from ecr_scan_reporter.domain.events.deletions import DeletionEvent, parse_deletion_event
from ecr_scan_reporter.domain.events.inspector import parse_finding_event
from ecr_scan_reporter.domain.events.scans import parse_scan_event
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from local import manifests
from local.ecr.control import RegistryControl
from local.ecr.inspector import InspectorControl
from local.ecr.records import RegistryState
from local.ecr.service import EcrService
from local.identity import ACCOUNT, REGION
from local.running import running_emulator
from local.waiting import wait_until

Answer = dict[str, Any]


class Ecr:
    """The local ECR without an emulator around it; `events` has those that it sends."""

    def __init__(self) -> None:
        self.state = RegistryState(scan_seconds=0.01)
        self.control = RegistryControl(self.state)
        self.events: list[Answer] = []
        self._service = EcrService(self.state, self._keep)
        self.inspector = InspectorControl(self.state, self._keep)

    def _keep(self, event: Answer, _account: str, _region: str) -> None:
        self.events.append(event)

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


@pytest.mark.parametrize("status", ["PENDING", "UNSUPPORTED_IMAGE", "SCAN_ELIGIBILITY_EXPIRED", "IMAGE_ARCHIVED"])
def test_a_scan_may_have_any_status_of_ecr_and_then_has_no_findings(ecr: Ecr, status: str) -> None:
    digest = ecr.push(status=status, statusDescription="Because.", scannedHoursAgo=1)
    answer = ecr.findings(digest)
    assert answer["imageScanStatus"] == {"status": status, "description": "Because."}
    assert "imageScanFindings" not in answer


def test_the_scan_of_one_image_may_take_longer_than_those_of_others(ecr: Ecr) -> None:
    slow, fast = ecr.push(scanSeconds=600), ecr.push()
    for digest in (slow, fast):
        ecr.start(digest)
    wait_until("the event is sent", lambda: ecr.events)
    statuses = [ecr.findings(digest)["imageScanStatus"]["status"] for digest in (slow, fast)]
    assert statuses == ["IN_PROGRESS", "COMPLETE"]


def test_an_image_may_be_refused_with_any_error(ecr: Ecr) -> None:
    refusal = ecr.start(ecr.push(refusal={"code": "LimitExceededException", "message": "The daily quota."}))
    assert refusal["__type"].endswith("LimitExceededException")
    assert refusal["message"] == "The daily quota."


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
def test_an_artifact_that_is_no_container_image_is_refused_by_its_media_type(ecr: Ecr, manifest: Answer) -> None:
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


def test_media_types_and_the_subject_set_images_and_artifacts_apart(ecr: Ecr) -> None:
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


# --- AWS tags -----------------------------------------------------------------------------------------------------

ARN = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/team/app"


def test_a_repository_has_aws_tags(ecr: Ecr) -> None:
    ecr.control.add_repository({"name": "team/app"})
    assert ecr.call("ListTagsForResource", resourceArn=ARN)["tags"] == []
    ecr.call("TagResource", resourceArn=ARN, tags=[{"Key": "owner", "Value": "a"}, {"Key": "stage", "Value": "b"}])
    ecr.call("UntagResource", resourceArn=ARN, tagKeys=["stage"])
    assert ecr.call("ListTagsForResource", resourceArn=ARN)["tags"] == [{"Key": "owner", "Value": "a"}]


def test_the_tags_of_a_repository_that_is_not_there_are_refused(ecr: Ecr) -> None:
    assert ecr.call("ListTagsForResource", resourceArn=ARN)["__type"].endswith("RepositoryNotFoundException")


@pytest.mark.e2e
def test_tags_are_authorized_on_the_repository_that_has_them() -> None:
    with running_emulator(has_iam=True) as emulator:
        for name in ("team/app", "other/app"):
            emulator.control("ecr/repository", name=name)
        allowed = {"Effect": "Allow", "Action": "ecr:ListTagsForResource", "Resource": ARN}
        people = emulator.client("iam")
        people.create_user(UserName="reader")
        document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        people.put_user_policy(UserName="reader", PolicyName="tags", PolicyDocument=document)
        key = people.create_access_key(UserName="reader")["AccessKey"]
        emulator.client("ecr").tag_resource(resourceArn=ARN, tags=[{"Key": "owner", "Value": "a-team"}])
        reader = emulator.client("ecr", key["AccessKeyId"], key["SecretAccessKey"])
        assert reader.list_tags_for_resource(resourceArn=ARN)["tags"] == [{"Key": "owner", "Value": "a-team"}]
        with pytest.raises(reader.exceptions.ClientError, match="AccessDenied"):
            reader.list_tags_for_resource(resourceArn=ARN.replace("team/", "other/"))
        with pytest.raises(reader.exceptions.ClientError, match="AccessDenied"):
            reader.tag_resource(resourceArn=ARN, tags=[{"Key": "owner", "Value": "me"}])


# --- enhanced scanning --------------------------------------------------------------------------------------------


def enhanced(number: int, severity: str = "HIGH", **facts: Any) -> Answer:
    """A finding of Amazon Inspector, in ECR's shape."""
    package = {"name": "curl", "version": "8.1", "release": "1", "epoch": 0, "fixedInVersion": "0:8.3-1"}
    details = {"vulnerabilityId": f"CVE-2026-{1000 + number}", "vulnerablePackages": [package]}
    return {"severity": severity, "status": "ACTIVE", "score": 8.1, "packageVulnerabilityDetails": details, **facts}


def test_an_image_with_enhanced_findings_is_scanned_by_itself_and_stays_active(ecr: Ecr) -> None:
    listed = [enhanced(1), enhanced(2, "UNTRIAGED"), enhanced(3, status="CLOSED")]
    answer = ecr.findings(ecr.push(enhancedFindings=listed))
    assert answer["imageScanStatus"] == {"status": "ACTIVE", "description": "Continuous scan is selected for image."}
    found = answer["imageScanFindings"]
    assert found["enhancedFindings"] == listed
    assert found["findingSeverityCounts"] == {"HIGH": 1, "UNTRIAGED": 1}
    assert found["imageScanCompletedAt"] > 0
    assert "findings" not in found


def test_enhanced_findings_come_in_pages_and_with_the_members_of_ecrs_api_alone(ecr: Ecr) -> None:
    seen = "2026-01-31T04:00:00Z"
    digest = ecr.push(enhancedFindings=[enhanced(n, epss={"score": 0.5}, firstObservedAt=seen) for n in range(3)])
    first = ecr.findings(digest, maxResults=2)
    last = ecr.findings(digest, maxResults=2, nextToken=first["nextToken"])
    assert [len(page["imageScanFindings"]["enhancedFindings"]) for page in (first, last)] == [2, 1]
    assert last["imageScanFindings"]["findingSeverityCounts"] == {"HIGH": 3}
    assert last["imageScanFindings"]["enhancedFindings"] == [enhanced(2) | {"firstObservedAt": 1769832000}]


def test_inspector_finds_more_without_a_scan_being_started(ecr: Ecr) -> None:
    digest = ecr.push(enhancedFindings=[], scannedHoursAgo=5)
    before = ecr.findings(digest)["imageScanFindings"]
    ecr.control.set_findings({"repository": "team/app", "imageDigest": digest, "enhancedFindings": [enhanced(1)]})
    after = ecr.findings(digest)["imageScanFindings"]
    assert (before["enhancedFindings"], after["enhancedFindings"]) == ([], [enhanced(1)])
    assert after["imageScanCompletedAt"] - before["imageScanCompletedAt"] >= 5 * 3600


def test_a_basic_scan_of_an_image_that_inspector_watches_is_refused(ecr: Ecr) -> None:
    assert ecr.start(ecr.push(enhancedFindings=[]))["message"] == "This feature is disabled"


def test_the_event_of_inspectors_first_scan_has_an_arn_and_the_levels_from_medium_up(ecr: Ecr) -> None:
    digest = ecr.push(tags=["1.0"], enhancedFindings=[enhanced(1, "CRITICAL"), enhanced(2, "LOW"), enhanced(3, "LOW")])
    ecr.inspector.send_scan({"repository": "team/app", "imageDigest": digest})
    (event,) = ecr.events
    assert (event["Source"], event["DetailType"], event["Resources"]) == ("aws.inspector2", "Inspector2 Scan", [ARN])
    assert json.loads(event["Detail"]) == {
        "scan-status": "INITIAL_SCAN_COMPLETE",
        "repository-name": ARN,
        "finding-severity-counts": {"CRITICAL": 1, "HIGH": 0, "MEDIUM": 0, "TOTAL": 3},
        "image-digest": digest,
        "image-tags": ["1.0"],
        "version": "1.0",
    }


def test_inspector_sends_an_event_of_each_finding_with_the_image_as_its_resource(ecr: Ecr) -> None:
    digest = ecr.push(tags=["1.0"], enhancedFindings=[enhanced(1, epss={"score": 0.9}), enhanced(2, status="CLOSED")])
    assert ecr.inspector.send_findings({"repository": "team/app", "imageDigest": digest}) == {"events": 2}
    assert {(e["Source"], e["DetailType"]) for e in ecr.events} == {("aws.inspector2", "Inspector2 Finding")}
    first, second = (json.loads(event["Detail"]) for event in ecr.events)
    assert ecr.events[0]["Resources"] == [f"{ARN}/{digest}"]
    assert (first["inspectorScore"], first["epss"], first["status"]) == (8.1, {"score": 0.9}, "ACTIVE")
    assert first["packageVulnerabilityDetails"] == enhanced(1)["packageVulnerabilityDetails"]
    assert (second["status"], first["findingArn"] != second["findingArn"]) == ("CLOSED", True)
    (resource,) = first["resources"]
    assert (resource["type"], resource["id"]) == ("AWS_ECR_CONTAINER_IMAGE", f"{ARN}/{digest}")
    image = resource["details"]["awsEcrContainerImage"]
    assert (image["repositoryName"], image["imageHash"], image["imageTags"]) == ("team/app", digest, ["1.0"])


def test_the_events_of_inspector_are_those_that_the_application_reads(ecr: Ecr) -> None:
    digest = ecr.push(tags=["1.0"], enhancedFindings=[enhanced(1, epss={"score": 0.9})])
    for send in (ecr.inspector.send_scan, ecr.inspector.send_findings):
        send({"repository": "team/app", "imageDigest": digest})
    envelope = {"id": "1", "account": ACCOUNT, "region": REGION, "time": "2026-01-31T04:00:00Z"}
    scan, finding = (
        {**envelope, "detail-type": event["DetailType"], "detail": json.loads(event["Detail"])} for event in ecr.events
    )
    image = ImageId(Repository(ACCOUNT, REGION, "team/app"), digest)
    now = datetime.now(UTC)
    ended, read = parse_scan_event(scan, now), parse_finding_event(finding, now)
    assert ended.image == image
    assert read is not None
    assert (read.image, read.epss) == (image, {"CVE-2026-1001": 0.9})


def test_inspector_sends_no_event_of_an_image_that_it_does_not_watch(ecr: Ecr) -> None:
    digest = ecr.push(findings=[finding(1)])
    with pytest.raises(ValueError, match="has no enhancedFindings"):
        ecr.inspector.send_scan({"repository": "team/app", "imageDigest": digest})


def test_an_event_tells_of_each_deleted_tag_and_of_each_deleted_image(ecr: Ecr) -> None:
    digest, untagged = ecr.push(tags=["1.0", "2.0"]), ecr.push()

    def delete(**image_id: str) -> None:
        ecr.events.clear()
        ecr.call("BatchDeleteImage", repositoryName="team/app", imageIds=[image_id])

    def told() -> list[DeletionEvent]:
        envelope = {"account": ACCOUNT, "region": REGION}
        return [parse_deletion_event(envelope | {"detail": json.loads(event["Detail"])}) for event in ecr.events]

    image, other = (ImageId(Repository(ACCOUNT, REGION, "team/app"), each) for each in (digest, untagged))
    delete(imageTag="1.0")
    assert told() == [DeletionEvent(image, "1.0")]
    delete(imageDigest=digest)
    assert told() == [DeletionEvent(image, "2.0")]
    delete(imageDigest=untagged)
    assert told() == [DeletionEvent(other)]
    delete(imageDigest=untagged)
    assert told() == []
