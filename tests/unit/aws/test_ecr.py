from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.aws.ecr import EcrRegistry
from ecr_scan_reporter.aws.scan_findings import read_scan_result
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.registry.images import Image, ImageReference, Repository, TagStatus
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import CallFailedError, ImageNotFoundError, RepositoryNotFoundError, ScanRefusedError
from tests.unit.aws.clients import stubbed_client
from tests.unit.aws.clock import FakeClock, make_caller
from tests.unit.samples import digest, image, image_id

AT = datetime(2026, 1, 31, 4, 0, 48, tzinfo=UTC)
CALL = {"repositoryName": "team/app", "imageId": {"imageDigest": digest(1)}}


class StubbedRegistry:
    """A registry, and the answers that it gets."""

    def __init__(self, registry_id: str | None = None) -> None:
        client, self.stub = stubbed_client("ecr")
        self.clock = FakeClock()
        self.registry = EcrRegistry(client, make_caller(self.clock), registry_id, clock=self.clock)

    def answers(self, operation: str, answer: dict[str, Any], expected: dict[str, Any]) -> None:
        self.stub.add_response(operation, answer, expected)

    def refuses(self, operation: str, code: str, message: str = "", status: int = 400) -> None:
        self.stub.add_client_error(operation, code, message, status)


@pytest.fixture
def ecr() -> StubbedRegistry:
    return StubbedRegistry()


@pytest.fixture
def other_ecr() -> StubbedRegistry:
    """The registry of another account."""
    return StubbedRegistry("999999999999")


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


def test_another_registry_is_named_in_each_call(other_ecr: StubbedRegistry) -> None:
    registry = {"registryId": "999999999999"}
    other_ecr.answers("describe_repositories", {"repositories": []}, registry | {"maxResults": 1_000})
    other_ecr.answers("start_image_scan", {}, registry | CALL)
    other_ecr.answers("describe_image_scan_findings", {}, registry | CALL | {"maxResults": 1})
    assert list(other_ecr.registry.repository_names()) == []
    assert other_ecr.registry.start_scan(image()) is StartScanResult.STARTED
    assert other_ecr.registry.last_scan(image()).status is ScanStatus.UNKNOWN


def test_an_image_is_read_with_all_that_describe_images_tells(ecr: StubbedRegistry) -> None:
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
    ("told", "last_scan"),
    [
        pytest.param({}, None, id="as ECR does today: nothing"),
        pytest.param(
            {
                "imageScanStatus": {"status": "COMPLETE", "description": "Done."},
                "imageScanFindingsSummary": {"imageScanCompletedAt": AT},
            },
            LastScan(ScanStatus.COMPLETE, AT, description="Done."),
            id="as an old registry does",
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
def test_a_scan_is_known_where_describe_images_tells_of_it(
    ecr: StubbedRegistry, told: dict[str, Any], last_scan: LastScan | None
) -> None:
    ecr.stub.add_response("describe_images", {"imageDetails": [{"imageDigest": digest(1)} | told]})
    assert [image.last_scan for image in ecr.registry.images("team/app", TagStatus.ANY)] == [last_scan]


def test_a_repository_that_is_gone_is_our_own_error(ecr: StubbedRegistry) -> None:
    ecr.refuses("describe_images", "RepositoryNotFoundException", "not there")
    with pytest.raises(RepositoryNotFoundError, match="not there"):
        list(ecr.registry.images("team/app", TagStatus.ANY))


def test_throttling_is_tried_again(ecr: StubbedRegistry) -> None:
    ecr.refuses("describe_images", "ThrottlingException", "Rate exceeded")
    ecr.stub.add_response("describe_images", {"imageDetails": []})
    assert list(ecr.registry.images("team/app", TagStatus.ANY)) == []
    ecr.stub.assert_no_pending_responses()


# --- named images -------------------------------------------------------------------------------------------------


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


# --- enhanced scanning --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("configuration", "is_enhanced"),
    [({"scanType": "ENHANCED", "rules": []}, True), ({"scanType": "BASIC", "rules": []}, False), ({}, False)],
)
def test_the_registry_tells_which_scanning_it_uses(
    ecr: StubbedRegistry, configuration: dict[str, Any], is_enhanced: bool
) -> None:
    ecr.answers("get_registry_scanning_configuration", {"scanningConfiguration": configuration}, {})
    assert ecr.registry.is_enhanced() is is_enhanced


def test_the_configuration_is_asked_once_in_a_quarter_of_an_hour(ecr: StubbedRegistry) -> None:
    ecr.answers("get_registry_scanning_configuration", {"scanningConfiguration": {"scanType": "ENHANCED"}}, {})
    assert [ecr.registry.is_enhanced() for _ in range(5)] == [True] * 5
    ecr.clock.time += 901
    ecr.answers("get_registry_scanning_configuration", {"scanningConfiguration": {"scanType": "BASIC"}}, {})
    assert not ecr.registry.is_enhanced()


def test_where_the_configuration_may_not_be_read_scanning_is_tried(ecr: StubbedRegistry) -> None:
    ecr.refuses("get_registry_scanning_configuration", "AccessDeniedException")
    assert not ecr.registry.is_enhanced()


def test_another_registry_is_not_asked_because_ecr_would_answer_for_this_one(other_ecr: StubbedRegistry) -> None:
    assert not other_ecr.registry.is_enhanced()


# --- scans --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "last_scan"),
    [
        pytest.param(
            {
                "imageScanStatus": {"status": "COMPLETE", "description": "Done."},
                "imageScanFindings": {"imageScanCompletedAt": AT},
            },
            LastScan(ScanStatus.COMPLETE, AT, description="Done."),
            id="complete",
        ),
        pytest.param({"imageScanStatus": {"status": "FAILED"}}, LastScan(ScanStatus.FAILED), id="failed"),
        pytest.param({}, LastScan(ScanStatus.UNKNOWN), id="an answer that says nothing"),
    ],
)
def test_ecr_is_asked_for_the_last_scan_of_one_image(
    ecr: StubbedRegistry, answer: dict[str, Any], last_scan: LastScan
) -> None:
    ecr.answers("describe_image_scan_findings", answer, CALL | {"maxResults": 1})
    assert ecr.registry.last_scan(image()) == last_scan


