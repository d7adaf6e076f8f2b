import pytest

from ecr_scan_reporter.domain.reports.reports import ReportReason
from ecr_scan_reporter.domain.reports.test_report import (
    ChannelAnswer,
    answers_document,
    made_up_report,
    parse_answers,
)
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError
from tests.unit.samples import NOW


def test_the_made_up_report_has_a_new_critical_finding_and_no_address_of_results() -> None:
    report = made_up_report("123456789012", "eu-west-1", NOW)
    assert (report.reason, report.severity) == (ReportReason.THRESHOLDS_BREACHED, Severity.CRITICAL)
    assert report.changes
    assert [finding.severity for finding in report.changes.new] == [Severity.CRITICAL]
    assert report.findings_uri == ""


ANSWERS = [ChannelAnswer("topic", "id-1"), ChannelAnswer("chat", error="publish failed: NotFound: no topic")]


def test_the_answer_of_the_function_is_read_as_it_was_written() -> None:
    assert parse_answers(answers_document(ANSWERS)) == ANSWERS


@pytest.mark.parametrize(
    "document", [None, [], {}, {"reported": True}, {"testReport": True}, {"testReport": True, "channels": {"topic": 1}}]
)
def test_any_other_answer_is_refused(document: object) -> None:
    with pytest.raises(InvalidInputError, match=r"^the answer of the reporter is"):
        parse_answers(document)
