"""The deployed inventory: run the chain, build, ask each question by the command line, damage what was published."""

import csv
import io
import json
import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local.application import Application, InvocationFailedError
from local.deploy import STACK
from local.identity import ACCOUNT, REGION
from local.inbox import Inbox
from tests.e2e.command_line import ask
from tests.e2e.registry import NEW, OLD, Registry
from tests.e2e.scan_runs import WEEK_AND_A_DAY_HOURS, run_scans

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("empty")]

POINTER = "inventory/v2/current.json"


@pytest.fixture(autouse=True)
def nothing_published(application: Application) -> None:
    """No snapshot of the tests before."""
    bucket = _bucket(application)
    listed = bucket.list_objects_v2(Bucket=application.outputs["FindingsBucketName"]).get("Contents", [])
    for entry in listed:
        if entry["Key"].startswith(("inventory/", "lake/")):
            bucket.delete_object(Bucket=application.outputs["FindingsBucketName"], Key=entry["Key"])


def _bucket(application: Application) -> Any:
    return application.emulator.client("s3")


def build(application: Application) -> dict[str, Any]:
    summary: dict[str, Any] = application.invoke(application.outputs["InventoryFunctionName"], {})
    return summary


def asked(application: Application, *arguments: str) -> Any:
    """Ask in JSON; return the items."""
    return json.loads(ask(application, *arguments, "--stack", STACK, "--output", "json"))["items"]