def test_an_image_without_a_scan_was_never_scanned(ecr: StubbedRegistry) -> None:
    ecr.refuses("describe_image_scan_findings", "ScanNotFoundException")
    assert ecr.registry.last_scan(image()) == LastScan(ScanStatus.NOT_SCANNED)


def test_an_image_that_is_gone_is_our_own_error(ecr: StubbedRegistry) -> None:
    ecr.refuses("describe_image_scan_findings", "ImageNotFoundException")
    with pytest.raises(ImageNotFoundError):
        ecr.registry.last_scan(image())


def test_a_scan_is_started_by_digest(ecr: StubbedRegistry) -> None:
    ecr.answers("start_image_scan", {}, CALL)
    assert ecr.registry.start_scan(image(tags=("1.2",))) is StartScanResult.STARTED


@pytest.mark.parametrize(
    ("code", "message", "answer"),
    [
        (
            "LimitExceededException",
            "The scan quota per image has been exceeded. Wait and try again.",
            StartScanResult.RATE_LIMITED,
        ),
        ("LimitExceededException", "The daily scan quota has been exceeded.", StartScanResult.QUOTA_EXCEEDED),
        ("ValidationException", "This feature is disabled", StartScanResult.DISABLED),
        ("UnsupportedImageTypeException", "cannot be scanned", StartScanResult.UNSUPPORTED),
        ("ImageArchivedException", "is archived", StartScanResult.ARCHIVED),
        ("ImageNotFoundException", "", StartScanResult.GONE),
        ("RepositoryNotFoundException", "", StartScanResult.GONE),
    ],
)
def test_a_refusal_is_an_answer_after_one_call(
    ecr: StubbedRegistry, code: str, message: str, answer: StartScanResult
) -> None:
    ecr.refuses("start_image_scan", code, message)
    assert ecr.registry.start_scan(image()) is answer
    assert ecr.clock.sleeps == []


@pytest.mark.parametrize("code", ["ThrottlingException", "TooManyRequestsException", "ServerException"])
def test_a_start_that_meets_a_fault_is_tried_again(ecr: StubbedRegistry, code: str) -> None:
    ecr.refuses("start_image_scan", code, "Rate exceeded", 500 if code == "ServerException" else 400)
    ecr.answers("start_image_scan", {}, CALL)
    assert ecr.registry.start_scan(image()) is StartScanResult.STARTED


def test_what_is_no_answer_is_raised(ecr: StubbedRegistry) -> None:
    ecr.refuses("start_image_scan", "AccessDeniedException", "not you")
    with pytest.raises(CallFailedError, match="AccessDeniedException: not you") as failure:
        ecr.registry.start_scan(image())
    assert failure.value.is_denied


# --- findings -----------------------------------------------------------------------------------------------------


