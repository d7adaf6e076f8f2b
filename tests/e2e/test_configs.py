"""Scan configurations of the deployed stack: the files of amazon-ecr-continuous-scan, in another region."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from local.application import Application
from local.deploy import STACK
from local.identity import ACCOUNT
from local.inbox import Inbox
from local.scan_run import ScanRun
from tests.cli.configs.table import SAMPLES
from tests.e2e.command_line import ask
from tests.e2e.registry import OLD, Registry

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("empty", "no_configs")]

WEST = "us-west-2"


@pytest.fixture
def no_configs(application: Application) -> Iterator[None]:
    """No configuration is left of this test."""
    yield
    for config in configured(application):
        configs(application, "remove", config["id"])


def configs(application: Application, *arguments: str) -> str:
    return ask(application, "configs", *arguments, "--stack", STACK)


def configured(application: Application) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(configs(application, "list", "--output", "json"))
    return found


def build(application: Application) -> dict[str, Any]:
    summary: dict[str, Any] = application.invoke(application.outputs["InventoryFunctionName"], {})
    return summary


def read(application: Application, path: str) -> str:
    """Return what the API answers to the read token."""
    secrets = application.emulator.client("secretsmanager")
    token = secrets.get_secret_value(SecretId=application.outputs["ApiReadTokenSecretArn"])["SecretString"]
    answered = requests.get(
        f"{application.api_url}{path}",
        headers={"authorization": f"Bearer {token}"},
        verify=str(application.emulator.certificate),
        timeout=60,
    )
    assert answered.status_code == 200, answered.text
    return answered.text


def scan_configured(application: Application, inbox: Inbox) -> int:
    """Let the schedule fire, and wait until all jobs are done: events of scans elsewhere do not arrive here."""
    run = ScanRun(application, inbox)
    jobs = run.begin()
    application.wait_until("all jobs are done", lambda: run.state().is_queue_done)
    return jobs


def test_the_files_of_the_sample_are_scanned_in_their_region_and_are_in_the_summary(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    here = registry.push("team/app", tags=["1"])
    registry.push("amazonlinux", region=WEST, tags=["2018.03"])
    registry.push("test/centos", region=WEST, tags=["7"])
    registry.push("test/ubuntu", region=WEST, tags=["16.04", "latest"])
    not_named = registry.push("test/ubuntu", region=WEST, tags=["18.04"])
    assert configs(application, "import", str(SAMPLES)).splitlines()[-1] == "3 added, 0 skipped"

    assert scan_configured(application, inbox) == 4
    application.wait_until("all scans have ended", lambda: build(application)["pending"] == 0)

    assert read(application, "/summary") == "".join(
        f"Results for {image} in {WEST}:\n CRITICAL: 1\n\n\n"
        for config in configured(application)
        for image in {
            "amazonlinux": ["amazonlinux:2018.03"],
            "test/centos": ["test/centos:7"],
            "test/ubuntu": ["test/ubuntu:16.04", "test/ubuntu:latest"],
        }[config["repository"]]
    )
    found = json.loads(ask(application, "where", OLD, "--stack", STACK, "--output", "json"))["items"]
    assert sorted(each["repository"] for each in found) == ["amazonlinux", "team/app", "test/centos", "test/ubuntu"]
    assert not_named not in [each["imageDigest"] for each in found]
    assert here in [each["imageDigest"] for each in found]
    ubuntu = next(config["id"] for config in configured(application) if config["repository"] == "test/ubuntu")
    assert f"in image test/ubuntu:16.04 found {OLD}" in read(application, f"/findings/{ubuntu}")


def test_the_result_of_another_region_is_reported_with_the_next_run(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    digest = registry.push("test/centos", region=WEST)
    configs(application, "add", "--repository", "test/centos", "--registry-region", WEST)
    before = len(inbox.collect())
    assert scan_configured(application, inbox) == 1
    application.wait_until("the scan has ended", lambda: build(application)["pending"] == 0)
    assert len(inbox.collect()) == before, "no event of another region arrives"
    application.let_pass(hours=2)
    assert scan_configured(application, inbox) == 1
    application.wait_until("its report is there", lambda: len(inbox.collect()) > before)
    (report,) = [message.document for message in inbox.collect()[before:]]
    assert (report["region"], report["registryId"], report["imageDigest"]) == (WEST, ACCOUNT, digest)


def test_a_repository_that_is_not_there_is_named_and_holds_up_nothing(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    registry.push("team/app", tags=["1"])
    configs(application, "add", "--repository", "test/gone", "--registry-region", WEST)
    before = len(inbox.collect())
    assert application.scan_repositories()["jobs"] == 2
    application.wait_until("its neighbour is reported", lambda: len(inbox.collect()) > before)
    (report,) = [message.document for message in inbox.collect()[before:]]
    assert report["repository"] == "team/app"
    jobs = application.outputs["ImagesScanJobsQueueUrl"]
    application.wait_until("both jobs are done", lambda: application.queue_depth(jobs) == 0)
    summary = build(application)
    named = f"{ACCOUNT}/{WEST}/test/gone: a scan configuration names it, and there is no such repository"
    assert (summary["errors"], summary["images"]) == ([named], 1)
