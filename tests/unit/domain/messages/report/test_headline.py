import json
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.findings.changes import Baseline, compare
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.messages.report.headline import subject
from ecr_scan_reporter.domain.messages.report.notification import compose_notification
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.reports.policy import ReportPolicy
from ecr_scan_reporter.domain.reports.reports import ScanReport, decide_report
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.samples import (
    DIGEST,
    SCANNED_IMAGE,
    UNSUPPORTED_SYSTEM,
    breached_report,
    compared_report,
    failed_report,
    result_of,
)

LIMITS = {Severity.CRITICAL: 0, Severity.HIGH: 5, Severity.MEDIUM: 10, Severity.LOW: 50}
LOG4J = Finding("CVE-2021-44228", Severity.CRITICAL, "log4j-core", "2.14.1")
CURL = Finding("CVE-2023-38545", Severity.HIGH, "curl", "7.88.1")
CURL_CRITICAL = replace(CURL, severity=Severity.CRITICAL)
APT = Finding("CVE-2011-3374", Severity.LOW, "apt", "2.6.1")
NOTE = Finding("CVE-2010-1", Severity.INFORMATIONAL, "tar", "1")
HIGHS = tuple(Finding(f"CVE-2026-{number}", Severity.HIGH, "linux", "6") for number in range(10, 14))
MEDIUMS = tuple(Finding(f"CVE-2025-{number}", Severity.MEDIUM, "linux", "6") for number in range(10, 23))
RENAMED = replace(
    SCANNED_IMAGE, id=ImageId(Repository("123456789012", "ap-southeast-2", "team/" + "x" * 250), DIGEST), tags=("9.9",)
)


def subject_of(report: ScanReport) -> str:
    return compose_notification(report).subject.replace("team/app:1.2", "IMAGE")


def sms_of(report: ScanReport) -> str:
    text: str = json.loads(compose_notification(report).message)["sms"]
    return text.replace("team/app:1.2", "IMAGE")


def facts(report: ScanReport) -> tuple[str, str, str]:
    attributes = compose_notification(report).attributes
    return attributes["severity"], attributes["newSeverity"], attributes["hasNew"]


@pytest.mark.parametrize(
    ("before", "now", "subject", "attributes"),
    [
        pytest.param(
            (CURL, APT),
            (CURL_CRITICAL,),
            "CRITICAL: IMAGE - 1 raised to critical; now 1 critical",
            ("CRITICAL", "CRITICAL", "true"),
            id="a raise beside a fix",
        ),
        pytest.param(
            (LOG4J,),
            (LOG4J, APT),
            "LOW: IMAGE - 1 new low; now 1 critical, 1 low",
            ("CRITICAL", "LOW", "true"),
            id="one low beside a known critical",
        ),
        pytest.param(
            (CURL,),
            (LOG4J, CURL_CRITICAL, *HIGHS),
            "CRITICAL: IMAGE - 1 new critical, 1 raised to critical, 4 new high; now 2 critical, 4 high",
            ("CRITICAL", "CRITICAL", "true"),
            id="new and raised",
        ),
        pytest.param(
            (LOG4J, *HIGHS),
            (LOG4J, *HIGHS[1:]),
            "CRITICAL: IMAGE - 1 high fixed; now 1 critical, 3 high",
            ("CRITICAL", "NONE", "false"),
            id="a fix alone",
        ),
        pytest.param(
            (LOG4J, CURL_CRITICAL),
            (),
            "Fixed: IMAGE - 2 critical fixed; nothing left",
            ("NONE", "NONE", "false"),
            id="all fixed",
        ),
        pytest.param(
            (LOG4J,),
            (NOTE,),
            "Fixed: IMAGE - 1 critical fixed, 1 new informational; now 1 informational",
            ("NONE", "INFORMATIONAL", "true"),
            id="fixed, and a finding without a threshold",
        ),
        pytest.param(
            (LOG4J, APT),
            (APT,),
            "Fixed: IMAGE - 1 critical fixed; now 1 low",
            ("NONE", "NONE", "false"),
            id="fixed, and something is left below its threshold",
        ),
    ],
)
def test_the_subject_leads_with_the_most_severe_news(
    before: tuple[Finding, ...], now: tuple[Finding, ...], subject: str, attributes: tuple[str, str, str]
) -> None:
    report = compared_report(before, now, thresholds=LIMITS)
    assert subject_of(report) == subject
    assert facts(report) == attributes
    document = json.loads(json.loads(compose_notification(report).message)["sqs"])
    assert (document["newSeverity"] or "NONE") == attributes[1]


