"""The findings of a scan, of all pages."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.aws.scan_findings import read_scan_result
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.aws.ecr.stubbed_registry import AT, CALL, StubbedRegistry
from tests.unit.samples import image


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
    facts = {"imageScanCompletedAt": AT} | ({} if counts is None else {"findingSeverityCounts": counts})
    call, last = CALL | {"maxResults": 1_000}, len(pages) - 1
    for number, page in enumerate(pages):
        answer = {"imageScanStatus": status, "imageScanFindings": facts | {"enhancedFindings": page}}
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
        pytest.param({"HIGH": 2}, ["ACTIVE", "SUPPRESSED"], {Severity.HIGH: 1}, id="the suppressed one was counted"),
        pytest.param(
            {"HIGH": 1}, ["ACTIVE", "SUPPRESSED"], {Severity.HIGH: 1}, id="the suppressed one was not counted"
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
