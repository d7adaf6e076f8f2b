"""The inventory of the command line: from the snapshot of a bucket, or from ECR's own answers."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import inventory
from ecr_scan_reporter.cli.main import cli
from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.exploits.documents import exploits_document
from ecr_scan_reporter.domain.exploits.known import Exploits, FeedCopy
from ecr_scan_reporter.use_cases.exploits.current import EXPLOITS_KEY
from tests.integration.account import Account, LambdaContext
from tests.recorded_events import load_event

LOG4J = {"name": "CVE-2021-44228", "severity": "CRITICAL", "attributes": [{"key": "package_name", "value": "log4j"}]}


@pytest.fixture
def digest(account: Account) -> str:
    """An image with a critical finding, scanned before anything was deployed."""
    account.new_repositories("team/app", "other")
    account.tag("team/app", owner="team-a")
    pushed = account.push("team/app", "1.0")
    at = datetime.now(UTC) - timedelta(days=2)
    account.finds(
        "team/app",
        pushed,
        "COMPLETE",
        imageScanCompletedAt=at.timestamp(),
        findings=[LOG4J],
        findingSeverityCounts={"CRITICAL": 1},
    )
    account.push("other", "never-scanned")
    return pushed


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments])


def test_the_snapshot_of_a_bucket_answers(account: Account, digest: str) -> None:
    inventory.lambda_handler(load_event("inventory_scheduled"), LambdaContext(900_000))
    result = run("where", "CVE-2021-44228", "--findings-bucket", "findings", "--output", "json")
    assert result.exit_code == 0, result.stderr
    (item,) = json.loads(result.stdout)["items"]
    assert (item["imageDigest"], item["owner"], item["package"]) == (digest, "team-a", "log4j")


def test_a_bucket_without_an_inventory_says_what_to_do(account: Account) -> None:
    result = run("images", "--findings-bucket", "findings")
    assert result.exit_code == 2
    assert "EnableInventory=True" in result.stderr


def test_ecr_itself_answers_and_nothing_is_stored(account: Account, digest: str, tmp_path: Path) -> None:
    result = run("where", "CVE-2021-44228", "--live", "--output", "json")
    assert result.exit_code == 0, result.stderr
    assert [item["imageDigest"] for item in json.loads(result.stdout)["items"]] == [digest]
    assert account.stored_findings() == {}
    assert account.ledger() == {}
    assert "Contents" not in account.s3.list_objects_v2(Bucket="findings")


def test_live_only_the_repositories_of_the_filter_are_asked(account: Account, digest: str) -> None:
    result = run("images", "--live", "--repository", "team/*", "--output", "json")
    assert [item["repository"] for item in json.loads(result.stdout)["items"]] == ["team/app"]


def test_live_suppressions_and_ledger_hold_where_they_are_named(account: Account, digest: str) -> None:
    account.suppress(cve="CVE-2021-*")
    result = run(
        "images", "--live", "--suppressions-table", "suppressions", "--output", "json", "--ledger-table", "ledger"
    )
    counts = {item["repository"]: item["suppressed"]["CRITICAL"] for item in json.loads(result.stdout)["items"]}
    assert counts == {"team/app": 1, "other": 0}


def test_what_live_cannot_read_is_said_and_the_status_is_1(
    account: Account, digest: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ecr_scan_reporter.aws.ecr import EcrRegistry
    from ecr_scan_reporter.errors import CallFailedError

    def deny(*_: object) -> None:
        raise CallFailedError("describe_image_scan_findings", "AccessDeniedException", "no")

    monkeypatch.setattr(EcrRegistry, "scan_result", deny)
    result = run("images", "--live", "--output", "json")
    assert result.exit_code == 1
    assert "AccessDeniedException" in result.stderr


def test_live_with_the_bucket_of_an_application_knows_what_is_exploited(account: Account, digest: str) -> None:
    copy = FeedCopy("https://kev.example", datetime.now(UTC))
    exploits = Exploits(kev=copy, known={"CVE-2021-44228": KnownExploit(date(2021, 12, 10), has_ransomware=True)})
    body = json.dumps(exploits_document(exploits))
    account.s3.put_object(Bucket="findings", Key=EXPLOITS_KEY, Body=body)
    result = run("where", "CVE-2021-44228", "--live", "--findings-bucket", "findings", "--output", "json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert document["snapshot"]["kev"]["source"] == "https://kev.example"
    assert [(item["imageDigest"], item["reason"]) for item in document["items"]] == [
        (digest, "exploited by ransomware (KEV)")
    ]


def test_live_a_bucket_that_cannot_be_read_is_said_and_the_rest_is_answered(account: Account, digest: str) -> None:
    result = run("images", "--live", "--findings-bucket", "nobodys", "--output", "json")
    assert (result.exit_code, "exploits/known.json" in result.stderr) == (1, True)
    assert len(json.loads(result.stdout)["items"]) == 2