def test_each_question_is_answered_from_the_snapshot(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    app = registry.push("team/app")
    registry.push("team/web")
    registry.finds("team/app", app, OLD, NEW)
    registry.push("legacy/crm", unsupportedSystem={"name": "fedora", "version": "31"})
    run_scans(application, inbox)
    summary = build(application)
    assert (summary["complete"], summary["errors"], summary["repositories"], summary["images"]) == (True, [], 3, 3)

    assert [each["imageDigest"] for each in asked(application, "where", NEW)] == [app]
    assert {each["repository"] for each in asked(application, "images", "--severity", "critical")} == {
        "team/app",
        "team/web",
    }
    (vulnerability, _) = asked(application, "vulnerabilities")
    assert (vulnerability["vulnerability"], vulnerability["images"]) == (OLD, 2)
    (total,) = asked(application, "summary")
    assert (total["counts"]["CRITICAL"], total["unique"]["CRITICAL"], total["images"]) == (3, 2, 3)
    (covered,) = asked(application, "coverage")
    assert (covered["counts"]["current"], covered["counts"]["unsupportedSystem"]) == (2, 1)
    (day,) = asked(application, "history", "--days", "1")
    assert (day["day"], day["counts"]["CRITICAL"]) == (datetime.now(UTC).date().isoformat(), 3)
    assert asked(application, "changes", "--since", "1d") != []
    assert asked(application, "left-behind", "--unused", "30d") == []
    card = ask(application, "image", app, "--stack", STACK)
    assert NEW in card
    rows = list(csv.DictReader(io.StringIO(ask(application, "export", "--stack", STACK, "--output", "csv"))))
    assert len(rows) == 3
    sarif = json.loads(ask(application, "export", "--stack", STACK, "--output", "sarif"))
    assert sum(len(run["results"]) for run in sarif["runs"]) == 3


def test_a_later_build_has_what_changed_and_reads_little(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    app = registry.push("team/app")
    for number in range(5):
        registry.push(f"team/other-{number}")
    run_scans(application, inbox)
    build(application)
    registry.finds("team/app", app, NEW)
    application.let_pass(hours=WEEK_AND_A_DAY_HOURS)
    run_scans(application, inbox)
    summary = build(application)
    assert (summary["generation"], summary["builtAnew"]) == (2, False)
    assert [each["imageDigest"] for each in asked(application, "where", NEW)] == [app]
    assert app not in [each["imageDigest"] for each in asked(application, "where", OLD)]


def test_scans_of_before_the_installation_are_there_and_nobody_is_notified(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    registry.push("team/old", scanned_hours_ago=48)
    before = len(inbox.collect())
    summary = build(application)
    assert (summary["asked"], summary["complete"]) == (1, True)
    assert [each["repository"] for each in asked(application, "where", OLD)] == ["team/old"]
    assert len(inbox.collect()) == before


def test_a_damaged_snapshot_is_refused_and_the_one_before_answers(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    registry.push("team/app", scanned_hours_ago=48)
    build(application)
    registry.push("team/later", scanned_hours_ago=48)
    build(application)
    storage, bucket = _bucket(application), application.outputs["FindingsBucketName"]
    pointer = json.loads(storage.get_object(Bucket=bucket, Key=POINTER)["Body"].read())
    key = pointer["files"]["findings"]["key"]
    content = storage.get_object(Bucket=bucket, Key=key)["Body"].read()
    storage.put_object(Bucket=bucket, Key=key, Body=content[: len(content) // 2])
    answer = ask(application, "where", OLD, "--stack", STACK, "--output", "json", status=1)
    assert [each["repository"] for each in json.loads(answer)["items"]] == ["team/app"]
    assert build(application)["published"] is True
    assert {each["repository"] for each in asked(application, "where", OLD)} == {"team/app", "team/later"}


@contextmanager
def nothing_can_be_published(application: Application) -> Iterator[None]:
    """Let a build fail at its last step, as if it were killed there: what it asked of ECR is stored by then."""
    name = application.outputs["InventoryFunctionName"]
    role = (
        application.emulator.client("lambda").get_function_configuration(FunctionName=name)["Role"].rpartition("/")[2]
    )
    denied = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::*/inventory/*"}
    policy = {"RoleName": role, "PolicyName": "deny"}
    iam = application.emulator.client("iam")
    iam.put_role_policy(**policy, PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [denied]}))
    yield
    iam.delete_role_policy(**policy)


def test_what_a_build_stored_that_did_not_end_is_in_the_next_one(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    build(application)
    digests = {registry.push("team/app", scanned_hours_ago=48) for _ in range(3)}
    with nothing_can_be_published(application), pytest.raises(InvocationFailedError, match="AccessDenied"):
        build(application)
    assert asked(application, "images") == []
    summary = build(application)
    assert (summary["complete"], summary["resultsRead"], summary["asked"]) == (True, 3, 0)
    assert {each["imageDigest"] for each in asked(application, "where", OLD)} == digests


def _kill_the_inventory() -> None:
    """Kill what runs the function, as Lambda does when its time is up."""
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if b"ecr-scan-reporter-Inventory-" in (process / "environ").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="finds the process in /proc")
def test_a_build_that_is_killed_in_the_middle_is_made_good_by_the_next(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    build(application)
    digests = {registry.push("team/killed", scanned_hours_ago=48) for _ in range(150)}
    with ThreadPoolExecutor(1) as other:
        killed = other.submit(build, application)
        application.wait_until("the build has stored some results", lambda: _stored(application) > 0)
        _kill_the_inventory()
        assert killed.exception(timeout=60)
    assert 0 < _stored(application) < len(digests)
    assert asked(application, "images") == []
    summary = build(application)
    assert (summary["complete"], summary["pending"]) == (True, 0)
    found = asked(application, "where", OLD)
    assert {each["imageDigest"] for each in found} == digests


def _stored(application: Application) -> int:
    bucket, prefix = application.outputs["FindingsBucketName"], f"findings/{ACCOUNT}/{REGION}/team/killed/"
    return int(_bucket(application).list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"])


def test_a_snapshot_of_another_schema_is_refused_and_built_anew(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    registry.push("team/app", scanned_hours_ago=48)
    build(application)
    storage, bucket = _bucket(application), application.outputs["FindingsBucketName"]
    pointer = json.loads(storage.get_object(Bucket=bucket, Key=POINTER)["Body"].read())
    storage.put_object(Bucket=bucket, Key=POINTER, Body=json.dumps(pointer | {"schema": 99}))
    assert ask(application, "where", OLD, "--stack", STACK, status=2) == ""
    summary = build(application)
    assert (summary["builtAnew"], summary["complete"]) == (True, True)
    assert [each["repository"] for each in asked(application, "where", OLD)] == ["team/app"]


def test_the_files_of_the_day_are_written_once_for_athena(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    registry.push("team/app", scanned_hours_ago=48)
    for _ in range(2):
        build(application)
    bucket = application.outputs["FindingsBucketName"]
    listed = _bucket(application).list_objects_v2(Bucket=bucket, Prefix="lake/v1/")["Contents"]
    day = datetime.now(UTC).date().isoformat()
    assert sorted(entry["Key"] for entry in listed) == [
        f"lake/v1/complete/{day}",
        f"lake/v1/findings/dt={day}/part-00.ndjson.gz",
        f"lake/v1/images/dt={day}/part-00.ndjson.gz",
    ]


def test_without_a_deployed_application_ecr_itself_is_asked(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    digest = registry.push("team/app", scanned_hours_ago=48)
    answer = json.loads(ask(application, "where", OLD, "--live", "--output", "json"))
    assert [each["imageDigest"] for each in answer["items"]] == [digest]
