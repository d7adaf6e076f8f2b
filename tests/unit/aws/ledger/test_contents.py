from datetime import UTC, datetime
from typing import Any

import pytest

from ecr_scan_reporter.aws.ledger.contents import LedgerContents
from ecr_scan_reporter.aws.ledger.table import ScanLedger
from ecr_scan_reporter.domain.ledger.entries import DigestState, ImageState, RecordedChange
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord, RepositoryCoverage
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.due import DueReason
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.aws.clock import FakeClock, make_caller
from tests.unit.aws.ledger.dynamo import Dynamo
from tests.unit.samples import NOW, REPOSITORY, ago, digest, scanned, started

DEEP = Repository("123456789012", "eu-west-1", "a/b/c/d")


class Paged:
    """A client whose pages have so many items, in the order of a scan."""

    def __init__(self, client: Any, size: int) -> None:
        self.client = client
        self.size = size
        self.pages = 0

    def scan(self, TableName: str, ExclusiveStartKey: Any = None) -> dict[str, Any]:  # noqa: N803
        items = sorted(self.client.scan(TableName=TableName)["Items"], key=_key)
        begin = [_key(item) for item in items].index(_key(ExclusiveStartKey)) + 1 if ExclusiveStartKey else 0
        page = items[begin : begin + self.size]
        self.pages += 1
        more = begin + self.size < len(items)
        return {"Items": page, **({"LastEvaluatedKey": page[-1]} if more else {})}


def _key(item: dict[str, Any]) -> tuple[str, str]:
    return item["repository"]["S"], item["record"]["S"]


@pytest.fixture
def contents(dynamo: Dynamo) -> LedgerContents:
    return LedgerContents(dynamo, make_caller(FakeClock()), "ledger")  # type: ignore[arg-type]


RECORD = ImageRecord(
    ImageId(REPOSITORY, digest(1)),
    scanned(hours=1),
    counts={Severity.HIGH: 2},
    suppressed=3,
    suppressions=("accepted", "no-shell"),
    tag="1.2",
    owner="team-a",
    failing_since=ago(days=9),
)
CHANGE = ChangeRecord(
    ImageId(REPOSITORY, digest(1)),
    ago(hours=1),
    tag="1.2",
    new={Severity.HIGH: 2},
    raised={Severity.CRITICAL: 1},
    fixed={Severity.LOW: 1},
    news=("CVE-2026-1 curl", "CVE-2026-2 glibc"),
    is_first=True,
)
COVERAGE = RepositoryCoverage(
    REPOSITORY,
    ago(hours=2),
    images=9,
    not_scannable={DueReason.INDEX: 2},
    held_back={StartScanResult.OVER_BUDGET: 1},
    max_age="3d",
    tag_warnings=("tag x is wrong",),
)


def test_the_digest_reads_every_record_changes_and_coverage_first(ledger: ScanLedger, contents: LedgerContents) -> None:
    ledger.remember(REPOSITORY, {digest(1): started(minutes=5), digest(2): LastScan(ScanStatus.NOT_SCANNED)}, NOW)
    ledger.record_result(RECORD, NOW)
    ledger.record_coverage(COVERAGE, NOW)
    ledger.record_change(CHANGE, NOW)
    assert list(contents.entries()) == [
        RecordedChange(CHANGE, NOW),
        COVERAGE,
        ImageState(ImageId(REPOSITORY, digest(1)), RECORD, started(minutes=5)),
        ImageState(ImageId(REPOSITORY, digest(2)), None, LastScan(ScanStatus.NOT_SCANNED)),
    ]


def test_records_of_the_registry_and_of_the_digest_are_no_images(ledger: ScanLedger, contents: LedgerContents) -> None:
    ledger.pause(REPOSITORY, NOW)
    ledger.spend(REPOSITORY, 1, 10, NOW)
    contents.save_digest(DigestState(NOW))
    assert list(contents.entries()) == []


def test_the_digest_skips_records_of_later_versions(dynamo: Dynamo, contents: LedgerContents) -> None:
    key = {"repository": {"S": str(REPOSITORY)}}
    dynamo.client.put_item(TableName="ledger", Item=key | {"record": {"S": "else"}})
    counts = {"M": {"index": {"N": "1"}, "strange": {"N": "2"}}}
    coverage = key | {"record": {"S": "coverage"}, "at": {"N": "1769860800"}, "notScannable": counts}
    dynamo.client.put_item(TableName="ledger", Item=coverage)
    assert list(contents.entries()) == [
        RepositoryCoverage(REPOSITORY, datetime(2026, 1, 31, 12, 0, tzinfo=UTC), not_scannable={DueReason.INDEX: 1})
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_an_image_whose_items_lie_on_two_pages_is_one(dynamo: Dynamo, ledger: ScanLedger, size: int) -> None:
    for repository in (REPOSITORY, DEEP):
        ledger.remember(repository, {digest(n): started(hours=1) for n in range(4)}, NOW)
        for number in range(4):
            ledger.record_result(ImageRecord(ImageId(repository, digest(number)), scanned(hours=2)), NOW)
    paged = Paged(dynamo.client, size)
    entries = list(LedgerContents(paged, make_caller(FakeClock()), "ledger").entries())  # type: ignore[arg-type]
    # "team/app" comes after "a/b/c/d".
    assert entries == [
        ImageState(ImageId(of, digest(n)), ImageRecord(ImageId(of, digest(n)), scanned(hours=2)), started(hours=1))
        for of in (DEEP, REPOSITORY)
        for n in range(4)
    ]
    assert paged.pages == -(-16 // size)


def test_a_large_ledger_is_read_page_by_page(dynamo: Dynamo, ledger: ScanLedger) -> None:
    ledger.remember(REPOSITORY, {digest(n): started(hours=1) for n in range(100)}, NOW)
    paged = Paged(dynamo.client, 10)
    entries = LedgerContents(paged, make_caller(FakeClock()), "ledger").entries()  # type: ignore[arg-type]
    next(entries)
    assert paged.pages == 1


def test_changes_of_one_scan_that_differ_are_both_recorded(ledger: ScanLedger, contents: LedgerContents) -> None:
    more = ChangeRecord(ImageId(REPOSITORY, digest(1)), CHANGE.at, new={Severity.LOW: 1}, news=("CVE-2026-3 zlib",))
    for change in (CHANGE, more, CHANGE):
        ledger.record_change(change, NOW)
    entries = [entry.change for entry in contents.entries() if isinstance(entry, RecordedChange)]
    assert sorted(entries, key=lambda change: len(change.news)) == [more, CHANGE]


def test_the_last_digest_is_recorded(contents: LedgerContents, dynamo: Dynamo) -> None:
    assert contents.last_digest() is None
    contents.save_digest(DigestState(ago(days=7), {Severity.LOW: 1}))
    state = DigestState(NOW, {Severity.CRITICAL: 2, Severity.HIGH: 40}, suppressed=3, reported=frozenset({"a", "b"}))
    contents.save_digest(state)
    assert contents.last_digest() == state
    assert "expiresAt" not in dynamo.items()[0]
