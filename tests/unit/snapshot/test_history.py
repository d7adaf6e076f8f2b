"""The totals of each day, also of days without a build or a change; and what scans changed."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.answers import HistoryDay
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.selection import ImageFilter, SuppressedFindings
from ecr_scan_reporter.domain.ledger.entries import RecordedChange
from ecr_scan_reporter.domain.ledger.records import ChangeRecord
from ecr_scan_reporter.domain.registry.images import Image, ImageId, Repository
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from tests.unit.snapshot.registries import APP, NOW, MadeImage, MadeRegistry, build, digest_of, made_image

FINDING = Finding("CVE-2021-44228", Severity.CRITICAL, "log4j", "2.14")
OTHER = Finding("CVE-2026-1", Severity.HIGH, "curl", "8")
DAY = timedelta(days=1)
TODAY = NOW.date()


def change(at: datetime, *, is_first: bool = False, number: int = 1) -> RecordedChange:
    image = ImageId(APP, digest_of(str(number)))
    new, fixed = {Severity.HIGH: 2}, {Severity.LOW: 1}
    record = ChangeRecord(image, at, "1.0", new=new, fixed=fixed, news=("CVE-2026-1 curl",), is_first=is_first)
    return RecordedChange(record, at)


def registry(*findings: Finding, owner: str = "alice", changes: tuple[RecordedChange, ...] = ()) -> MadeRegistry:
    return MadeRegistry([made_image(1, *findings)], {APP: owner}, changes=changes)


def built(folder: Path, *days: tuple[int, MadeRegistry]) -> SnapshotInventory:
    """Build so many days ago; return the last snapshot."""
    for number, (days_ago, each) in enumerate(days):
        inventory = build(each, folder, is_fresh=number == 0, generation=number + 1, now=NOW - days_ago * DAY)
        if number + 1 < len(days):
            inventory.close()
    return inventory


def counts(days: tuple[HistoryDay, ...]) -> list[tuple[date, int]]:
    return [(each.day, sum(each.counts.values())) for each in days]


def test_totals_hold_until_the_next_ones(tmp_path: Path) -> None:
    after = registry(FINDING, OTHER)
    inventory = built(tmp_path, (10, registry(FINDING)), (7, registry(FINDING)), (3, after), (0, after))
    answer = inventory.history(TODAY - 20 * DAY, TODAY)
    assert counts(answer) == [(TODAY - days * DAY, 1 if days > 3 else 2) for days in range(10, -1, -1)]
    assert counts(inventory.history(TODAY - 5 * DAY, TODAY - 2 * DAY)) == [
        (TODAY - days * DAY, 1 if days > 3 else 2) for days in (5, 4, 3, 2)
    ]
    assert inventory.history(TODAY - 40 * DAY, TODAY - 30 * DAY) == ()
    inventory.close()


def test_a_snapshot_knows_nothing_of_the_days_after_it(tmp_path: Path) -> None:
    inventory = built(tmp_path, (5, registry(FINDING)))
    assert [each.day for each in inventory.history(TODAY - 6 * DAY, TODAY)] == [TODAY - 5 * DAY]
    inventory.close()


def test_a_day_without_a_change_takes_no_row(tmp_path: Path) -> None:
    inventory = built(tmp_path, *((days, registry(FINDING)) for days in range(6, -1, -1)))
    inventory.history(TODAY, TODAY)
    # The registry, one repository, one owner: the totals of the first day, and that the scan became stale.
    assert inventory._connection.execute("SELECT count(*) FROM h.state").fetchone()[0] <= 6
    inventory.close()


def test_the_last_build_of_a_day_counts(tmp_path: Path) -> None:
    inventory = built(tmp_path, (0, registry(FINDING)), (0, registry(FINDING, OTHER)), (0, registry(FINDING)))
    assert counts(inventory.history(TODAY, TODAY)) == [(TODAY, 1)]
    inventory.close()


@pytest.mark.parametrize(
    ("scope", "numbers"),
    [({"repository": "team/app"}, [1, 0]), ({"owner": "alice"}, [1, 0]), ({"owner": "bob"}, []), ({}, [1, 0])],
)
def test_each_repository_and_owner_has_a_history_also_after_its_end(
    tmp_path: Path, scope: dict[str, str], numbers: list[int]
) -> None:
    inventory = built(tmp_path, (1, registry(FINDING)), (0, MadeRegistry()))
    days = inventory.history(TODAY - DAY, TODAY, **scope)
    assert [each.images for each in days] == numbers
    inventory.close()


def test_a_repository_is_not_taken_for_one_whose_name_ends_alike(tmp_path: Path) -> None:
    inventory = built(tmp_path, (0, registry(FINDING)))
    for name in ("app", "*", "team/*", "eu-west-1/team/app"):
        assert inventory.history(TODAY, TODAY, repository=name) == ()
    assert len(inventory.history(TODAY, TODAY, repository="team/app")) == 1
    inventory.close()


def test_a_repository_of_several_registries_is_named_with_its_registry(tmp_path: Path) -> None:
    other = Repository("222222222222", APP.region, APP.name)
    images = [made_image(1, FINDING), MadeImage(Image(ImageId(other, digest_of("2"))))]
    inventory = built(tmp_path, (0, MadeRegistry(images)))
    with pytest.raises(InvalidInputError, match=f"{APP}, {other}"):
        inventory.history(TODAY, TODAY, repository=APP.name)
    assert counts(inventory.history(TODAY, TODAY, repository=str(APP))) == [(TODAY, 1)]
    inventory.close()


def test_an_owner_that_nobody_can_have_is_refused(tmp_path: Path) -> None:
    inventory = built(tmp_path, (0, registry(FINDING)))
    with pytest.raises(InvalidInputError, match="UTF-8"):
        inventory.history(TODAY, TODAY, owner="\ud83d")
    inventory.close()


def test_the_coverage_of_each_day_is_there(tmp_path: Path) -> None:
    inventory = built(tmp_path, (9, registry(FINDING)), (0, registry(FINDING)))
    first, last = (inventory.history(day, day)[0] for day in (TODAY - 9 * DAY, TODAY))
    assert (dict(first.coverage), dict(last.coverage)) == ({CoverageStatus.CURRENT: 1}, {CoverageStatus.CURRENT: 1})
    inventory.close()


def test_what_was_new_and_fixed_is_added_up_once_however_often_it_is_read(tmp_path: Path) -> None:
    changes = (change(NOW - DAY), change(NOW - DAY, number=2), change(NOW, number=3, is_first=True))
    inventory = built(tmp_path, (1, registry(FINDING)), *((0, registry(FINDING, changes=changes)) for _ in range(3)))
    yesterday, today = inventory.history(TODAY - DAY, TODAY)
    assert (yesterday.new, yesterday.fixed) == ({Severity.HIGH: 4}, {Severity.LOW: 2})
    assert (today.new, today.fixed) == ({}, {}), "the findings of a new image are not news of the registry"
    inventory.close()


def test_a_change_that_the_ledger_has_for_longer_than_the_snapshot_is_counted_once(tmp_path: Path) -> None:
    # DynamoDB deletes an item days after its end.
    late = registry(FINDING, changes=(change(NOW - 62 * DAY),))
    inventory = build(late, tmp_path)
    for days in range(1, 4):
        inventory.close()
        inventory = build(late, tmp_path, is_fresh=False, generation=days + 1, now=NOW + days * DAY)
    flow = "SELECT new_high FROM h.flow JOIN h.scope ON scope.id = flow.scope_id ORDER BY scope.kind"
    assert inventory.changes(NOW - 100 * DAY, NOW + 3 * DAY) == ()
    assert inventory._connection.execute(flow).fetchall() == [(2,), (2,), (2,)], "owner, registry, repository"
    inventory.close()


def test_changes_of_a_period_come_latest_first_with_their_owner(tmp_path: Path) -> None:
    changes = tuple(change(NOW - days * DAY, number=days) for days in (1, 5, 3))
    inventory = built(tmp_path, (0, registry(FINDING, changes=changes)))
    week = inventory.changes(NOW - 4 * DAY, NOW)
    assert [(each.change.image.digest, each.owner) for each in week] == [
        (digest_of("1"), "alice"),
        (digest_of("3"), "alice"),
    ]
    assert week[0].change == changes[0].change
    assert inventory.changes(NOW - 4 * DAY, NOW, ImageFilter(repository="other")) == ()
    assert inventory.changes(NOW - 4 * DAY, NOW, ImageFilter(owner="bob")) == ()
    inventory.close()


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ImageFilter(), {"present", "gone"}),
        (ImageFilter(repository=f"{APP.name[:2]}*", owner="alice"), {"present", "gone"}),
        (ImageFilter(tag="1.*"), {"present"}),
        (ImageFilter(tag="9"), {"gone"}),
        (ImageFilter(digest=digest_of("2")[:12]), {"gone"}),
        (ImageFilter(severity=Severity.HIGH), {"present", "gone"}),
        (ImageFilter(severity=Severity.CRITICAL), set()),
        (ImageFilter(suppressed=SuppressedFindings.INCLUDED), {"present", "gone"}),
        (ImageFilter(suppressed=SuppressedFindings.ONLY), set()),
        (ImageFilter(statuses=frozenset({CoverageStatus.CURRENT})), {"present"}),
        (ImageFilter(statuses=frozenset({CoverageStatus.ARCHIVED})), set()),
        (ImageFilter(tag="9", statuses=frozenset({CoverageStatus.CURRENT})), set()),
    ],
)
def test_changes_are_filtered_by_what_was_then_and_else_by_what_the_image_is_now(
    tmp_path: Path, wanted: ImageFilter, found: set[str]
) -> None:
    of_gone = change(NOW, number=2)
    of_gone = replace(of_gone, change=replace(of_gone.change, tag="9"))
    inventory = built(tmp_path, (0, registry(FINDING, changes=(change(NOW), of_gone))))
    names = {digest_of("1"): "present", digest_of("2"): "gone"}
    assert {names[each.change.image.digest] for each in inventory.changes(NOW - DAY, NOW, wanted)} == found
    inventory.close()


def test_two_years_are_kept_and_the_totals_before_still_hold_on_the_first_day(tmp_path: Path) -> None:
    inventory = built(tmp_path, (1_000, registry(FINDING)), (0, registry(FINDING, OTHER)))
    days = inventory.history(TODAY - 1_500 * DAY, TODAY)
    assert counts(inventory.history(TODAY - 700 * DAY, TODAY - 700 * DAY)) == [(TODAY - 700 * DAY, 1)]
    assert days[-1].day == TODAY
    inventory.close()
    later = build(registry(FINDING), tmp_path, is_fresh=False, generation=3, now=NOW + 1_000 * DAY)
    later.history(TODAY, TODAY)
    oldest = later._connection.execute("SELECT min(day) FROM h.state").fetchone()[0]
    assert oldest == TODAY.isoformat()
    later.close()
