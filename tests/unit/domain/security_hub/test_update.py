from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import botocore.session
import pytest
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.findings.changes import Baseline
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.moments import format_moment
from ecr_scan_reporter.domain.registry.images import ImageId, Repository, ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.security_hub.asff import HubAccount
from ecr_scan_reporter.domain.security_hub.update import HubUpdate, WorkflowChange, hub_update
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.samples import DIGEST, FINDINGS, NOW, RESULT, SCANNED_IMAGE

HUB = HubAccount("123456789012", "eu-west-1")
MODEL = botocore.session.get_session().get_service_model("securityhub")
IMPORT = MODEL.shape_for("BatchImportFindingsRequest")
UPDATE = MODEL.shape_for("BatchUpdateFindingsRequest")
CURL, GLIBC, APT = FINDINGS
SCANNED_AT = datetime(2026, 1, 31, 4, 0, 48, tzinfo=UTC)
# The lengths that the API reference names beside the members.
LENGTHS = {"Id": 512, "GeneratorId": 512, "Title": 256, "Description": 1024, "ProductArn": 2048, "ProductName": 128}

texts = st.text(st.sampled_from("aZ0-/:. \n\x00\u202e\u00e9\U0001f600"), max_size=8).map(lambda text: text * 40)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2026, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001
findings = st.lists(
    st.builds(
        Finding,
        texts | st.sampled_from(["CVE-1", "CVE-2"]),
        st.sampled_from(Severity),
        texts | st.just("zlib"),
        texts,
        st.none() | st.floats(),
        texts | st.just("https://security.example/CVE-1"),
        texts,
        first_seen_at=st.none() | moments,
        suppressed_by=st.sampled_from(["", "", "rule-a", "rule-b"]),
    ),
    max_size=4,
).map(tuple)
REPOSITORIES = st.builds(
    Repository, st.just("123456789012"), st.sampled_from(["eu-west-1", "us-gov-west-1", "eusc-de-east-1"]), texts
)
images = st.builds(
    ScannedImage,
    st.builds(ImageId, REPOSITORIES, st.just(DIGEST)),
    st.lists(texts, max_size=3).map(tuple),
    st.none() | moments,
)
results = st.builds(ScanResult, st.just(ScanStatus.COMPLETE), st.none() | moments, findings=findings)
baselines = st.none() | st.builds(Baseline, st.sampled_from([DIGEST, "sha256:0"]), st.none() | moments, findings)


def update_of(result: ScanResult, before: tuple[Finding, ...] | None, **facts: Any) -> HubUpdate:
    """Return what is sent of a result, after a scan of the same image a week before."""
    baseline = None if before is None else Baseline(DIGEST, SCANNED_AT - timedelta(days=7), before)
    return hub_update(SCANNED_IMAGE, result, replace(baseline, **facts) if baseline else None, HUB, NOW)


def states(update: HubUpdate) -> dict[str, str]:
    return {finding["GeneratorId"].split("/")[1]: finding["RecordState"] for finding in update.findings}


@given(images, results, baselines)
def test_any_finding_passes_the_validation_of_botocore_and_the_lengths_of_the_reference(
    image: ScannedImage, result: ScanResult, baseline: Baseline | None
) -> None:
    update = hub_update(image, result, baseline, HUB, NOW)
    for finding in update.findings:
        report = ParamValidator().validate({"Findings": [finding]}, IMPORT)
        assert not report.has_errors(), report.generate_report()
        assert all(1 <= len(finding[name].strip()) <= most for name, most in LENGTHS.items())
        assert all(len(value) <= 2048 for value in finding["ProductFields"].values())
        assert finding["CreatedAt"] <= finding["UpdatedAt"]
        assert all(text.strip() for text in leaves(finding) if isinstance(text, str))
    for change in update.workflows:
        identifiers = [{"Id": each, "ProductArn": change.product_arn} for each in change.finding_ids]
        note = {"Text": change.note, "UpdatedBy": "ecr-scan-reporter"}
        asked = {"FindingIdentifiers": identifiers, "Workflow": {"Status": change.status}, "Note": note}
        report = ParamValidator().validate(asked, UPDATE)
        assert not report.has_errors(), report.generate_report()
        assert len(change.note) <= 512


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for member in value.values() for leaf in leaves(member)]
    return [leaf for member in value for leaf in leaves(member)] if isinstance(value, list) else [value]


