import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus, latest
from tests.unit.samples import ago, scanned, started

moments = st.none() | st.integers(0, 20).map(lambda days: ago(days=days))
last_scans = st.builds(LastScan, st.sampled_from(ScanStatus), moments, moments, st.sampled_from(["", "because"]))
knowledge = st.none() | last_scans


@pytest.mark.parametrize(
    "text",
    [
        "IN_PROGRESS",
        "PENDING",
        "COMPLETE",
        "FAILED",
        "UNSUPPORTED_IMAGE",
        "ACTIVE",
        "SCAN_ELIGIBILITY_EXPIRED",
        "FINDINGS_UNAVAILABLE",
        "LIMIT_EXCEEDED",
        "IMAGE_ARCHIVED",
    ],
)
def test_every_status_of_ecr_is_known(text: str) -> None:
    assert ScanStatus.parse(text).value == text


@pytest.mark.parametrize("text", [None, "", "complete", "A_NEW_ONE"])
def test_a_status_that_is_not_known_yet_is_unknown(text: str | None) -> None:
    assert ScanStatus.parse(text) is ScanStatus.UNKNOWN


def test_a_scan_is_as_old_as_the_latest_moment_known_of_it() -> None:
    assert LastScan(ScanStatus.COMPLETE, ago(days=3), ago(days=2)).at == ago(days=2)
    assert scanned(days=3).at == ago(days=3)
    assert started(days=2).at == ago(days=2)
    assert LastScan(ScanStatus.COMPLETE).at is None


@pytest.mark.parametrize(
    ("scanner", "reporter", "joined"),
    [
        pytest.param(
            started(days=1),
            LastScan(ScanStatus.COMPLETE, ago(hours=23)),
            LastScan(ScanStatus.COMPLETE, ago(hours=23), ago(days=1)),
            id="the scan that was started has ended",
        ),
        pytest.param(
            started(hours=1),
            LastScan(ScanStatus.COMPLETE, ago(days=8)),
            LastScan(ScanStatus.IN_PROGRESS, ago(days=8), ago(hours=1)),
            id="a new scan was started since",
        ),
        pytest.param(
            started(hours=1),
            LastScan(ScanStatus.FAILED, ago(hours=1), description="why"),
            LastScan(ScanStatus.FAILED, ago(hours=1), ago(hours=1), "why"),
            id="started and ended in the same second",
        ),
        pytest.param(
            LastScan(ScanStatus.NOT_SCANNED),
            LastScan(ScanStatus.COMPLETE, ago(days=1)),
            LastScan(ScanStatus.COMPLETE, ago(days=1)),
            id="what has a date is newer than what has none",
        ),
    ],
)
def test_two_writers_of_the_ledger_are_joined(scanner: LastScan, reporter: LastScan, joined: LastScan) -> None:
    assert latest(scanner, reporter) == joined
    assert latest(reporter, scanner) == joined


@given(knowledge)
def test_knowing_nothing_more_changes_nothing(known: LastScan | None) -> None:
    assert latest(known, None) == known
    assert latest(None, known) == known
    assert latest(known, known) == known


@given(knowledge, knowledge)
def test_the_order_of_two_writers_does_not_matter_for_the_moments(one: LastScan | None, other: LastScan | None) -> None:
    assert moments_of(latest(one, other)) == moments_of(latest(other, one))


@given(last_scans, last_scans)
def test_the_order_of_two_writers_does_not_matter_for_the_status_when_one_is_newer(
    one: LastScan, other: LastScan
) -> None:
    if one.at != other.at:
        assert latest(one, other) == latest(other, one)


@given(knowledge, knowledge, knowledge)
def test_the_order_of_many_writers_does_not_matter_for_the_moments(
    one: LastScan | None, other: LastScan | None, third: LastScan | None
) -> None:
    assert moments_of(latest(latest(one, other), third)) == moments_of(latest(one, latest(other, third)))


@given(last_scans, last_scans)
def test_no_moment_is_ever_lost(one: LastScan, other: LastScan) -> None:
    joined = latest(one, other)
    assert joined is not None
    assert joined.at == max((at for at in (one.at, other.at) if at), default=None)


def moments_of(known: LastScan | None) -> tuple[object, object] | None:
    return (known.scanned_at, known.tried_at) if known else None
