"""The made-up report that tests the channels, and what became of it in each."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from ecr_scan_reporter.domain.findings.changes import Baseline, compare
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.registry.images import ImageId, Repository, ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.reports.policy import ReportPolicy
from ecr_scan_reporter.domain.reports.reports import ScanReport, decide_report
from ecr_scan_reporter.domain.severities import Severity, count_severities
from ecr_scan_reporter.errors import InvalidInputError

REPOSITORY = "ecr-scan-reporter/test-report"
_CVE = "https://nvd.nist.gov/vuln/detail/"
_DIGEST = f"sha256:{sha256(REPOSITORY.encode()).hexdigest()}"
_RATED = (Severity.CRITICAL, Severity.HIGH, Severity.MEDIUM, Severity.LOW)
_FINDINGS = (
    Finding("CVE-2021-44228", Severity.CRITICAL, "log4j-core", "2.14.1", 10.0, f"{_CVE}CVE-2021-44228"),
    Finding("CVE-2023-0286", Severity.HIGH, "openssl", "3.0.7", 7.4, f"{_CVE}CVE-2023-0286"),
    Finding("CVE-2023-4039", Severity.MEDIUM, "gcc-12", "12.2.0", 4.8, f"{_CVE}CVE-2023-4039"),
)


def made_up_report(registry_id: str, region: str, now: datetime) -> ScanReport:
    """Return a report with a new critical finding, so that most subscribers' filters let it pass."""
    image = ScannedImage(ImageId(Repository(registry_id, region, REPOSITORY), _DIGEST), ("1.0",), now)
    counts = count_severities(finding.severity for finding in _FINDINGS)
    result = ScanResult(ScanStatus.COMPLETE, now, "", counts, _FINDINGS, now)
    baseline = Baseline(_DIGEST, now - timedelta(days=7), _FINDINGS[1:])
    policy = ReportPolicy(dict.fromkeys(_RATED, 1))
    report = decide_report(image, result, policy, changes=compare(baseline, result.findings))
    if report is None:
        raise AssertionError("a new critical finding is reported")
    return report


@dataclass(frozen=True, slots=True)
class ChannelAnswer:
    """What a channel made of the test report: the id of the message, or the error with which it refused it."""

    channel: str
    message_id: str = ""
    error: str = ""


def answers_document(answers: Iterable[ChannelAnswer]) -> dict[str, Any]:
    """Return what the reporter answers: for each channel the `messageId` or the `error`."""
    return {
        "testReport": True,
        "channels": {
            answer.channel: {"error": answer.error} if answer.error else {"messageId": answer.message_id}
            for answer in answers
        },
    }


def parse_answers(document: object) -> list[ChannelAnswer]:
    """Read what the reporter answered. Raises InvalidInputError for another answer."""
    channels = document.get("channels") if isinstance(document, Mapping) and document.get("testReport") else None
    if not isinstance(channels, Mapping) or not all(isinstance(answer, Mapping) for answer in channels.values()):
        raise InvalidInputError("the answer of the reporter", document, "that to a test report")
    return [
        ChannelAnswer(str(channel), str(answer.get("messageId") or ""), str(answer.get("error") or ""))
        for channel, answer in channels.items()
    ]