def test_a_scan_without_any_change_says_that_nothing_is_new() -> None:
    report = compared_report((LOG4J, APT), (LOG4J, APT))
    assert subject_of(report) == "CRITICAL: IMAGE - nothing new; still 1 critical, 1 low"
    assert facts(report) == ("CRITICAL", "NONE", "false")


def test_a_threshold_that_was_lowered_is_the_news() -> None:
    report = compared_report(HIGHS, HIGHS, thresholds={Severity.HIGH: 3}, thresholds_before={Severity.HIGH: 5})
    assert subject_of(report) == "HIGH: IMAGE - 4 high reach the threshold of 3; now 4 high"
    assert facts(report) == ("HIGH", "HIGH", "true")
    document = json.loads(json.loads(compose_notification(report).message)["sqs"])
    assert document["newlyBreached"] == [{"severity": "HIGH", "count": 4, "threshold": 3}]


def test_a_threshold_that_new_findings_reach_is_not_said_twice() -> None:
    report = compared_report(HIGHS, (*HIGHS, CURL), thresholds=LIMITS)
    assert subject_of(report) == "HIGH: IMAGE - 1 new high; now 5 high"


@pytest.mark.parametrize(
    ("status", "description", "reason"),
    [
        (ScanStatus.FAILED, UNSUPPORTED_SYSTEM, "windows 10.0 is not supported"),
        (ScanStatus.FAILED, "UnsupportedImageError: odd", "its operating system is not supported"),
        (ScanStatus.UNSUPPORTED_IMAGE, "", "this kind of image is not supported"),
        (ScanStatus.IMAGE_SIZE_EXCEEDED, "", "the image is too large for ECR's scanner"),
        (ScanStatus.LIMIT_EXCEEDED, "", "a quota of ECR's scanner was exceeded"),
        (ScanStatus.FAILED, "Internal failure.", "Internal failure"),
        (ScanStatus.FAILED, "", "ECR gave no reason"),
    ],
)
def test_a_failed_scan_names_the_reason_in_subject_and_text_message(
    status: ScanStatus, description: str, reason: str
) -> None:
    report = failed_report()
    report = replace(report, result=ScanResult(status, description=description))
    assert subject_of(report) == f"Scan failed: IMAGE - {reason}"
    assert sms_of(report) == f"Scan failed: IMAGE - {reason} (eu-west-1)"
    assert facts(report) == ("NONE", "NONE", "true")


def test_a_failure_that_was_reported_before_says_so_and_is_no_news() -> None:
    report = failed_report(is_repeated=True)
    assert subject_of(report) == "Scan failed again: IMAGE - windows 10.0 is not supported"
    assert facts(report) == ("NONE", "NONE", "false")


@pytest.mark.parametrize(
    ("before", "now", "text"),
    [
        pytest.param((), (LOG4J, APT), "1 new critical (CVE-2021-44228), 1 new low; now 1 critical, 1 low", id="new"),
        pytest.param((CURL,), (CURL_CRITICAL,), "1 raised to critical (CVE-2023-38545); now 1 critical", id="raised"),
        pytest.param((), HIGHS, "4 new high (worst: CVE-2026-10); now 4 high", id="several"),
    ],
)
def test_the_text_message_names_the_most_severe_new_cve(
    before: tuple[Finding, ...], now: tuple[Finding, ...], text: str
) -> None:
    report = compared_report(before, now)
    assert sms_of(report) == f"{report.severity}: IMAGE - {text} (eu-west-1)"


