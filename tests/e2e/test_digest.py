"""Two weeks of a registry: the second digest shows the changes since the first."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from local.application import Application, scheduled_event
from local.inbox import Inbox
from tests.e2e.command_line import suppressions
from tests.e2e.registry import NEW, OLD, Registry
from tests.e2e.scan_runs import WEEK_AND_A_DAY_HOURS, run_scans

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("empty")]

SCHEMA = json.loads((Path(__file__).parents[2] / "docs/scan-digest.schema.json").read_text(encoding="utf-8"))


def digest(application: Application, inbox: Inbox) -> dict[str, Any]:
    """Ask for a digest; return its document."""
    before = len(inbox.collect())
    answer = application.invoke(application.outputs["DigestFunctionName"], {})
    assert answer["sent"] is True
    application.wait_until("the digest has arrived", lambda: len(inbox.collect()) > before)
    document = inbox.messages[-1].document
    assert inbox.messages[-1].attributes["reason"] == "DIGEST"
    jsonschema.validate(document, SCHEMA)
    return document


def test_the_second_digest_shows_the_changes_since_the_first(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    worse, better = registry.push("team/worse"), registry.push("team/better")
    registry.finds("team/better", better, OLD, NEW)
    registry.push("legacy/crm", unsupportedSystem={"name": "fedora", "version": "31"})
    suppressions(application, "add", "--id", "idle", "--cve", "CVE-1999-*", "--reason", "old", "--until", "never")
    run_scans(application, inbox)
    first = digest(application, inbox)
    assert (first["isFirst"], first["counts"]["CRITICAL"], first["images"]) == (True, 3, 3)
    assert (first["coverage"]["current"], first["coverage"]["unsupportedSystem"]) == (2, 1)
    assert first["coverage"]["systems"] == [{"system": "fedora 31", "images": 1}]

    registry.finds("team/worse", worse, OLD, NEW, "CVE-2026-0001")
    registry.finds("team/better", better, NEW)
    application.let_pass(hours=WEEK_AND_A_DAY_HOURS)
    run_scans(application, inbox)
    second = digest(application, inbox)
    assert (second["counts"]["CRITICAL"], second["countsChange"]) == (4, {"CRITICAL": 1})
    assert [(image["repository"], image["new"]["CRITICAL"]) for image in second["worse"]] == [("team/worse", 2)]
    assert [(image["repository"], image["fixed"]["CRITICAL"]) for image in second["better"]] == [("team/better", 1)]
    assert [image["repository"] for image in second["worst"]] == ["team/worse", "team/better"]
    suppressions(application, "remove", "idle")


def test_the_schedule_sends_one_digest_however_often_its_event_comes(application: Application, inbox: Inbox) -> None:
    before = len(inbox.collect())
    at = datetime.now(UTC) + timedelta(hours=1)  # after the digests of the tests before
    event = scheduled_event() | {"id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa", "time": at.isoformat()}
    answers = [application.invoke(application.outputs["DigestFunctionName"], event) for _ in range(2)]
    assert answers[0]["messageId"] == answers[1]["messageId"]
    application.wait_until("the digest has arrived", lambda: len(inbox.collect()) > before)
    assert len(inbox.collect()) == before + 1
