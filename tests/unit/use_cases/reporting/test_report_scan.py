from dataclasses import replace

import pytest

from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.reports.policy import ReportPolicy
from ecr_scan_reporter.domain.reports.reports import ReportReason
from ecr_scan_reporter.errors import CallFailedError, ImageNotFoundError, RepositoryNotFoundError
from ecr_scan_reporter.use_cases.delivery import Channels
from ecr_scan_reporter.use_cases.reporting.recording import Stores
from ecr_scan_reporter.use_cases.reporting.report_scan import report_scan
from tests.unit.samples import ANY_FINDING, IMAGE_ID, NOW, RESULT
from tests.unit.use_cases.fakes import FakeTopic
from tests.unit.use_cases.reporting.chain import POLICY, RESULT_KEY, Chain, sender_to
from tests.unit.use_cases.reporting.scans import EVENT


def test_a_scan_with_findings_is_remembered_told_and_kept() -> None:
    chain = Chain()
    report, ids = chain.report()
    assert chain.steps == ["ledger", "topic", "findings", "tags", "tags"]
    assert ids == {"topic": "message-1"}
    assert report is not None
    assert report.reason is ReportReason.THRESHOLDS_BREACHED
    (record,) = chain.ledger.results
    assert (record.image, record.counts) == (IMAGE_ID, RESULT.counts)
    assert record.scan == LastScan(ScanStatus.COMPLETE, scanned_at=RESULT.completed_at)
    assert len(chain.findings.saved[RESULT_KEY]["findings"]) == 3
    assert chain.document()["findingsUri"] == f"s3://findings/{RESULT_KEY}"


def test_tags_and_the_push_are_those_of_now() -> None:
    chain = Chain()
    chain.report()
    assert chain.document()["imageTags"] == ["latest", "1.2"]
    assert chain.document()["imagePushedAt"] == "2026-01-30T12:00:00Z"


@pytest.mark.parametrize(
    "result",
    [
        pytest.param(ImageNotFoundError("gone"), id="the image is gone"),
        pytest.param(RepositoryNotFoundError("gone"), id="the repository is gone"),
        pytest.param(None, id="the scan is gone"),
        pytest.param(ScanResult(ScanStatus.IN_PROGRESS), id="ECR has not noticed yet"),
        pytest.param(ScanResult(ScanStatus.PENDING), id="ECR thinks that it waits"),
        pytest.param(ScanResult(ScanStatus.FINDINGS_UNAVAILABLE), id="its findings are not available any more"),
        pytest.param(ScanResult(ScanStatus.IMAGE_ARCHIVED), id="the image was archived in the meantime"),
        pytest.param(ScanResult(ScanStatus.UNKNOWN), id="a status that is not known yet"),
    ],
)
def test_where_ecr_does_not_know_the_scan_the_event_tells_its_counts(result: ScanResult | Exception | None) -> None:
    chain = Chain(result)
    report, _ = chain.report()
    assert report is not None
    assert chain.document()["counts"] | {"CRITICAL": 1, "HIGH": 1} == chain.document()["counts"]
    assert chain.document()["scan"]["completedAt"] == "2026-01-31T04:00:00Z"
    (record,) = chain.ledger.results
    assert (record.scan, record.counts) == (LastScan(ScanStatus.COMPLETE, scanned_at=EVENT.at), EVENT.counts)
    assert chain.findings.saved == {}


def test_an_image_that_is_gone_keeps_the_tags_of_the_event_and_stays_out_of_the_ledger() -> None:
    chain = Chain(ImageNotFoundError("gone"))
    chain.registry.listed = ()
    chain.report()
    assert chain.document()["imageTags"] == ["old"]
    assert chain.ledger.results == []


def test_an_image_deleted_after_its_findings_were_read_keeps_the_tags_of_the_event() -> None:
    chain = Chain()
    chain.registry.listed = ()
    chain.report()
    assert chain.document()["imageTags"] == ["old"]
    assert len(chain.document()["findings"]) == 3


def test_a_result_without_a_date_ended_when_the_event_says() -> None:
    chain = Chain(replace(RESULT, completed_at=None))
    chain.report()
    assert chain.ledger.results[0].scan.scanned_at == EVENT.at


