"""An image is scanned twice, and the findings have changed in between."""

from typing import Any

import pytest

from local.application import Application
from local.inbox import Inbox
from local.scan_run import ScanRun
from tests.e2e.registry import Registry

pytestmark = pytest.mark.e2e

WEEK_AND_A_DAY_HOURS = 8 * 24


def scan(application: Application, inbox: Inbox) -> list[dict[str, Any]]:
    """Let the schedule fire, and return the documents that were sent."""
    run = ScanRun(application, inbox)
    run.begin()
    return [message.document for message in run.wait().messages]


def test_the_second_message_says_what_is_new_and_what_is_fixed(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    digest = registry.push("team/app")
    (first,) = scan(application, inbox)
    assert first["changes"] is None

    found = {"name": "CVE-2023-38545", "severity": "HIGH", "attributes": []}
    application.emulator.control("ecr/findings", repository="team/app", imageDigest=digest, findings=[found])
    application.emulator.control("ecr/age", hours=WEEK_AND_A_DAY_HOURS)
    application.forget_scans()
    (second,) = scan(application, inbox)
    assert [finding["name"] for finding in second["changes"]["new"]] == ["CVE-2023-38545"]
    assert [finding["name"] for finding in second["changes"]["fixed"]] == ["CVE-2024-3094"]
    assert second["changes"]["comparedWith"] == {"imageDigest": digest, "completedAt": first["scan"]["completedAt"]}
