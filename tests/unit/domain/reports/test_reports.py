from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.findings.failures import explain_failure
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.reports.policy import ReportPolicy
from ecr_scan_reporter.domain.reports.reports import ReportReason, ScanReport, decide_report
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import Breach
from tests.unit.samples import ANY_FINDING, RESULT, SCANNED_IMAGE, UNSUPPORTED_SYSTEM


def decided(result: ScanResult, *, notify_on_failure: bool = True) -> ScanReport | None:
    return decide_report(
        SCANNED_IMAGE, result, ReportPolicy(ANY_FINDING, notify_on_failure=notify_on_failure), findings_uri="s3://b/k"
    )


def test_findings_at_their_threshold_are_reported() -> None:
    report = decided(RESULT)
    assert report == ScanReport(
        ReportReason.THRESHOLDS_BREACHED,
        SCANNED_IMAGE,
        RESULT,
        ANY_FINDING,
        (Breach(Severity.CRITICAL, 1, 0), Breach(Severity.HIGH, 1, 0), Breach(Severity.LOW, 1, 0)),
        "s3://b/k",
    )
    assert report.severity is Severity.CRITICAL


def test_the_severity_of_a_report_is_the_most_severe_one_that_breached() -> None:
    thresholds = {Severity.CRITICAL: 5, Severity.LOW: 1}
    report = decide_report(SCANNED_IMAGE, RESULT, ReportPolicy(thresholds))
    assert report is not None
    assert report.severity is Severity.LOW


@pytest.mark.parametrize(
    "counts",
    [
        pytest.param({}, id="a clean image"),
        pytest.param({Severity.INFORMATIONAL: 40, Severity.UNDEFINED: 2}, id="levels that have no threshold"),
    ],
)
def test_there_is_nothing_to_say_of_an_image_that_breaches_nothing(counts: dict[Severity, int]) -> None:
    assert decided(replace(RESULT, counts=counts)) is None


def test_there_is_nothing_to_say_below_the_thresholds() -> None:
    thresholds = dict.fromkeys(ANY_FINDING, 2)
    assert decide_report(SCANNED_IMAGE, RESULT, ReportPolicy(thresholds)) is None


@pytest.mark.parametrize("status", [ScanStatus.FAILED, ScanStatus.UNSUPPORTED_IMAGE, ScanStatus.LIMIT_EXCEEDED])
def test_a_scan_that_failed_is_reported_unless_that_is_off(status: ScanStatus) -> None:
    result = ScanResult(status, description="why")
    report = decided(result)
    assert report is not None
    assert (report.reason, report.severity, report.breaches) == (ReportReason.SCAN_FAILED, None, ())
    assert decided(result, notify_on_failure=False) is None


@pytest.mark.parametrize(
    ("status", "description", "explanation"),
    [
        (
            ScanStatus.FAILED,
            UNSUPPORTED_SYSTEM,
            "ECR's scanner does not support the operating system of this image, windows 10.0.",
        ),
        (
            ScanStatus.UNSUPPORTED_IMAGE,
            "UnsupportedImageError: The operating system 'wolfi' version '' is not supported",
            "ECR's scanner does not support the operating system of this image, wolfi.",
        ),
        (
            ScanStatus.FAILED,
            "UnsupportedImageError: The operating system and/or package manager are not supported.",
            "ECR's scanner does not support the operating system or the package manager of this image.",
        ),
        (ScanStatus.UNSUPPORTED_IMAGE, "", "ECR's scanner does not support this kind of image."),
        (ScanStatus.LIMIT_EXCEEDED, "", "A quota of ECR's scanner was exceeded."),
        (ScanStatus.FAILED, "Internal failure", "Internal failure"),
        (ScanStatus.FAILED, "", "ECR gave no reason."),
        (ScanStatus.FAILED, "x" * 5_000, "x" * 400),
    ],
)
def test_a_failure_is_explained_in_plain_words(status: ScanStatus, description: str, explanation: str) -> None:
    assert explain_failure(ScanResult(status, description=description)) == explanation


@given(st.sampled_from(ScanStatus), st.text(max_size=40))
def test_a_failure_is_never_left_without_a_word(status: ScanStatus, description: str) -> None:
    assert explain_failure(ScanResult(status, description=description))


@pytest.mark.parametrize(
    ("tags", "name"),
    [
        pytest.param(("1.2",), "team/app:1.2", id="its tag"),
        pytest.param(("latest", "1.2"), "team/app:1.2", id="rather not latest"),
        pytest.param(("latest",), "team/app:latest", id="unless it has no other"),
        pytest.param((), "team/app@sha256:7f5b2640fe6f", id="a short digest"),
    ],
)
def test_an_image_is_called_as_people_call_it(tags: tuple[str, ...], name: str) -> None:
    assert replace(SCANNED_IMAGE, tags=tags).name == name