def test_a_clean_image_is_remembered_and_nobody_is_told() -> None:
    chain = Chain(ScanResult(ScanStatus.COMPLETE, completed_at=NOW))
    assert chain.report(replace(EVENT, counts={})) == (None, {})
    assert chain.steps == ["ledger", "findings", "tags", "tags"]
    assert chain.findings.saved[RESULT_KEY]["findings"] == []


def test_below_the_thresholds_nobody_is_told() -> None:
    chain = Chain()
    assert chain.report(policy=ReportPolicy(dict.fromkeys(ANY_FINDING, 100))) == (None, {})
    assert chain.steps == ["ledger", "findings", "tags", "tags"]


def test_a_failed_scan_is_told_and_does_not_replace_the_last_full_result() -> None:
    chain = Chain(ScanResult(ScanStatus.FAILED, description="UnsupportedImageError: not supported"))
    report, _ = chain.report(replace(EVENT, status=ScanStatus.FAILED, counts={}, tags=()))
    assert report is not None
    assert report.reason is ReportReason.SCAN_FAILED
    assert chain.steps == ["ledger", "topic", "ledger"]
    assert chain.document()["findingsUri"] is None


def test_a_failed_scan_is_remembered_where_nobody_wants_to_hear_of_it() -> None:
    chain = Chain(ScanResult(ScanStatus.FAILED))
    rules = ReportPolicy(ANY_FINDING, notify_on_failure=False)
    assert chain.report(replace(EVENT, status=ScanStatus.FAILED, counts={}), rules) == (None, {})
    assert [record.scan for record in chain.ledger.results] == [LastScan(ScanStatus.FAILED, scanned_at=EVENT.at)]


def test_findings_that_are_not_all_there_do_not_replace_the_last_full_result() -> None:
    chain = Chain(replace(RESULT, findings=RESULT.findings[:1]))
    chain.report()
    assert chain.findings.saved == {}
    assert chain.document()["counts"]["LOW"] == 1


def test_a_later_scan_that_ecr_knows_beats_the_event() -> None:
    chain = Chain()
    report, _ = chain.report(replace(EVENT, status=ScanStatus.FAILED, counts={}))
    assert report is not None
    assert report.reason is ReportReason.THRESHOLDS_BREACHED


def test_when_telling_fails_the_error_is_raised_and_the_news_stays_news() -> None:
    chain = Chain()
    chain.topic.error = CallFailedError("Publish", "InternalError", "try again")
    with pytest.raises(CallFailedError, match="Publish failed"):
        chain.report()
    assert chain.steps == ["ledger"]
    chain.topic.error = None
    assert chain.report()[1] == {"topic": "message-1"}


def test_when_keeping_fails_after_it_was_told_a_repetition_tells_nobody_again() -> None:
    chain = Chain()
    chain.findings.error = CallFailedError("put_object", "InternalError", "try again")
    with pytest.raises(CallFailedError, match="put_object"):
        chain.report()
    chain.findings.error = None
    chain.report()
    assert len(chain.topic.published) == 1
    assert len(chain.findings.saved[RESULT_KEY]["findings"]) == 3


def test_when_ecr_fails_nothing_is_told_so_that_it_can_be_tried_again() -> None:
    chain = Chain(CallFailedError("DescribeImageScanFindings", "ServerException", "try again"))
    with pytest.raises(CallFailedError):
        chain.report()
    assert chain.steps == []


def test_ledger_and_bucket_are_optional() -> None:
    chain, topic = Chain(), FakeTopic()
    tools = chain.tools(Channels({"topic": sender_to(topic)}), Stores())
    report, _ = report_scan(EVENT, tools, policy=POLICY, now=NOW)
    assert report is not None
    assert report.findings_uri == ""
    assert len(topic.published) == 1


def test_the_mail_has_a_command_to_suppress_a_finding_in_the_table_of_the_application() -> None:
    chain = Chain()
    chain.report(policy=replace(POLICY, suppressions_table="app-Suppressions-1X"))
    assert "ecr-scan-reporter suppressions add" in chain.email()
    assert "--table app-Suppressions-1X" in chain.email()
