"""The made-up past of the sample registry is one that could have been: each day's totals follow from the next day's."""

from collections import Counter
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.snapshot.files import SnapshotFiles
from ecr_scan_reporter.snapshot.inventory import LocalSnapshot, SnapshotInventory
from local.past import DAYS, add_past
from tests.unit.snapshot.registries import NOW, MadeRegistry, build, made_image

SEVERITIES = (Severity.CRITICAL, Severity.HIGH, Severity.LOW)
FINDINGS = tuple(Finding(f"CVE-2026-{number}", SEVERITIES[number % 3], "curl", "8") for number in range(60))
DAY = timedelta(days=1)


def test_what_was_new_and_fixed_leads_from_each_day_to_the_next(tmp_path: Path) -> None:
    registry = MadeRegistry([made_image(number, *FINDINGS[number : number + 40]) for number in range(12)])
    build(registry, tmp_path).close()
    files = SnapshotFiles(tmp_path)
    changes = add_past({name: files.path(name) for name in ("images", "findings", "history")}, NOW)
    inventory = SnapshotInventory([LocalSnapshot(files)])
    days = inventory.history(NOW.date() - DAYS * DAY, NOW.date())
    assert len(days) == DAYS + 1
    for before, after in pairwise(days):
        assert Counter(after.counts) == Counter(before.counts) + Counter(after.new) - Counter(after.fixed)
    assert sum(days[-1].counts.values()) == 12 * 40, "today is as it was"
    listed = inventory.changes(NOW - (DAYS + 1) * DAY, NOW)
    assert changes == len(listed) > 20
    assert {bool(each.change.new) for each in listed} == {True, False}
    assert any(each.change.at > NOW - DAY for each in listed), "something happened since yesterday"
    inventory.close()
