import json
from dataclasses import replace

import pytest

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.messages.report.document import document
from ecr_scan_reporter.domain.messages.report.event import compose_event
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.samples import RESULT, breached_report

LARGE = tuple(Finding(f"CVE-{number}", Severity.HIGH, "p" * 3_000, "1") for number in range(200))


def test_the_detail_is_the_document_that_subscribers_get() -> None:
    assert compose_event(breached_report()) == document(breached_report())


@pytest.mark.parametrize("max_bytes", [258_048, 100_000, 20_000])
def test_a_detail_that_would_be_too_large_has_fewer_findings_and_all_counts(max_bytes: int) -> None:
    report = breached_report(replace(RESULT, findings=LARGE, counts={Severity.HIGH: 200}))
    detail = compose_event(report, max_bytes)
    assert len(json.dumps(detail).encode()) <= max_bytes
    assert 0 < len(detail["findings"]) < 100
    assert detail["findingsTotal"] == detail["counts"]["HIGH"] == 200
