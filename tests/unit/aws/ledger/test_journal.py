"""The journal names what was written, for whoever would otherwise read all of it."""

from datetime import UTC, datetime, timedelta

import pytest

from ecr_scan_reporter.aws.ledger.contents import LedgerContents
from ecr_scan_reporter.aws.ledger.table import NOTED_AGAIN_AFTER, ScanLedger
from ecr_scan_reporter.domain.ledger.entries import ImageState, RecordedChange
from ecr_scan_reporter.domain.ledger.journal import JournalEntry
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.aws.clock import FakeClock, make_caller
from tests.unit.aws.ledger.dynamo import Dynamo

APP = Repository("123456789012", "eu-west-1", "team/app")
IMAGE, OTHER = ImageId(APP, "sha256:" + "a" * 64), ImageId(APP, "sha256:" + "b" * 64)
NOW = datetime(2026, 11, 21, 23, 59, tzinfo=UTC)
DONE = LastScan(ScanStatus.COMPLETE, NOW - timedelta(hours=1))
CHANGE = ChangeRecord(IMAGE, NOW - timedelta(hours=1), new={Severity.HIGH: 1})


class _Moment:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def moment() -> _Moment:
    return _Moment()


@pytest.fixture
def noting(dynamo: Dynamo, clock: FakeClock, moment: _Moment) -> ScanLedger:
    """A ledger with a journal."""
    return ScanLedger(dynamo, make_caller(clock), "ledger", clock=moment, keeps_journal=True)  # type: ignore[arg-type]


@pytest.fixture
def contents(dynamo: Dynamo, clock: FakeClock, moment: _Moment) -> LedgerContents:
    return LedgerContents(dynamo, make_caller(clock), "ledger", clock=moment)  # type: ignore[arg-type]


def test_results_and_changes_are_named(noting: ScanLedger, contents: LedgerContents) -> None:
    noting.record_result(ImageRecord(IMAGE, DONE, {Severity.HIGH: 1}), NOW)
    noting.record_change(CHANGE, NOW)
    entries = sorted(contents.journal(NOW - timedelta(hours=1)), key=lambda entry: entry.change)
    assert [(entry.repository, entry.digest) for entry in entries] == [(APP, IMAGE.digest), (APP, "")]
    assert entries[1].change.startswith("change#2026-11-21")
    state, change = sorted(contents.entries_named(entries), key=lambda each: type(each).__name__)
    assert isinstance(state, ImageState)
    assert isinstance(change, RecordedChange)
    assert (state.counts, change.change) == ({Severity.HIGH: 1}, CHANGE)


def test_a_result_that_was_there_already_is_named_too(noting: ScanLedger, contents: LedgerContents) -> None:
    noting.record_result(ImageRecord(IMAGE, DONE), NOW)
    older = LastScan(ScanStatus.COMPLETE, NOW - timedelta(days=3))
    assert noting.record_result(ImageRecord(OTHER, DONE), NOW)
    assert not noting.record_result(ImageRecord(OTHER, older), NOW)
    assert {entry.digest for entry in contents.journal(NOW)} == {IMAGE.digest, OTHER.digest}


def test_the_scanner_names_a_repository_once_in_a_while(
    noting: ScanLedger, contents: LedgerContents, moment: _Moment
) -> None:
    for _ in range(5):
        noting.remember(APP, {IMAGE.digest: DONE}, NOW)
    assert list(contents.journal(NOW)) == [JournalEntry(APP)]
    moment.now += NOTED_AGAIN_AFTER + timedelta(seconds=1)
    noting.remember(APP, {IMAGE.digest: DONE}, NOW)
    assert len(list(contents.journal(moment.now))) == 1
    (state,) = contents.entries_of(APP)
    assert isinstance(state, ImageState)
    assert state.scanner == DONE


def test_entries_since_a_moment_are_read_across_midnight(
    noting: ScanLedger, contents: LedgerContents, moment: _Moment
) -> None:
    noting.record_result(ImageRecord(IMAGE, DONE), NOW)
    moment.now += timedelta(minutes=5)
    noting.record_result(ImageRecord(OTHER, DONE), NOW)
    assert [entry.digest for entry in contents.journal(NOW - timedelta(days=2))] == [IMAGE.digest, OTHER.digest]
    assert [entry.digest for entry in contents.journal(NOW + timedelta(minutes=2))] == [OTHER.digest]
    assert list(contents.journal(moment.now + timedelta(minutes=1))) == []


def test_without_the_inventory_there_is_no_journal(
    ledger: ScanLedger, dynamo: Dynamo, contents: LedgerContents
) -> None:
    ledger.record_result(ImageRecord(IMAGE, DONE), NOW)
    ledger.record_change(CHANGE, NOW)
    ledger.remember(APP, {IMAGE.digest: DONE}, NOW)
    assert list(contents.journal(datetime.now(UTC) - timedelta(days=1))) == []
    assert list(contents.journal(NOW - timedelta(days=1))) == []


def test_a_wrong_entry_is_skipped(noting: ScanLedger, contents: LedgerContents, dynamo: Dynamo) -> None:
    item = {"repository": {"S": "journal#2026-11-21"}, "record": {"S": "2026-11-21T23:59:30.0Z#nonsense"}}
    dynamo.put_item(TableName="ledger", Item=item)
    noting.record_result(ImageRecord(IMAGE, DONE), NOW)
    assert [entry.digest for entry in contents.journal(NOW)] == [IMAGE.digest]


def test_the_digest_does_not_see_the_journal(noting: ScanLedger, contents: LedgerContents) -> None:
    noting.remember(APP, {IMAGE.digest: DONE}, NOW)
    assert [type(entry) for entry in contents.entries()] == [ImageState]


def test_entries_expire_after_some_days(noting: ScanLedger, dynamo: Dynamo) -> None:
    noting.remember(APP, {IMAGE.digest: DONE}, NOW)
    items = [item for item in dynamo.scan(TableName="ledger")["Items"] if item["repository"]["S"].startswith("journal")]
    assert [int(item["expiresAt"]["N"]) for item in items] == [int((NOW + timedelta(days=3)).timestamp())]
