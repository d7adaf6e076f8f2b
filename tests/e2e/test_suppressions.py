"""Rules are made on the command line, and the deployed reporter keeps to them."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from local.application import Application
from local.identity import REGION
from local.inbox import Inbox
from tests.e2e.registry import Registry
from tests.e2e.test_changes import WEEK_AND_A_DAY_HOURS, scan

pytestmark = pytest.mark.e2e

CVE = "CVE-2024-3094"


def suppressions(application: Application, *arguments: str) -> str:
    """Run `ecr-scan-reporter suppressions` against the local AWS."""
    command = [sys.executable, "-m", "ecr_scan_reporter.cli", "suppressions", *arguments]
    table = application.outputs["SuppressionsTableName"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= application.emulator.environment()
    environment |= {"SUPPRESSIONS_TABLE": table, "AWS_DEFAULT_REGION": REGION}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_rule_suppresses_its_finding_until_it_ends(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    today = datetime.now(UTC).date()
    rule = ("--id", "accepted", "--cve", "CVE-2024-*", "--repository", "team/*", "--reason", "not reachable")
    registry.push("team/app")
    registry.push("other/app")
    suppressions(application, "add", *rule, "--until", (today + timedelta(days=30)).isoformat())
    assert "accepted" in suppressions(application, "list", "--output", "json")
    assert [document["repository"] for document in scan(application, inbox)] == ["other/app"]

    suppressions(application, "add", "--replace", *rule, "--until", (today - timedelta(days=1)).isoformat())
    application.let_pass(hours=WEEK_AND_A_DAY_HOURS)
    told = {document["repository"]: document for document in scan(application, inbox)}
    assert set(told) == {"other/app", "team/app"}
    assert [finding["name"] for finding in told["team/app"]["changes"]["new"]] == [CVE]
    assert told["other/app"]["changes"]["new"] == []
    suppressions(application, "remove", "accepted")
