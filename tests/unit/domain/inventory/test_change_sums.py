"""What the scans of a period changed, in all."""

from datetime import UTC, datetime

from ecr_scan_reporter.domain.inventory.answers import InventoryChange
from ecr_scan_reporter.domain.inventory.change_sums import sum_changes
from ecr_scan_reporter.domain.ledger.records import ChangeRecord
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.severities import Severity

IMAGE = ImageId(Repository("123456789012", "eu-west-1", "app"), "sha256:1")
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def test_the_findings_of_a_first_scan_are_not_new() -> None:
    changes = [
        ChangeRecord(IMAGE, NOW, "1", {Severity.HIGH: 2}, fixed={Severity.LOW: 1}),
        ChangeRecord(IMAGE, NOW, "1", {Severity.HIGH: 1}, raised={Severity.CRITICAL: 1}),
        ChangeRecord(IMAGE, NOW, "1", {Severity.HIGH: 40}, is_first=True),
    ]
    sums = sum_changes(InventoryChange(each) for each in changes)
    assert sums.new == {Severity.HIGH: 3}
    assert sums.raised == {Severity.CRITICAL: 1}
    assert sums.fixed == {Severity.LOW: 1}
    assert sums.first_scans == 1


def test_nothing_is_the_sum_of_nothing() -> None:
    assert not any((*sum_changes([]).new, *sum_changes([]).raised, sum_changes([]).first_scans))
