"""The images scanner takes from the inventory which images of the registry come first."""

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import images_scanner
import inventory
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.scanning.order import ORDER_KEY, order_of, pack_order
from ecr_scan_reporter.use_cases.scanning import scan_repository
from tests.integration.account import ACCOUNT_ID, REGION, Account, LambdaContext
from tests.integration.jobs import batch
from tests.recorded_events import load_event

ALL_DONE: dict[str, list[dict[str, str]]] = {"batchItemFailures": []}
REPOSITORIES = ("base", "team/app", "team/web")
WARNING = "the order of scans is not known; repositories share the day's scans"


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    """The inventory is on, a day has room for three of six images, and jobs go on at once."""
    monkeypatch.setenv("INVENTORY_ENABLED", "True")
    monkeypatch.setattr(scan_repository, "NEXT_SHARE_AFTER_SECONDS", 0)
    monkeypatch.setenv("MAX_SCANS_PER_DAY", "3")


@pytest.fixture
def pushed(account: Account) -> dict[str, list[str]]:
    """Two images in each of three repositories, none of them scanned."""
    account.new_repositories(*REPOSITORIES)
    return {name: [account.push(name, str(n)) for n in range(2)] for name in REPOSITORIES}


def run(account: Account, jobs: list[dict[str, Any]] | None = None) -> list[dict[str, Any]]:
    """Do the jobs of a run, by default one for each repository; return those that go on later."""
    run_jobs = jobs or [{"repositoryName": name, "jobsInRun": len(REPOSITORIES)} for name in REPOSITORIES]
    assert images_scanner.lambda_handler(batch(*run_jobs), LambdaContext()) == ALL_DONE
    return account.jobs()


def scanned(account: Account, pushed: dict[str, list[str]]) -> list[tuple[str, int]]:
    return [
        (name, number)
        for name, digests in pushed.items()
        for number, digest in enumerate(digests)
        if account.is_scanned(name, digest)
    ]


def publish(account: Account, content: bytes) -> None:
    account.s3.put_object(Bucket="findings", Key=ORDER_KEY, Body=content)


def order(pushed: dict[str, list[str]], *first: tuple[str, int], age: timedelta = timedelta(0)) -> bytes:
    images = [ImageId(Repository(ACCOUNT_ID, REGION, name), pushed[name][number]) for name, number in first]
    return pack_order(order_of(images, due=6, built_at=datetime.now(UTC) - age))


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [vars(record)["reason"] for record in caplog.records if record.message == WARNING]


def test_the_images_that_come_first_are_scanned_and_the_others_wait(
    account: Account, pushed: dict[str, list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    publish(account, order(pushed, ("team/web", 1), ("team/web", 0), ("base", 1)))
    waiting = run(account)
    assert scanned(account, pushed) == [("base", 1), ("team/web", 0), ("team/web", 1)]
    assert [(job["repositoryName"], job["continuation"]) for job in waiting] == [("base", 1), ("team/app", 1)]
    assert run(account, waiting) == []
    assert len(scanned(account, pushed)) == 3
    assert warnings(caplog) == []


def test_what_those_that_come_first_leave_goes_to_the_others(account: Account, pushed: dict[str, list[str]]) -> None:
    publish(account, order(pushed, ("team/web", 1)))
    waiting = run(account)
    assert scanned(account, pushed) == [("team/web", 1)]
    while waiting:
        waiting = run(account, waiting)
    assert len(scanned(account, pushed)) == 3


def test_the_inventory_publishes_what_the_scanner_reads(account: Account, pushed: dict[str, list[str]]) -> None:
    for name in ("base", "team/app"):
        for digest in pushed[name]:
            at = datetime.now(UTC) - timedelta(days=20)
            account.finds(name, digest, "COMPLETE", imageScanCompletedAt=at.timestamp(), findings=[])
    extra = account.push("team/web", "new")
    inventory.lambda_handler(load_event("scheduled"), LambdaContext(900_000))
    stored = json.loads(gzip.decompress(account.s3.get_object(Bucket="findings", Key=ORDER_KEY)["Body"].read()))
    never_scanned = [*pushed["team/web"], extra]
    assert stored["due"] == 7
    [(registry, names)] = stored["registries"].items()
    assert (registry, list(names)) == (f"{ACCOUNT_ID}/{REGION}", ["team/web"])
    assert sorted(names["team/web"]) == sorted(digest[-12:] for digest in never_scanned)
    run(account)
    assert all(account.is_scanned("team/web", digest) for digest in never_scanned)


def test_where_a_day_reaches_all_there_is_no_order(
    account: Account, pushed: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAX_SCANS_PER_DAY", "6")
    inventory.lambda_handler(load_event("scheduled"), LambdaContext(900_000))
    assert run(account) == []
    assert len(scanned(account, pushed)) == 6


@pytest.mark.parametrize("fault", ["missing", "garbage", "old", "no bucket"])
def test_without_an_order_to_go_by_each_repository_has_its_share_and_there_is_one_warning(
    account: Account,
    pushed: dict[str, list[str]],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    fault: str,
) -> None:
    if fault == "garbage":
        publish(account, b"\x1f\x8b garbage")
    if fault == "old":
        publish(account, order(pushed, ("team/web", 1), ("team/web", 0), ("base", 1), age=timedelta(days=3)))
    if fault == "no bucket":
        monkeypatch.setenv("FINDINGS_BUCKET", "gone")
    run(account)
    assert sorted({name for name, _ in scanned(account, pushed)}) == list(REPOSITORIES)
    assert len(warnings(caplog)) == 1


def test_without_an_inventory_nobody_looks_for_an_order(
    account: Account,
    pushed: dict[str, list[str]],
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("INVENTORY_ENABLED", "False")
    publish(account, order(pushed, ("team/web", 1), ("team/web", 0), ("base", 1)))
    run(account)
    assert sorted({name for name, _ in scanned(account, pushed)}) == list(REPOSITORIES)
    assert warnings(caplog) == []