def finding(name: str, severity: str) -> dict[str, Any]:
    return {"name": name, "severity": severity, "attributes": [{"key": "package_name", "value": "curl"}]}


def test_all_pages_of_the_findings_are_read_and_totals_come_from_the_counts(ecr: StubbedRegistry) -> None:
    status = {"status": "COMPLETE", "description": "Done."}
    counts = {"HIGH": 1, "LOW": 2}
    first = {
        "imageScanCompletedAt": AT,
        "vulnerabilitySourceUpdatedAt": AT,
        "findingSeverityCounts": counts,
        "findings": [finding("CVE-3", "LOW"), finding("CVE-2", "LOW")],
    }
    call = CALL | {"maxResults": 1_000}
    ecr.answers(
        "describe_image_scan_findings", {"imageScanStatus": status, "imageScanFindings": first, "nextToken": "t"}, call
    )
    ecr.answers(
        "describe_image_scan_findings",
        {"imageScanStatus": status, "imageScanFindings": first | {"findings": [finding("CVE-1", "HIGH")]}},
        call | {"nextToken": "t"},
    )
    result = ecr.registry.scan_result(image(1).id)
    assert result is not None
    assert (result.status, result.completed_at, result.description) == (ScanStatus.COMPLETE, AT, "Done.")
    assert result.vulnerability_source_updated_at == AT
    assert result.counts == {Severity.HIGH: 1, Severity.LOW: 2}
    assert result.findings == (
        Finding("CVE-1", Severity.HIGH, "curl"),
        Finding("CVE-2", Severity.LOW, "curl"),
        Finding("CVE-3", Severity.LOW, "curl"),
    )
    assert result.is_full


def enhanced(name: str, severity: str, **facts: Any) -> dict[str, Any]:
    packages = [{"name": "curl", "version": "8.1", "release": "1", "epoch": 0, "fixedInVersion": "0:8.3-1"}]
    details = {"vulnerabilityId": name, "vulnerablePackages": packages}
    return {"severity": severity, "status": "ACTIVE", "packageVulnerabilityDetails": details, **facts}


def answers_enhanced(ecr: StubbedRegistry, counts: dict[str, int] | None, *pages: list[dict[str, Any]]) -> None:
    status = {"status": "ACTIVE", "description": "Continuous scan is selected for image."}
    told = {"imageScanCompletedAt": AT} | ({} if counts is None else {"findingSeverityCounts": counts})
    call, last = CALL | {"maxResults": 1_000}, len(pages) - 1
    for number, page in enumerate(pages):
        answer = {"imageScanStatus": status, "imageScanFindings": told | {"enhancedFindings": page}}
        more = {} if number == last else {"nextToken": str(number)}
        asked = {"nextToken": str(number - 1)} if number else {}
        ecr.answers("describe_image_scan_findings", answer | more, call | asked)


def test_enhanced_findings_of_all_pages_are_read_into_the_same_form(ecr: StubbedRegistry) -> None:
    low, high = (
        enhanced("CVE-2", "LOW"),
        enhanced("CVE-1", "HIGH", score=8.1, exploitAvailable="YES", fixAvailable="YES"),
    )
    answers_enhanced(ecr, {"HIGH": 1, "LOW": 1}, [low], [high])
    result = ecr.registry.scan_result(image(1).id)
    assert result is not None
    assert (result.status, result.completed_at) == (ScanStatus.ACTIVE, AT)
    assert result.counts == {Severity.HIGH: 1, Severity.LOW: 1}
    known: dict[str, Any] = {"package": "curl", "version": "8.1-1", "fixed_in": "8.3-1"}
    assert result.findings == (
        Finding("CVE-1", Severity.HIGH, **known, score=8.1, exploit_available=True, fix_available="YES"),
        Finding("CVE-2", Severity.LOW, **known),
    )
    assert result.is_full


