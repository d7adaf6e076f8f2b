"""The gate with the deployed application: a pipeline and the reporter agree."""

import pytest

from local.application import Application
from local.deploy import STACK
from local.inbox import Inbox
from tests.e2e.command_line import ask, suppressions
from tests.e2e.registry import OLD, Registry
from tests.e2e.scan_runs import run_scans

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("empty")]


def test_what_the_reporter_reports_does_not_ship_and_what_is_suppressed_does(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    digest = registry.push("team/app")
    run_scans(application, inbox)
    image = f"team/app@{digest}"
    said = ask(application, "check", image, "--stack", STACK, status=4)
    assert said.startswith(f"FAILED: {image} is against the policy: 1 critical (allowed: none)")
    assert OLD in said
    suppressions(application, "add", "--cve", OLD, "--reason", "Not reachable.", "--until", "90d", "--id", "gate")
    said = ask(application, "check", image, "--stack", STACK)
    assert "1 finding by gate" in said
    suppressions(application, "remove", "gate")


def test_deadlines_count_from_the_day_that_the_reporter_has_stored(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    digest = registry.push("team/app")
    run_scans(application, inbox)
    options = ("--stack", STACK, "--fail-on", "overdue", "--remediation-days", "critical=0")
    said = ask(application, "check", f"team/app@{digest}", *options)
    assert "deadlines  in days: critical=0" in said
