from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.ledger.change_documents import change_document, parse_change
from ecr_scan_reporter.domain.ledger.records import ChangeRecord, ImageRecord
from ecr_scan_reporter.domain.ledger.results import change_record, failing_since, image_record, is_repeated
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError
from tests.unit.samples import IMAGE_ID, NOW, RESULT, SCANNED_IMAGE, UNSUPPORTED_SYSTEM, ago

COUNTS = st.dictionaries(st.sampled_from(Severity), st.integers(1, 10**6))


def failed(at: datetime, description: str = UNSUPPORTED_SYSTEM) -> ScanResult:
    return ScanResult(ScanStatus.FAILED, at, description)


def recorded(result: ScanResult, since: datetime | None) -> ImageRecord:
    return image_record(SCANNED_IMAGE, result, "", since)


def test_a_first_failure_begins_with_itself() -> None:
    assert failing_since(failed(NOW), None) == NOW


def test_the_same_failure_goes_on_also_where_the_ledger_has_cut_its_description() -> None:
    long = f"{UNSUPPORTED_SYSTEM} {'x' * 1_000}"
    known = recorded(failed(ago(days=7), long[:300]), ago(days=30))
    assert failing_since(failed(NOW, long), known) == ago(days=30)


@pytest.mark.parametrize(
    "before",
    [
        pytest.param(recorded(RESULT, None), id="a scan with a result"),
        pytest.param(recorded(failed(ago(days=7), "another reason"), ago(days=7)), id="another failure"),
        pytest.param(recorded(failed(ago(days=7)), None), id="a record of an earlier version"),
    ],
)
def test_a_failure_after_something_else_begins_anew(before: ImageRecord) -> None:
    assert failing_since(failed(NOW), before) == NOW


def test_a_scan_with_a_result_does_not_fail() -> None:
    assert failing_since(RESULT, recorded(failed(ago(days=7)), ago(days=7))) is None


def test_the_first_scan_of_an_image_has_all_its_findings_as_new() -> None:
    change = change_record(SCANNED_IMAGE, RESULT, None)
    assert change is not None
    assert (change.is_first, change.new, change.fixed) == (True, RESULT.counts, {})


@given(COUNTS, COUNTS, COUNTS, st.lists(st.text()).map(tuple), st.booleans(), st.text())
def test_a_change_is_read_back_from_its_stored_result(
    new: dict[Severity, int],
    raised: dict[Severity, int],
    fixed: dict[Severity, int],
    news: tuple[str, ...],
    is_first: bool,
    tag: str,
) -> None:
    change = ChangeRecord(IMAGE_ID, NOW, tag, new, raised, fixed, news, is_first)
    assert parse_change(change_document(change), IMAGE_ID) == change


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("at", None),
        ("at", "yesterday"),
        ("new", None),
        ("new", {"HIGH": "9"}),
        ("new", {"HIGH": -1}),
        ("news", "CVE-1"),
        ("news", [7]),
        ("isFirst", "no"),
        ("tag", 7),
    ],
)
def test_a_wrong_change_of_a_stored_result_is_refused_by_name(member: str, value: object) -> None:
    document = change_document(ChangeRecord(IMAGE_ID, NOW)) | {member: value}
    with pytest.raises(InvalidInputError, match=member):
        parse_change(document, IMAGE_ID)


def test_a_failure_is_repeated_when_one_before_it_was_the_same_to_the_second_that_the_ledger_has() -> None:
    at = NOW.replace(microsecond=123_456)
    assert not is_repeated(failed(at), NOW)
    assert is_repeated(failed(at), ago(seconds=1))
    assert not is_repeated(RESULT, None)
