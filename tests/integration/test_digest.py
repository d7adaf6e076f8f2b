from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import digest
from ecr_scan_reporter.aws.ledger.table import ScanLedger
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.suppressions_table import SuppressionsTable
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord, RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.scanning.due import DueReason
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import CallFailedError, InvalidInputError
from tests.integration.account import ACCOUNT_ID, REGION, Account, LambdaContext
from tests.integration.emf import metrics_in
from tests.recorded_events import load_event

APP = Repository(ACCOUNT_ID, REGION, "team/app")
NOW = datetime.now(UTC).replace(microsecond=0)
DIGESTS = [f"sha256:{number:064x}" for number in range(40)]


def due(name: str = "1", in_seconds: int = 0) -> dict[str, Any]:
    """Return the event of a schedule that is due."""
    at = datetime.now(UTC) + timedelta(seconds=in_seconds)
    return load_event("scheduled") | {"id": name, "time": f"{at:%Y-%m-%dT%H:%M:%SZ}"}


@pytest.fixture
def ledger(account: Account) -> ScanLedger:
    """The ledger after a week: an image that got worse, one that failed, and an index."""
    ledger = ScanLedger(account.dynamodb, Caller(), "ledger")
    scan = LastScan(ScanStatus.COMPLETE, NOW - timedelta(days=1))
    failed = LastScan(ScanStatus.FAILED, NOW - timedelta(days=1), description="UnsupportedImageError: no os-release")
    found = {Severity.CRITICAL: 2, Severity.LOW: 1}
    ledger.record_result(ImageRecord(ImageId(APP, DIGESTS[0]), scan, found, 1, ("zlib",), "1.2", "team-a"), NOW)
    ledger.record_result(ImageRecord(ImageId(APP, DIGESTS[1]), failed, tag="win"), NOW)
    ledger.remember(APP, {DIGESTS[0]: LastScan(ScanStatus.IN_PROGRESS, tried_at=NOW - timedelta(days=1))}, NOW)
    new = {Severity.CRITICAL: 1}
    ledger.record_change(
        ChangeRecord(ImageId(APP, DIGESTS[0]), NOW - timedelta(days=1), new=new, news=("CVE-2026-1 curl",)),
        NOW - timedelta(days=1),
    )
    ledger.record_coverage(RepositoryCoverage(APP, NOW, images=3, not_scannable={DueReason.INDEX: 1}), NOW)
    return ledger


def test_the_ledger_is_summed_up_in_one_message(
    account: Account, ledger: ScanLedger, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = digest.lambda_handler(due(), LambdaContext())
    (report,) = account.reports()
    assert (answer["sent"], bool(answer["messageId"]), answer["images"], answer["worse"]) == (True, True, 3, 1)
    assert metrics_in(capsys.readouterr().out) == {"DigestsSent": 1}
    assert report["subject"] == "ECR digest: 1 image got worse - 2 critical"
    assert report["attributes"] == {
        "reason": "DIGEST",
        "severity": "CRITICAL",
        "newSeverity": "CRITICAL",
        "registryId": ACCOUNT_ID,
        "region": REGION,
        "hasNew": "true",
    }
    document = report["document"]
    assert document["type"] == "ECR_SCAN_DIGEST"
    assert (document["worse"][0]["name"], document["worse"][0]["news"]) == ("team/app:1.2", ["CVE-2026-1 curl"])
    told = {status: number for status, number in document["coverage"].items() if number in (1, 2, 3)}
    assert told == {"total": 3, "current": 1, "unsupportedSystem": 1, "unsupportedType": 1}


def test_the_next_digest_tells_what_changed_since(account: Account, ledger: ScanLedger) -> None:
    digest.lambda_handler(due("1"), LambdaContext())
    scan = LastScan(ScanStatus.COMPLETE, NOW)
    ledger.record_result(ImageRecord(ImageId(APP, DIGESTS[0]), scan, {Severity.CRITICAL: 5}, tag="1.2"), NOW)
    digest.lambda_handler(due("2", in_seconds=60), LambdaContext())
    assert account.reports()[-1]["subject"] == "ECR digest: nothing got worse - 5 critical (+3)"


def test_the_same_event_twice_sends_one_digest(account: Account, ledger: ScanLedger) -> None:
    event = due()
    assert digest.lambda_handler(event, LambdaContext())["sent"] is True
    assert digest.lambda_handler(event, LambdaContext()) == {"sent": False, "messageId": None}
    assert len(account.reports()) == 1


def test_a_manual_invocation_sends_one_each_time(account: Account, ledger: ScanLedger) -> None:
    for _ in range(2):
        assert digest.lambda_handler({}, None)["sent"] is True
    assert len(account.reports()) == 2


def test_a_digest_that_failed_is_sent_when_its_event_comes_again(account: Account, ledger: ScanLedger) -> None:
    account.sns.delete_topic(TopicArn=account.topic_arn)
    event = due()
    with pytest.raises(CallFailedError, match="publish failed: NotFound"):
        digest.lambda_handler(event, LambdaContext())
    account.new_topic()
    assert digest.lambda_handler(event, LambdaContext())["worse"] == 1
    assert len(account.reports()) == 1


def test_the_suppressions_are_reviewed(account: Account, ledger: ScanLedger) -> None:
    table = SuppressionsTable(account.dynamodb, Caller(), "suppressions")
    for name, days in (("zlib", 3), ("idle", 400), ("past", -2)):
        until = NOW.date() + timedelta(days=days)
        table.add(Suppression(name, "CVE-2023-45853", "not built", until, "ada", NOW - timedelta(days=90)))
    digest.lambda_handler(due(), LambdaContext())
    review = account.reports()[0]["document"]["suppressions"]
    listed = {name: [rule["id"] for rule in review[name]] for name in ("ending", "ended", "unmatched")}
    assert listed == {"ending": ["zlib"], "ended": ["past"], "unmatched": ["idle"]}


def test_suppressions_and_idempotency_are_optional(
    account: Account, ledger: ScanLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SUPPRESSIONS_TABLE")
    monkeypatch.delenv("IDEMPOTENCY_TABLE")
    event = due()
    assert [digest.lambda_handler(event, LambdaContext())["sent"] for _ in range(2)] == [True, False]
    assert len(account.reports()) == 1


def test_many_images_are_read_in_several_pages(account: Account, ledger: ScanLedger) -> None:
    scan = LastScan(ScanStatus.COMPLETE, NOW - timedelta(days=1))
    for number in range(30):
        of = Repository(ACCOUNT_ID, REGION, f"team/{number}")
        for name in DIGESTS:
            ledger.record_result(
                ImageRecord(ImageId(of, name), scan, {Severity.HIGH: 1}, tag="x" * 128, owner="y" * 200), NOW
            )
            ledger.remember(of, {name: LastScan(ScanStatus.IN_PROGRESS, tried_at=NOW, description="z" * 300)}, NOW)
    answer = digest.lambda_handler(due(), LambdaContext())
    assert answer["counts"] == {"CRITICAL": 2, "HIGH": 1200, "LOW": 1}
    assert answer["coverage"]["current"] == 1201


@pytest.mark.parametrize("name", ["ECR_SNS_REPORT_TOPIC_ARN", "SCAN_LEDGER_TABLE"])
def test_a_missing_variable_is_named(account: Account, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv(name)
    with pytest.raises(InvalidInputError, match=f"{name} is not set"):
        digest.lambda_handler(due(), LambdaContext())
