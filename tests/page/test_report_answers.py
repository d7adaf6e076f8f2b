"""A report in one file answers as the API does, of which its page asks the same questions."""

import json
from typing import Any

import pytest

from ecr_scan_reporter.domain.inventory.selection import EVERY_IMAGE
from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from ecr_scan_reporter.web.report_data import report_data
from tests.page.node import run_node
from tests.unit.web.world import CURL, IMAGES, LOG4J, NOW, World

DIGEST = IMAGES[0].image.id.digest
FILTERS = (
    "",
    "severity=CRITICAL",
    "severity=medium",
    "exploited=true",
    "exploited=false",
    "fixable=true",
    "fixable=false",
    "overdue=true",
    "overdue=false",
    "inUse=true",
    "suppressed=only",
    "suppressed=included",
    "suppressed=included&severity=CRITICAL",
    "repository=test/*",
    "repository=*/ubuntu&tag=1*.04",
    "tag=[!0-9]*",
    "owner=team",
    "owner=nobody",
    "status=current",
    "status=failed&status=stale",
    f"digest={DIGEST[:15]}",
    "newerThan=7d",
    "olderThan=7d",
    "unused=90d",
)
OF_FINDINGS = ("cve=cve-2021-*", "package=curl", "package=*l*", "cve=CVE-2024-7264&suppressed=only")


def of_lists(path: str, *more: str) -> list[str]:
    return [f"{path}?{each}" for each in (*FILTERS, *more)]


TARGETS = [
    *of_lists("/images", "sort=repository", "limit=2", "suppressed=only&severity=LOW"),
    *of_lists("/vulnerabilities", *OF_FINDINGS, "limit=1"),
    *of_lists("/findings", *OF_FINDINGS, "limit=3"),
    *of_lists(f"/vulnerabilities/{LOG4J.lower()}", "package=log4j*"),
    f"/vulnerabilities/{CURL}",
    f"/images/{DIGEST}?repository=test/ubuntu",
    f"/images/{DIGEST[:20]}",
    "/images/sha256:ffff",
    "/totals",
    "/totals?by=repository",
    "/totals?by=owner",
    "/coverage",
    "/history",
    "/changes",
    "/changes?since=7d",
    "/changes?since=7d&owner=team",
    "/changes?since=7d&repository=test/*",
]


@pytest.fixture(scope="module")
def answers(snapshot: SnapshotInventory) -> dict[str, Any]:
    """What the page of a report gets for each target."""
    data = report_data(snapshot, EVERY_IMAGE, (), NOW)
    ended = run_node("ask_report.mjs", given=json.dumps({"data": data, "targets": TARGETS}))
    assert ended.returncode == 0, ended.stderr
    return dict(zip(TARGETS, json.loads(ended.stdout), strict=True))


@pytest.mark.parametrize("target", TARGETS)
def test_the_answer_is_that_of_the_api(target: str, answers: dict[str, Any], world: World) -> None:
    expected, given = world.call(target), answers[target]
    if expected.status == 404:
        assert given["error"].startswith(("No image of this filter", "This report has no such image"))
        return
    assert expected.status == 200
    assert given["total"] == expected.json["total"]
    assert bool(given.get("next")) is bool(expected.json.get("next"))
    assert given["snapshot"] == expected.json["snapshot"]
    assert [_order(each) for each in given["items"]] == [_order(each) for each in expected.json["items"]]
    if "limit=" not in target:  # Which of several equal ones come first is not said.
        of_api = sorted(expected.json["items"], key=_identity)
        assert list(map(_comparable, sorted(given["items"], key=_identity), of_api)) == of_api
    for member in ("vulnerability", "sums"):
        assert _without_zeros(given.get(member)) == _without_zeros(expected.json.get(member))


def _order(item: dict[str, Any]) -> tuple[Any, ...]:
    """Return what the order of items is by."""
    return tuple(item.get(name) for name in ("importance", "severity", "isFixable", "epss"))


def _identity(item: dict[str, Any]) -> str:
    names = ("name", "region", "repository", "imageDigest", "vulnerability", "package", "version", "at", "day")
    return json.dumps([item.get(name) for name in names])


def _comparable(mine: dict[str, Any], of_api: dict[str, Any]) -> dict[str, Any]:
    """Return the members that the API has, without those that the page does not ask of a report."""
    found = {name: mine[name] for name in of_api if name in mine}
    if "findings" in of_api:  # The image is around them.
        pairs = zip(mine["findings"], of_api["findings"], strict=True)
        assert all({name: theirs[name] for name in each} == each for each, theirs in pairs)
        return found | {"findings": of_api["findings"]}
    if "oldestScanAt" in of_api:
        counts = {status: mine["counts"].get(status, 0) for status in of_api["counts"]}
        return of_api | {"counts": counts}
    return found


def _without_zeros(content: Any) -> Any:
    if not isinstance(content, dict):
        return content
    return {name: _without_zeros(value) for name, value in content.items() if value != 0}
