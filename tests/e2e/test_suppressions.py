"""The deployed reporter applies the suppressions that the command line stores."""

from datetime import UTC, datetime, timedelta

import pytest

from local.application import Application
from local.inbox import Inbox
from tests.e2e.command_line import suppressions
from tests.e2e.registry import OLD, Registry
from tests.e2e.scan_runs import WEEK_AND_A_DAY_HOURS, run_scans

pytestmark = pytest.mark.e2e


def test_a_rule_suppresses_its_finding_until_it_ends(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    today = datetime.now(UTC).date()
    rule = ("--id", "accepted", "--cve", "CVE-2024-*", "--repository", "team/*", "--reason", "not reachable")
    registry.push("team/app")
    registry.push("other/app")
    suppressions(application, "add", *rule, "--until", (today + timedelta(days=30)).isoformat())
    assert "accepted" in suppressions(application, "list", "--output", "json")
    assert [document["repository"] for document in run_scans(application, inbox)] == ["other/app"]

    suppressions(application, "add", "--replace", *rule, "--until", (today - timedelta(days=1)).isoformat())
    application.let_pass(hours=WEEK_AND_A_DAY_HOURS)
    reports = {document["repository"]: document for document in run_scans(application, inbox)}
    assert set(reports) == {"other/app", "team/app"}
    assert [finding["name"] for finding in reports["team/app"]["changes"]["new"]] == [OLD]
    assert reports["other/app"]["changes"]["new"] == []
    suppressions(application, "remove", "accepted")