@given(images, results, baselines)
def test_what_is_found_is_active_what_is_gone_is_archived_and_no_id_comes_twice(
    image: ScannedImage, result: ScanResult, baseline: Baseline | None
) -> None:
    update = hub_update(image, result, baseline, HUB, NOW)
    ids = [finding["Id"] for finding in update.findings]
    assert len(ids) == len(set(ids))
    assert all(DIGEST in each for each in ids)
    before = baseline.findings if baseline and baseline.digest == DIGEST else ()
    found = {finding.identity for finding in result.findings}
    gone = {finding.identity for finding in before} - found
    assert sum(finding["RecordState"] == "ARCHIVED" for finding in update.findings) == len(gone)
    changed = sum(finding["RecordState"] == "ACTIVE" for finding in update.findings)
    assert len(found - {finding.identity for finding in before}) <= changed <= len(found)


@given(images, results)
def test_the_same_result_again_in_the_same_month_sends_nothing(image: ScannedImage, result: ScanResult) -> None:
    baseline = Baseline(DIGEST, result.completed_at or NOW, result.findings)
    assert hub_update(image, result, baseline, HUB, NOW).workflows == ()
    assert hub_update(image, result, baseline, HUB, NOW).findings == ()


def test_a_finding_says_all_that_is_known() -> None:
    curl = replace(CURL, description="SOCKS5 heap overflow.", first_seen_at=datetime(2026, 1, 2, tzinfo=UTC))
    (finding,) = update_of(replace(RESULT, findings=(curl,)), None).findings
    assert finding == {
        "SchemaVersion": "2018-10-08",
        "Id": f"arn:aws:ecr:eu-west-1:123456789012:repository/team/app/{DIGEST}/CVE-2023-38545/{finding['Id'][-16:]}",
        "ProductArn": "arn:aws:securityhub:eu-west-1:123456789012:product/123456789012/default",
        "ProductName": "ecr-scan-reporter",
        "GeneratorId": "ecr-scan-reporter/CVE-2023-38545",
        "AwsAccountId": "123456789012",
        "CreatedAt": "2026-01-02T00:00:00Z",
        "UpdatedAt": "2026-01-31T04:00:48Z",
        "Title": "CVE-2023-38545 in curl 7.88.1-10 of team/app",
        "Description": "SOCKS5 heap overflow.",
        "FindingProviderFields": {
            "Severity": {"Label": "CRITICAL", "Original": "CRITICAL"},
            "Types": ["Software and Configuration Checks/Vulnerabilities/CVE"],
        },
        "SourceUrl": finding["SourceUrl"],
        "Resources": [
            {
                "Type": "AwsEcrContainerImage",
                "Id": f"arn:aws:ecr:eu-west-1:123456789012:repository/team/app/{DIGEST}",
                "Partition": "aws",
                "Region": "eu-west-1",
                "Details": {
                    "AwsEcrContainerImage": {
                        "RegistryId": "123456789012",
                        "RepositoryName": "team/app",
                        "ImageDigest": DIGEST,
                        "ImageTags": ["latest", "1.2"],
                        "ImagePublishedAt": "2026-01-30T09:30:00Z",
                    }
                },
            }
        ],
        "Vulnerabilities": [
            {
                "Id": "CVE-2023-38545",
                "VulnerablePackages": [{"Name": "curl", "Version": "7.88.1-10"}],
                "Cvss": [{"BaseScore": 9.8}],
                "ReferenceUrls": ["https://security.example/CVE-2023-38545"],
            }
        ],
        "RecordState": "ACTIVE",
        "Workflow": {"Status": "NEW"},
        "ProductFields": {},
    }


def test_findings_of_another_account_go_to_the_hub_of_the_application_and_name_the_image_where_it_is() -> None:
    image = replace(SCANNED_IMAGE, id=ImageId(Repository("999999999999", "us-east-1", "team/app"), DIGEST))
    (finding,) = hub_update(image, replace(RESULT, findings=(CURL,)), None, HUB, NOW).findings
    assert finding["AwsAccountId"] == "123456789012"
    assert finding["ProductArn"] == HUB.product_arn
    assert finding["Resources"][0]["Region"] == "us-east-1"
    assert finding["Resources"][0]["Details"]["AwsEcrContainerImage"]["RegistryId"] == "999999999999"