@pytest.mark.parametrize(
    ("counts", "statuses", "expected"),
    [
        pytest.param({"HIGH": 2}, ["ACTIVE", "ACTIVE"], {Severity.HIGH: 2}, id="ECR's counts"),
        pytest.param({"HIGH": 5}, ["ACTIVE", "ACTIVE"], {Severity.HIGH: 5}, id="ECR's counts, of more than it lists"),
        pytest.param(None, ["ACTIVE", "ACTIVE"], {Severity.HIGH: 2}, id="no counts"),
        pytest.param({}, ["ACTIVE"], {Severity.HIGH: 1}, id="empty counts"),
        pytest.param({"HIGH": 2}, ["ACTIVE", "SUPPRESSED"], {Severity.HIGH: 1}, id="what is suppressed was counted"),
        pytest.param(
            {"HIGH": 1}, ["ACTIVE", "SUPPRESSED"], {Severity.HIGH: 1}, id="what is suppressed was not counted"
        ),
        pytest.param(
            {"HIGH": 5}, ["ACTIVE", "CLOSED"], {Severity.HIGH: 5}, id="more is counted than all that is listed"
        ),
        pytest.param({"HIGH": 1}, ["CLOSED"], {}, id="all that was counted is closed"),
        pytest.param(None, [], {}, id="a clean image"),
    ],
)
def test_counts_agree_with_the_findings_that_are_not_over(
    ecr: StubbedRegistry, counts: dict[str, int] | None, statuses: list[str], expected: dict[Severity, int]
) -> None:
    listed = [enhanced(f"CVE-{number}", "HIGH", status=status) for number, status in enumerate(statuses)]
    answers_enhanced(ecr, counts, listed)
    result = ecr.registry.scan_result(image(1).id)
    assert result is not None
    assert result.counts == expected
    assert len(result.findings) == statuses.count("ACTIVE")


@given(st.lists(st.sampled_from(["CRITICAL", "HIGH", "LOW", "UNTRIAGED"]), max_size=30), st.integers(1, 7))
def test_each_active_enhanced_finding_is_one_finding(severities: list[str], page_size: int) -> None:
    listed = [enhanced("CVE-1", severity) for severity in severities]
    pages = [listed[start : start + page_size] for start in range(0, len(listed), page_size)] or [[]]
    answers = [{"imageScanStatus": {"status": "ACTIVE"}, "imageScanFindings": {"enhancedFindings": p}} for p in pages]
    result = read_scan_result(answers)
    assert len(result.findings) == sum(result.counts.values()) == len(severities)
    assert result.is_full


def test_a_failed_scan_has_a_status_and_no_findings(ecr: StubbedRegistry) -> None:
    ecr.stub.add_response(
        "describe_image_scan_findings", {"imageScanStatus": {"status": "FAILED", "description": "Unsupported"}}
    )
    result = ecr.registry.scan_result(image(1).id)
    assert result is not None
    assert (result.status, result.description, result.findings) == (ScanStatus.FAILED, "Unsupported", ())


def test_an_image_that_was_never_scanned_has_no_result(ecr: StubbedRegistry) -> None:
    ecr.refuses("describe_image_scan_findings", "ScanNotFoundException")
    assert ecr.registry.scan_result(image(1).id) is None


def test_the_region_is_the_clients(ecr: StubbedRegistry) -> None:
    assert ecr.registry.region == "eu-west-1"


@pytest.mark.parametrize("code", ["ValidationException", "InvalidParameterException"])
def test_a_refusal_in_words_that_are_not_known_is_quoted(ecr: StubbedRegistry, code: str) -> None:
    ecr.refuses("start_image_scan", code, "odd " * 100)
    with pytest.raises(ScanRefusedError) as refused:
        ecr.registry.start_scan(image())
    assert str(refused.value).startswith(f"{code}: odd")
    assert len(str(refused.value)) == 200


@pytest.mark.parametrize(
    "code", ["AccessDeniedException", "ExpiredTokenException", "KmsException", "KMSDisabledException", "SomeError"]
)
def test_an_error_that_says_nothing_of_the_image_is_no_refusal(ecr: StubbedRegistry, code: str) -> None:
    ecr.refuses("start_image_scan", code, "no")
    with pytest.raises(CallFailedError):
        ecr.registry.start_scan(image())


def test_a_start_whose_answer_was_lost_counts_as_started(ecr: StubbedRegistry) -> None:
    """The attempt after it is refused, because the one before it had its effect."""
    ecr.refuses("start_image_scan", "ServerException", "try again", 500)
    ecr.refuses("start_image_scan", "LimitExceededException", "The scan quota per image has been exceeded.")
    assert ecr.registry.start_scan(image()) is StartScanResult.STARTED


def test_whether_scanning_is_enhanced_is_asked_again_after_a_fault(ecr: StubbedRegistry) -> None:
    ecr.refuses("get_registry_scanning_configuration", "ThrottlingException", "Rate exceeded")
    assert not ecr.registry.is_enhanced()
    enhanced = {"registryId": "123456789012", "scanningConfiguration": {"scanType": "ENHANCED", "rules": []}}
    ecr.answers("get_registry_scanning_configuration", enhanced, {})
    assert ecr.registry.is_enhanced()
