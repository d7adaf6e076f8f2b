"""The inventory on an AWS in memory: what is built, published, and answered."""

import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

import inventory
import reporter
from ecr_scan_reporter.aws.inventory_bucket import InventoryBucket
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.suppressions_table import SuppressionsTable
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, ImageFilter, SuppressedFindings
from ecr_scan_reporter.domain.reports.policy import NotifyOn
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import CallFailedError, NoSnapshotError
from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from ecr_scan_reporter.use_cases.inventory.snapshots import FetchedSnapshot, PublishedSnapshots
from tests.integration.account import ACCOUNT_ID, REGION, Account, LambdaContext
from tests.integration.scans import a_day_passes, scanned
from tests.recorded_events import load_event

POINTER = "inventory/v2/current.json"
LOG4J = {"name": "CVE-2021-44228", "severity": "CRITICAL", "attributes": [{"key": "package_name", "value": "log4j"}]}
CURL = {"name": "CVE-2026-1", "severity": "HIGH", "attributes": [{"key": "package_name", "value": "curl"}]}


@pytest.fixture(autouse=True)
def journal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The inventory is switched on for the functions that leave a journal."""
    monkeypatch.setenv("INVENTORY_ENABLED", "True")


def build(milliseconds_left: int = 900_000) -> dict[str, Any]:
    answer: dict[str, Any] = inventory.lambda_handler(load_event("scheduled"), LambdaContext(milliseconds_left))
    return answer


@contextmanager
def opened(account: Account, folder: Path, problems: list[str] | None = None) -> Iterator[SnapshotInventory]:
    """Open the inventory as a reader does."""
    said = [] if problems is None else problems
    snapshots = PublishedSnapshots(InventoryBucket(account.s3, Caller(), "findings"), said.append)
    sources = [FetchedSnapshot(snapshots, each, folder / each.info.id) for each in snapshots.read_pointer()]
    with closing(SnapshotInventory(sources, said.append)) as answers:
        yield answers


def names(answers: SnapshotInventory, **wanted: Any) -> list[str]:
    return sorted(image.name for image in answers.images(ImageFilter(**wanted)).items)


def scan_event(repository: str, digest: str, at: datetime, **counts: int) -> dict[str, Any]:
    event = load_event("scan_complete")
    detail = {"repository-name": repository, "image-digest": digest, "finding-severity-counts": counts}
    arn = f"arn:aws:ecr:{REGION}:{ACCOUNT_ID}:repository/{repository}"
    return event | {
        "account": ACCOUNT_ID,
        "region": REGION,
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "resources": [arn],
        "detail": event["detail"] | detail,
    }


def test_the_first_build_has_what_was_scanned_before_and_notifies_nobody(account: Account, tmp_path: Path) -> None:
    account.new_repositories("team/app", "base")
    scanned(account, "team/app", "1.0", LOG4J, CURL)
    account.push("base", "never")
    summary = build()
    assert (summary["published"], summary["complete"], summary["builtAnew"]) == (True, True, True)
    assert (summary["repositories"], summary["images"], summary["asked"]) == (2, 2, 2)
    assert account.reports() == []
    with opened(account, tmp_path) as answers:
        (found,) = answers.where(FindingFilter(vulnerability="CVE-2021-44228")).items
        assert (found.image.name, found.finding.package) == ("team/app:1.0", "log4j")
        assert names(answers) == ["base:never", "team/app:1.0"]
        (total,) = answers.summary()
        assert total.counts == {Severity.CRITICAL: 1, Severity.HIGH: 1}


def test_a_report_after_a_baseline_tells_only_what_is_new(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_ON", "NEW")
    account.new_repositories("team/app")
    digest = scanned(account, "team/app", "1.0", LOG4J)
    build()
    a_day_passes("team/app")
    now = datetime.now(UTC)
    account.finds(
        "team/app",
        digest,
        "COMPLETE",
        imageScanCompletedAt=now.timestamp(),
        findings=[LOG4J, CURL],
        findingSeverityCounts={"CRITICAL": 1, "HIGH": 1},
    )
    reporter.lambda_handler(scan_event("team/app", digest, now, CRITICAL=1, HIGH=1), LambdaContext())
    (report,) = account.reports()
    assert [finding["name"] for finding in report["document"]["changes"]["new"]] == ["CVE-2026-1"]


@pytest.mark.parametrize("notify_on", NotifyOn)
def test_an_event_of_the_scan_that_the_baseline_has_is_reported_in_full(
    account: Account, monkeypatch: pytest.MonkeyPatch, notify_on: NotifyOn
) -> None:
    monkeypatch.setenv("NOTIFY_ON", notify_on)
    account.new_repositories("team/app")
    digest = scanned(account, "team/app", "1.0", LOG4J, days_ago=0)
    build()
    reporter.lambda_handler(scan_event("team/app", digest, datetime.now(UTC), CRITICAL=1), LambdaContext())
    (report,) = account.reports()
    assert report["document"]["counts"]["CRITICAL"] == 1


def test_a_later_build_reads_what_the_journal_names(account: Account, tmp_path: Path) -> None:
    account.new_repositories("team/app", "old")
    kept, changed = scanned(account, "team/app", "1.0", LOG4J), scanned(account, "team/app", "1.1", LOG4J)
    gone = account.push("old", "x")
    build()
    a_day_passes("team/app")
    now = datetime.now(UTC)
    account.finds(
        "team/app", changed, "COMPLETE", imageScanCompletedAt=now.timestamp(), findings=[], findingSeverityCounts={}
    )
    reporter.lambda_handler(scan_event("team/app", changed, now), LambdaContext())
    account.ecr.batch_delete_image(repositoryName="old", imageIds=[{"imageDigest": gone}])
    account.push("old", "y")
    summary = build()
    assert (summary["builtAnew"], summary["readAll"], summary["generation"]) == (False, False, 2)
    assert summary["resultsRead"] <= 2
    with opened(account, tmp_path) as answers:
        assert [o.image.digest for o in answers.where(FindingFilter(vulnerability="CVE-2021-44228")).items] == [kept]
        assert names(answers) == ["old:y", "team/app:1.0", "team/app:1.1"]
        (change,) = answers.changes(now - timedelta(days=1), now + timedelta(hours=1))
        assert change.change.fixed == {Severity.CRITICAL: 1}
        (day,) = answers.history(now.date(), now.date())
        assert (day.counts, day.fixed) == ({Severity.CRITICAL: 1}, {Severity.CRITICAL: 1})


def test_reporter_and_inventory_agree_on_a_suppression_until_a_fix(account: Account, tmp_path: Path) -> None:
    account.new_repositories("team/app")
    digest = account.push("team/app", "1.0")
    account.suppress(cve="CVE-2024-6119", until="fixed")
    event = load_event("inspector_finding")
    finding = event["detail"] | {"firstObservedAt": datetime.now(UTC).timestamp()}
    event["detail"]["resources"][0]["id"] = f"arn:aws:ecr:{REGION}:{ACCOUNT_ID}:repository/team/app/{digest}"
    batch = {"Records": [{"messageId": "message", "body": json.dumps(event)}]}
    hidden = []
    for fix in ("NO", "YES"):
        a_day_passes("team/app")
        found = [finding | {"fixAvailable": fix}]
        account.finds(
            "team/app", digest, "ACTIVE", enhancedFindings=found, findingSeverityCounts={finding["severity"]: 1}
        )
        assert reporter.lambda_handler(batch, LambdaContext()) == {"batchItemFailures": []}
        build()
        with opened(account, tmp_path) as answers:
            (image,) = answers.image_findings(ImageFilter(suppressed=SuppressedFindings.INCLUDED))
        hidden.append(([each.suppressed_by for each in image.findings], len(account.reports())))
    assert hidden == [(["rule-1"], 0), ([""], 1)]


def test_suppressions_hold_as_they_are_now(account: Account, tmp_path: Path) -> None:
    account.new_repositories("team/app")
    scanned(account, "team/app", "1.0", LOG4J, CURL)
    build()
    now = datetime.now(UTC)
    rule = Suppression("known", "CVE-2021-*", "patched", now.date(), "alice", now)
    SuppressionsTable(account.dynamodb, Caller(), "suppressions").save(rule)
    build()
    with opened(account, tmp_path / "one") as answers:
        (image,) = answers.images().items
        assert (image.counts, image.suppressed) == ({Severity.HIGH: 1}, {Severity.CRITICAL: 1})
        hidden = answers.where(FindingFilter(suppressed=SuppressedFindings.ONLY)).items
        assert [each.finding.suppressed_by for each in hidden] == ["known"]
    SuppressionsTable(account.dynamodb, Caller(), "suppressions").remove("known")
    build()
    with opened(account, tmp_path / "two") as answers:
        assert answers.images().items[0].suppressed == {}


def pointer(account: Account) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(account.s3.get_object(Bucket="findings", Key=POINTER)["Body"].read())
    return document


def damage(account: Account, key: str) -> None:
    """Flip one bit in the middle of an object."""
    content = bytearray(account.s3.get_object(Bucket="findings", Key=key)["Body"].read())
    content[len(content) // 2] ^= 1
    account.s3.put_object(Bucket="findings", Key=key, Body=bytes(content))


@pytest.mark.parametrize("name", ["images", "findings", "history"])
def test_a_damaged_file_is_refused_and_the_snapshot_before_answers(account: Account, tmp_path: Path, name: str) -> None:
    account.new_repositories("team/app")
    scanned(account, "team/app", "1.0", LOG4J)
    build()
    before = pointer(account)["id"]
    account.push("team/app", "later")
    build()
    damage(account, pointer(account)["files"][name]["key"])
    problems: list[str] = []
    with opened(account, tmp_path, problems) as answers:
        answers.where(FindingFilter())
        answers.history(datetime.now(UTC).date(), datetime.now(UTC).date())
        assert answers.info.id == before
        assert names(answers) == ["team/app:1.0"]
    assert len(problems) == 1
    assert f"{name}.sqlite" in problems[0]


def test_a_build_on_a_damaged_snapshot_begins_with_the_one_before(account: Account, tmp_path: Path) -> None:
    account.new_repositories("team/app")
    scanned(account, "team/app", "1.0", LOG4J)
    build()
    build()
    damage(account, pointer(account)["files"]["findings"]["key"])
    account.push("team/app", "later")
    summary = build()
    assert (summary["builtAnew"], summary["published"]) == (False, True)
    with opened(account, tmp_path) as answers:
        assert names(answers) == ["team/app:1.0", "team/app:later"]


def test_without_any_whole_snapshot_the_build_begins_anew(account: Account, tmp_path: Path) -> None:
    account.new_repositories("team/app")
    scanned(account, "team/app", "1.0", LOG4J)
    build()
    damage(account, pointer(account)["files"]["images"]["key"])
    assert build()["builtAnew"] is True
    with opened(account, tmp_path) as answers:
        assert answers.images().items[0].counts == {Severity.CRITICAL: 1}


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"schema": 99}', b'{"schema": 1, "files": {}}'])
def test_a_pointer_that_cannot_be_read_is_refused_and_replaced(
    account: Account, tmp_path: Path, content: bytes
) -> None:
    account.new_repositories("team/app")
    account.s3.put_object(Bucket="findings", Key=POINTER, Body=content)
    with pytest.raises(NoSnapshotError), opened(account, tmp_path / "before"):
        pass
    assert build()["published"] is True
    with opened(account, tmp_path / "after") as answers:
        assert answers.info.generation == 1


def test_the_slower_of_two_builds_leaves_nothing_behind(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.new_repositories("team/app")
    build()
    first = pointer(account)["id"]
    publish = PublishedSnapshots.publish

    def publish_after_another(snapshots: PublishedSnapshots, *arguments: Any) -> bool:
        monkeypatch.setattr(PublishedSnapshots, "publish", publish)
        assert build()["published"] is True
        return publish(snapshots, *arguments)

    monkeypatch.setattr(PublishedSnapshots, "publish", publish_after_another)
    assert build()["published"] is False
    winner = pointer(account)
    assert (winner["generation"], winner["previous"]["id"]) == (2, first)
    keys = [entry["Key"] for entry in account.s3.list_objects_v2(Bucket="findings", Prefix="inventory/")["Contents"]]
    assert {key.split("/")[-2 if key.endswith(".sqlite.gz") else -1] for key in keys} == {
        *("current.json", "scan-order.json.gz", "urgent.json"),
        *(winner["id"], first),
    }


def test_a_build_without_time_goes_on_where_it_was(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.new_repositories("team/app")
    for tag in ("1.0", "1.1", "1.2", "1.3"):
        scanned(account, "team/app", tag, LOG4J)
    build()
    for key in [e["Key"] for e in account.s3.list_objects_v2(Bucket="findings", Prefix="inventory/")["Contents"]]:
        account.s3.delete_object(Bucket="findings", Key=key)
    monkeypatch.setenv("SCANNER_THREADS", "1")
    clock = [0.0]
    load = InventoryBucket.load_result

    def load_slowly(bucket: InventoryBucket, image: Any) -> Any:
        clock[0] += 400
        return load(bucket, image)

    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(InventoryBucket, "load_result", load_slowly)
    unfinished = build()
    assert (unfinished["published"], unfinished["complete"]) == (True, False)
    assert 0 < unfinished["pending"] < 4
    with opened(account, tmp_path / "unfinished") as answers:
        assert sum(image.is_pending for image in answers.images().items) == unfinished["pending"]
    finished = build()
    assert (finished["complete"], finished["builtAnew"], finished["pending"]) == (True, False, 0)
    with opened(account, tmp_path / "finished") as answers:
        assert answers.where(FindingFilter()).total == 4


def test_what_scan_configurations_name_elsewhere_is_in_the_inventory_with_its_findings(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCAN_CONFIGS_TABLE", "configs")
    account.new_repositories("team/app")
    account.push("team/app", "1.0")
    there, foreign = (boto3.client("ecr", region_name=region) for region in ("us-west-2", "us-east-1"))
    there.create_repository(repositoryName="test/ubuntu")
    foreign.create_repository(repositoryName="base", registryId="999999999999")
    digests = [account.push("test/ubuntu", tag, ecr=there) for tag in ("16.04", "18.04")]
    account.push("base", "7", ecr=foreign)
    account.configure("test/ubuntu", "16.04", region="us-west-2")
    account.configure("base", region="us-east-1", registry="999999999999")
    account.configure("gone", region="us-west-2")
    account.finds(
        "test/ubuntu",
        digests[0],
        "COMPLETE",
        ecr=there,
        imageScanCompletedAt=datetime.now(UTC).timestamp(),
        findings=[LOG4J],
        findingSeverityCounts={"CRITICAL": 1},
    )
    summary = build()
    assert summary["errors"] == [
        "123456789012/us-west-2/gone: a scan configuration names it, and there is no such repository"
    ]
    assert (summary["published"], summary["complete"]) == (True, False)
    with opened(account, tmp_path) as answers:
        assert names(answers) == ["base:7", "team/app:1.0", "test/ubuntu:16.04"]
        (found,) = answers.where(FindingFilter(vulnerability="CVE-2021-44228")).items
        assert str(found.image.id.repository) == "123456789012/us-west-2/test/ubuntu"


def test_configurations_that_cannot_be_read_leave_the_snapshot_before(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    account.new_repositories("team/app")
    snapshot = build()["snapshot"]
    monkeypatch.setenv("SCAN_CONFIGS_TABLE", "gone")
    with pytest.raises(CallFailedError, match="ResourceNotFoundException"):
        build()
    pointer = json.loads(account.s3.get_object(Bucket="findings", Key=POINTER)["Body"].read())
    assert pointer["id"] == snapshot


def test_a_wrong_scan_configuration_is_skipped_with_a_warning_and_the_others_are_listed(
    account: Account, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SCAN_CONFIGS_TABLE", "configs")
    there = boto3.client("ecr", region_name="us-west-2")
    there.create_repository(repositoryName="test/ubuntu")
    account.push("test/ubuntu", "16.04", ecr=there)
    wrong = account.configure("test/ubuntu", region="us-west-2.example.com")
    account.configure("test/ubuntu", region="us-west-2")
    assert build()["complete"]
    (line,) = [vars(record) for record in caplog.records if record.message == "scan configuration ignored"]
    assert line["reason"].startswith(f"region of configuration {wrong} is 'us-west-2.example.com': allowed is")
    with opened(account, tmp_path) as answers:
        assert names(answers) == ["test/ubuntu:16.04"]