def test_of_enhanced_scanning_nothing_is_sent() -> None:
    assert update_of(replace(RESULT, status=ScanStatus.ACTIVE), (CURL,)) == HubUpdate()


def test_a_second_scan_sends_what_is_new_changed_or_gone() -> None:
    zlib = Finding("CVE-2022-37434", Severity.HIGH, "zlib", "1.2.13", first_seen_at=SCANNED_AT - timedelta(days=90))
    lowered = replace(CURL, severity=Severity.HIGH)
    update = update_of(replace(RESULT, findings=(lowered, GLIBC, APT)), (CURL, GLIBC, zlib))
    assert states(update) == {"CVE-2023-38545": "ACTIVE", "CVE-2011-3374": "ACTIVE", "CVE-2022-37434": "ARCHIVED"}
    archived = update.findings[-1]
    assert archived["CreatedAt"] == format_moment(zlib.first_seen_at)
    assert archived["UpdatedAt"] == "2026-01-31T04:00:48Z"
    assert update.workflows == ()


@pytest.mark.parametrize(
    ("before", "facts", "sent"),
    [
        (None, {}, 3),
        (FINDINGS, {}, 0),
        (FINDINGS, {"completed_at": datetime(2025, 12, 31, tzinfo=UTC)}, 3),
        (FINDINGS, {"completed_at": datetime(2025, 1, 31, tzinfo=UTC)}, 3),
        (FINDINGS, {"completed_at": None}, 3),
        (FINDINGS, {"digest": "sha256:0"}, 3),
    ],
    ids=["first scan", "same month", "month before", "year before", "date not known", "tag moved"],
)
def test_everything_is_sent_at_first_and_once_a_month(
    before: tuple[Finding, ...] | None, facts: dict[str, Any], sent: int
) -> None:
    assert list(states(update_of(RESULT, before, **facts)).values()) == ["ACTIVE"] * sent


def test_a_tag_that_moved_archives_nothing_of_the_image_before() -> None:
    update = update_of(replace(RESULT, findings=()), FINDINGS, digest="sha256:0")
    assert update == HubUpdate()


def test_a_suppression_that_begins_and_one_that_ends_change_the_workflow() -> None:
    begun, ended = replace(CURL, suppressed_by="socks"), replace(GLIBC, suppressed_by="iconv")
    update = update_of(replace(RESULT, findings=(begun, GLIBC, APT)), (CURL, ended, APT))
    curl, glibc = update.findings
    assert curl["Workflow"] == {"Status": "SUPPRESSED"}
    assert curl["ProductFields"] == {"ecr-scan-reporter/suppressedBy": "socks"}
    assert glibc["Workflow"] == {"Status": "NEW"}
    assert update.workflows == (
        WorkflowChange(
            HUB.product_arn, "SUPPRESSED", "ecr-scan-reporter: suppressed by the rule socks.", (curl["Id"],)
        ),
        WorkflowChange(
            HUB.product_arn, "NEW", "ecr-scan-reporter: the rule iconv suppresses it no more.", (glibc["Id"],)
        ),
    )


def test_findings_under_one_rule_change_together_and_a_new_one_needs_no_change() -> None:
    hidden = tuple(replace(finding, suppressed_by="all") for finding in FINDINGS)
    (change,) = update_of(replace(RESULT, findings=hidden), (CURL, GLIBC)).workflows
    assert len(change.finding_ids) == 2


def test_the_same_cve_in_two_packages_is_two_findings_and_a_doubled_one_is_the_more_severe() -> None:
    other, milder = replace(CURL, package="libcurl4"), replace(CURL, severity=Severity.LOW)
    update = update_of(replace(RESULT, findings=(CURL, milder, other)), None)
    assert [finding["FindingProviderFields"]["Severity"]["Label"] for finding in update.findings] == ["CRITICAL"] * 2


@pytest.mark.parametrize("severity", [Severity.UNDEFINED, Severity.UNTRIAGED])
def test_a_level_that_asff_does_not_know_is_informational(severity: Severity) -> None:
    (finding,) = update_of(replace(RESULT, findings=(replace(CURL, severity=severity),)), None).findings
    assert finding["FindingProviderFields"]["Severity"] == {"Label": "INFORMATIONAL", "Original": severity.value}
