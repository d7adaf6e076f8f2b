"""Readers of the ledger name a bad item once and skip it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from ecr_scan_reporter.aws.ledger.contents import LedgerContents
from ecr_scan_reporter.aws.ledger.table import ScanLedger
from ecr_scan_reporter.domain.ledger.entries import DigestState, ImageState
from ecr_scan_reporter.domain.ledger.records import ImageRecord
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from tests.unit.aws.clients import client_of
from tests.unit.aws.clock import make_caller
from tests.unit.aws.ledger.dynamo import Dynamo
from tests.unit.samples import NOW, REPOSITORY, ago, digest, scanned, started

YEAR_9999 = {"N": "253402300799"}
BEYOND_TIME = {"N": "1e30"}
IN_TWO_DAYS = {"N": str(int((NOW + timedelta(days=2)).timestamp()))}
TOMORROW = {"N": str(int((NOW + timedelta(hours=23)).timestamp()))}
SECONDS = {"N": "1769800000"}
SCAN = {"status": {"S": "COMPLETE"}, "scannedAt": SECONDS}
COVERAGE = {"at": SECONDS}
CHANGE = {"recordedAt": SECONDS}
CHANGE_RECORD = f"change#2026-01-31T04:00:00Z#{digest(1)}#01234567"


class Ledger:
    """Both readers of one table, at NOW; `problems` has what they log."""

    def __init__(self, client: Any) -> None:
        self.problems: list[str] = []
        parts = (client, make_caller(), "ledger", self.problems.append, lambda: NOW)
        self.scans, self.contents = ScanLedger(*parts), LedgerContents(*parts)
        self._client = client

    def put(self, record: str, repository: str = str(REPOSITORY), **fields: Any) -> None:
        key = {"repository": {"S": repository}, "record": {"S": record}}
        self._client.put_item(TableName="ledger", Item=key | fields)


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    with mock_aws():
        yield Ledger(Dynamo(client_of("dynamodb")))


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        pytest.param(f"{digest(1)}#scanner", {"scannedAt": SECONDS}, id="no status"),
        pytest.param(f"{digest(1)}#scanner", {"status": {"N": "1"}}, id="a status that is a number"),
        pytest.param(f"{digest(1)}#scanner", SCAN | {"scannedAt": {"S": "today"}}, id="a date that is a text"),
        pytest.param(f"{digest(1)}#scanner", SCAN | {"triedAt": YEAR_9999}, id="the year 9999"),
        pytest.param(f"{digest(1)}#scanner", SCAN | {"triedAt": BEYOND_TIME}, id="beyond all time"),
        pytest.param(f"{digest(1)}#scanner", SCAN | {"triedAt": {"N": "-5"}}, id="before 1970"),
        pytest.param(f"{digest(1)}#reporter", SCAN | {"scannedAt": IN_TWO_DAYS}, id="in two days"),
    ],
)
def test_a_bad_image_is_unknown_to_the_scanner_and_others_are_known(
    ledger: Ledger, record: str, fields: dict[str, Any]
) -> None:
    ledger.put(record, **fields)
    ledger.scans.remember(REPOSITORY, {digest(2): started(hours=1)}, NOW)
    assert dict(ledger.scans.last_scans(REPOSITORY)) == {digest(2): started(hours=1)}
    assert dict(ledger.scans.last_scans(REPOSITORY, [digest(1), digest(2)])) == {digest(2): started(hours=1)}
    assert [problem.partition(": ")[0] for problem in ledger.problems] == [f"{REPOSITORY} {record}"] * 2


@pytest.mark.parametrize(
    ("record", "fields"),
    [
        pytest.param(f"{digest(1)}#reporter", {"scannedAt": SECONDS}, id="no status"),
        pytest.param(
            f"{digest(1)}#reporter", SCAN | {"counts": {"M": {"HIGH": {"S": "x"}}}}, id="a count of no number"
        ),
        pytest.param(
            f"{digest(1)}#reporter", SCAN | {"counts": {"L": []}, "suppressed": {"N": "1.5"}}, id="half a finding"
        ),
        pytest.param(f"{digest(1)}#scanner", SCAN | {"scannedAt": YEAR_9999}, id="the year 9999"),
        pytest.param("coverage", {}, id="coverage without a time"),
        pytest.param("coverage", {"at": IN_TWO_DAYS}, id="coverage in two days"),
        pytest.param("coverage", COVERAGE | {"notes": {"L": [{"N": "1"}]}}, id="a note that is a number"),
        pytest.param(CHANGE_RECORD, {}, id="a change without a time"),
        pytest.param("change#", CHANGE, id="a change without a key"),
        pytest.param(f"change#yesterday#{digest(1)}#0", CHANGE, id="a change of a time that is none"),
    ],
)
def test_a_bad_item_keeps_no_other_from_the_digest(ledger: Ledger, record: str, fields: dict[str, Any]) -> None:
    ledger.put(record, **fields)
    ledger.scans.remember(REPOSITORY, {digest(2): started(hours=1)}, NOW)
    assert list(ledger.contents.entries()) == [ImageState(ImageId(REPOSITORY, digest(2)), None, started(hours=1))]
    (problem,) = ledger.problems
    assert problem.startswith(f"{REPOSITORY} {record}: ")


def test_of_an_image_whose_one_item_is_bad_the_other_counts(ledger: Ledger) -> None:
    ledger.put(f"{digest(1)}#scanner", status={"S": "COMPLETE"}, scannedAt=YEAR_9999)
    ledger.scans.record_result(ImageRecord(ImageId(REPOSITORY, digest(1)), scanned(hours=2)), NOW)
    assert dict(ledger.scans.last_scans(REPOSITORY)) == {digest(1): scanned(hours=2)}
    (image,) = ledger.contents.entries()
    assert isinstance(image, ImageState)
    assert (image.record is not None, image.scanner) == (True, None)


def test_clocks_may_differ_by_less_than_a_day(ledger: Ledger) -> None:
    ledger.put(f"{digest(1)}#reporter", status={"S": "COMPLETE"}, scannedAt=TOMORROW)
    assert dict(ledger.scans.last_scans(REPOSITORY))[digest(1)].scanned_at == NOW + timedelta(hours=23)
    assert ledger.problems == []


@pytest.mark.parametrize("date", [YEAR_9999, IN_TWO_DAYS, {"S": "today"}], ids=["year 9999", "in two days", "a text"])
def test_a_result_is_written_over_a_date_that_cannot_be_true(ledger: Ledger, date: dict[str, str]) -> None:
    ledger.put(f"{digest(1)}#reporter", status={"S": "COMPLETE"}, scannedAt=date)
    assert ledger.scans.record_result(ImageRecord(ImageId(REPOSITORY, digest(1)), scanned(hours=2)), NOW)
    assert dict(ledger.scans.last_scans(REPOSITORY)) == {digest(1): scanned(hours=2)}


def test_a_newer_result_is_still_not_overwritten(ledger: Ledger) -> None:
    assert ledger.scans.record_result(ImageRecord(ImageId(REPOSITORY, digest(1)), scanned(hours=2)), NOW)
    assert not ledger.scans.record_result(ImageRecord(ImageId(REPOSITORY, digest(1)), scanned(hours=3)), NOW)


def test_the_last_look_is_the_newest_that_can_be_true(ledger: Ledger) -> None:
    for number, at in enumerate((SECONDS, YEAR_9999, IN_TWO_DAYS, {"S": "x"})):
        ledger.put("coverage", f"{REPOSITORY}-{number}", at=at)
    assert ledger.contents.last_look() == datetime.fromtimestamp(1_769_800_000, UTC)


@pytest.mark.parametrize("fields", [{}, {"at": YEAR_9999}, {"at": SECONDS, "totals": {"M": {"HIGH": {"S": "x"}}}}])
def test_after_a_digest_that_cannot_be_read_the_next_is_the_first(ledger: Ledger, fields: dict[str, Any]) -> None:
    ledger.put("last", "digest", **fields)
    assert ledger.contents.last_digest() is None
    assert [problem.partition(":")[0] for problem in ledger.problems] == ["digest last"]
    ledger.contents.save_digest(DigestState(ago(days=1)))
    assert ledger.contents.last_digest() == DigestState(ago(days=1))


def failure(**age: float) -> ImageRecord:
    return ImageRecord(ImageId(REPOSITORY, digest(1)), LastScan(ScanStatus.FAILED, scanned_at=ago(**age)))


def test_a_failure_that_is_known_by_another_event_stays_as_it_is(ledger: Ledger) -> None:
    assert ledger.scans.record_result(failure(hours=8), NOW)
    assert not ledger.scans.record_result(failure(hours=7), NOW)
    assert not ledger.scans.record_result(failure(hours=9), NOW)
    assert ledger.scans.record_result(failure(hours=8), NOW), "its own event came again"
    assert dict(ledger.scans.last_scans(REPOSITORY)) == {digest(1): failure(hours=8).scan}


def test_a_later_failure_and_one_after_a_success_are_written(ledger: Ledger) -> None:
    assert ledger.scans.record_result(failure(hours=30), NOW)
    assert ledger.scans.record_result(failure(hours=6), NOW)
    assert ledger.scans.record_result(ImageRecord(ImageId(REPOSITORY, digest(1)), scanned(hours=5)), NOW)
    assert ledger.scans.record_result(failure(hours=4), NOW)


# --- whatever lies there --------------------------------------------------------------------------------------------

numbers = st.one_of(
    st.integers(), st.floats(allow_nan=True), st.sampled_from(["", "x", "1e999", "253402300800", "-1", "1.5"])
)
scalars = st.one_of(
    st.builds(lambda text: {"S": text}, st.text(max_size=9)),
    st.builds(lambda number: {"N": str(number)}, numbers),
    st.just({"NULL": True}),
    st.just({"BOOL": False}),
    st.just({"SS": ["a"]}),
)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.builds(lambda entries: {"L": entries}, st.lists(inner, max_size=3)),
        st.builds(lambda entries: {"M": entries}, st.dictionaries(st.sampled_from(["HIGH", "index", "x"]), inner)),
    ),
    max_leaves=6,
)
names = ["status", "scannedAt", "triedAt", "description", "counts", "suppressed", "rules", "tag", "owner", "at"]
names += [
    "images",
    "notScannable",
    "refused",
    "maxAge",
    "notes",
    "recordedAt",
    "new",
    "raised",
    "fixed",
    "news",
    "told",
]
records = [
    f"{digest(1)}#scanner",
    f"{digest(1)}#reporter",
    f"{digest(1)}",
    "coverage",
    CHANGE_RECORD,
    "change#",
    "else",
]


class Lying:
    """A client of a table with these items."""

    def __init__(self, items: list[dict[str, Any]]) -> None:
        self._items = items

    def scan(self, **_: Any) -> dict[str, Any]:
        return {"Items": self._items}

    query = scan

    def get_item(self, **_: Any) -> dict[str, Any]:
        return {"Item": self._items[0]}


@given(st.sampled_from(records), st.dictionaries(st.sampled_from(names), values, max_size=6))
def test_nothing_that_lies_in_the_table_stops_a_reader(record: str, fields: dict[str, Any]) -> None:
    key = {"repository": {"S": str(REPOSITORY)}, "record": {"S": record}}
    good = {**key, "record": {"S": f"{digest(2)}#scanner"}, **SCAN}
    ledger = Ledger(Lying([key | fields, good]))
    known = LastScan(ScanStatus.COMPLETE, scanned_at=datetime.fromtimestamp(1_769_800_000, UTC))
    assert dict(ledger.scans.last_scans(REPOSITORY))[digest(2)] == known
    assert ImageState(ImageId(REPOSITORY, digest(2)), None, known) in list(ledger.contents.entries())
    ledger.contents.last_look()
    ledger.contents.last_digest()
    assert all(str(REPOSITORY) in problem for problem in ledger.problems)