def test_the_text_message_of_a_first_scan_names_the_most_severe_cve() -> None:
    assert sms_of(breached_report()) == (
        "CRITICAL: IMAGE - 1 critical, 1 high, 1 low; worst: CVE-2023-38545 (eu-west-1)"
    )


MANY: dict[str, Any] = {
    "before": (CURL,),
    "now": (*(replace(LOG4J, name=f"CVE-2026-{n:05}") for n in range(120)), CURL_CRITICAL, *HIGHS, *MEDIUMS, APT),
}


def test_a_subject_that_would_be_too_long_names_less_and_keeps_the_first_news() -> None:
    subject = compose_notification(compared_report(**MANY, image=RENAMED)).subject
    assert len(subject) == 99
    assert subject.startswith("CRITICAL: team/xxx")
    assert subject.endswith("xxx:9.9 - 120 new critical and 19 more; now 139 in all")
    text = sms_of(compared_report(**MANY, image=RENAMED))
    assert len(text) == 140
    assert text.endswith(
        "xxx:9.9 - 120 new critical (worst: CVE-2026-00000) and 19 more; now 139 in all (ap-southeast-2)"
    )


def test_a_subject_names_as_much_as_there_is_room_for() -> None:
    assert subject_of(compared_report(**MANY)) == (
        "CRITICAL: IMAGE - 120 new critical, 1 raised to critical and 18 more; now 139 in all"
    )


def test_levels_without_a_threshold_are_never_called_nothing() -> None:
    report = breached_report(result_of(NOTE))
    assert subject_of(replace(report, breaches=breached_report().breaches)).endswith("1 informational")


def test_findings_that_nobody_has_rated_count_where_they_have_a_threshold_or_are_news() -> None:
    unrated = replace(NOTE, severity=Severity.UNDEFINED)
    limits = {Severity.LOW: 0, Severity.UNDEFINED: 0}
    assert subject_of(breached_report(result_of(APT, unrated), thresholds=limits)).endswith("1 low, 1 undefined")
    assert subject_of(compared_report((APT,), (APT, unrated))).endswith("now 1 low, 1 undefined")
    assert subject_of(compared_report((unrated,), (APT, unrated))).endswith("now 1 low")


GLIBC = Finding("CVE-2024-2961", Severity.HIGH, "glibc", "2.36")
EXPLOITED = replace(CURL, severity=Severity.LOW, exploit=KnownExploit(date(2026, 1, 30)))


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ([], [EXPLOITED, GLIBC], "EXPLOITED: team/app:1.2 - 1 exploited, 1 new high; now 1 high, 1 low"),
        ([replace(EXPLOITED, exploit=None)], [EXPLOITED], "EXPLOITED: team/app:1.2 - 1 exploited; now 1 low"),
        ([EXPLOITED], [EXPLOITED, GLIBC], "HIGH: team/app:1.2 - 1 new high; now 1 high, 1 low"),
        ([EXPLOITED], [EXPLOITED], "EXPLOITED: team/app:1.2 - nothing new; still 1 low"),
        (None, [EXPLOITED, GLIBC], "EXPLOITED: team/app:1.2 - 1 exploited; 1 high, 1 low"),
    ],
)
def test_the_line_begins_with_what_is_exploited_where_that_is_the_news(
    before: list[Finding] | None, now: list[Finding], expected: str
) -> None:
    result = result_of(*now)
    changes = None if before is None else compare(Baseline(DIGEST, None, tuple(before)), now)
    policy = ReportPolicy({Severity.HIGH: 0, Severity.LOW: 0}, known_exploited=1)
    report = decide_report(SCANNED_IMAGE, result, policy, changes=changes)
    assert report
    assert subject(report) == expected
