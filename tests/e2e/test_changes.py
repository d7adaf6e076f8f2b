"""An image is scanned twice, and the findings have changed in between."""

from collections.abc import Callable, Mapping

import pytest

from local.application import Application
from local.inbox import Inbox
from tests.e2e.registry import NEW, OLD, Registry
from tests.e2e.scan_runs import WEEK_AND_A_DAY_HOURS, run_scans

pytestmark = [pytest.mark.e2e, pytest.mark.usefixtures("empty")]


def test_the_second_message_says_what_is_new_and_what_is_fixed(
    application: Application, inbox: Inbox, registry: Registry
) -> None:
    digest = registry.push("team/changed")
    (first,) = run_scans(application, inbox)
    assert first["changes"] is None

    registry.finds("team/changed", digest, NEW, severity="HIGH")
    application.let_pass(hours=WEEK_AND_A_DAY_HOURS)
    (second,) = run_scans(application, inbox)
    assert [finding["name"] for finding in second["changes"]["new"]] == [NEW]
    assert [finding["name"] for finding in second["changes"]["fixed"]] == [OLD]
    assert second["changes"]["comparedWith"]["imageDigest"] == digest


@pytest.mark.parametrize(
    ("notify_on", "reported"),
    [
        ("ALL", {"team/same", "team/new", "team/less"}),
        ("NEW", {"team/new"}),
        ("CHANGED", {"team/new", "team/less", "team/fixed"}),
    ],
)
def test_the_second_scan_is_reported_as_notify_on_says(
    application: Application,
    inbox: Inbox,
    registry: Registry,
    updated: Callable[[Mapping[str, str]], None],
    notify_on: str,
    reported: set[str],
) -> None:
    updated({"NotifyOn": notify_on})
    digests = {name: registry.push(f"team/{name}") for name in ("same", "new", "less", "fixed")}
    registry.finds("team/less", digests["less"], OLD, NEW)
    run_scans(application, inbox)

    registry.finds("team/new", digests["new"], OLD, NEW)
    registry.finds("team/less", digests["less"], OLD)
    registry.finds("team/fixed", digests["fixed"])
    application.let_pass(hours=WEEK_AND_A_DAY_HOURS)
    assert {document["repository"] for document in run_scans(application, inbox)} == reported
