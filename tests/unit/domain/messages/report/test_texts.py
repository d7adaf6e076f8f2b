"""The whole texts, letter by letter, as subscribers get them: they lie in `expected/`."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ecr_scan_reporter.domain.messages.report.notification import compose_notification
from ecr_scan_reporter.domain.reports.reports import ScanReport
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.samples import RESULT, SCANNED_IMAGE, breached_report, failed_report

EXPECTED = Path(__file__).parent / "expected"

HALF_BREACHED = breached_report(
    replace(
        RESULT,
        counts={Severity.CRITICAL: 1, Severity.HIGH: 1, Severity.LOW: 1, Severity.INFORMATIONAL: 12},
    ),
    thresholds={Severity.CRITICAL: 0, Severity.HIGH: 5, Severity.MEDIUM: 10, Severity.LOW: 100},
)
FINDINGS_NOT_READ = breached_report(
    replace(RESULT, findings=(), completed_at=None),
    image=replace(SCANNED_IMAGE, tags=(), pushed_at=None),
    findings_uri="",
)


@pytest.mark.parametrize(
    ("name", "report"),
    [
        pytest.param("findings", breached_report(), id="findings"),
        pytest.param("below_some_thresholds", HALF_BREACHED, id="some severities are below their thresholds"),
        pytest.param("findings_not_read", FINDINGS_NOT_READ, id="an untagged image, its findings not read"),
        pytest.param("unsupported_system", failed_report(), id="an operating system that is not supported"),
        pytest.param("scan_failed", failed_report("Internal failure."), id="a scan that failed for another reason"),
        pytest.param("scan_failed_silently", failed_report(""), id="a scan that failed without a reason"),
    ],
)
def test_subscribers_get_these_texts(name: str, report: ScanReport) -> None:
    assert rendered(report) == (EXPECTED / f"{name}.txt").read_text(encoding="utf-8")


def rendered(report: ScanReport) -> str:
    notification = compose_notification(report)
    texts = json.loads(notification.message)
    return "\n".join(
        [
            f"Subject: {notification.subject}",
            f"SMS: {texts['sms']}",
            f"Default: {texts['default']}",
            "",
            texts["email"],
        ]
    )
