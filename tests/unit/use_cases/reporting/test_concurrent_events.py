"""Several events of one image at the same time: one of them stores the findings and records the changes."""

import pytest

from ecr_scan_reporter.domain.reports.policy import NotifyOn
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import ConcurrentEventError
from tests.unit.samples import NOW
from tests.unit.use_cases.reporting.chain import Chain
from tests.unit.use_cases.reporting.scans import APT, CURL, GLIBC, WEEK, new_event, result_of


def test_one_of_two_events_stores_the_findings_and_the_other_is_tried_again() -> None:
    chain = Chain()
    chain.report_result(result_of(APT, at=NOW - WEEK), NotifyOn.NEW)
    chain.ledger.changes.clear()
    before = dict(chain.findings.saved)
    chain.report_result(result_of(APT, CURL), NotifyOn.NEW)
    overtaken, chain.findings.saved = chain.findings.saved, before
    load = chain.findings.load

    def overtake(key: str) -> object:
        stored = load(key)
        chain.findings.saved = overtaken
        return stored

    chain.findings.load = overtake  # type: ignore[method-assign, assignment]
    chain.registry.result = result_of(APT, CURL, GLIBC)
    with pytest.raises(ConcurrentEventError):
        chain.report(new_event())
    chain.findings.load = load  # type: ignore[method-assign]
    chain.report_result(result_of(APT, CURL, GLIBC), NotifyOn.NEW)
    assert [change.new for change in chain.ledger.changes] == [{Severity.CRITICAL: 1}, {Severity.HIGH: 1}]
