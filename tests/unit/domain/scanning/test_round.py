import pytest

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.scanning.round import ScanRound, describe_round, describe_round_in_brief
from tests.unit.samples import NOW


@pytest.mark.parametrize(
    ("images", "per_day", "days"), [(1, 80_000, 1), (80_000, 80_000, 1), (80_001, 80_000, 2), (1_350_000, 80_000, 17)]
)
def test_a_round_takes_whole_days(images: int, per_day: int, days: int) -> None:
    assert ScanRound(images, per_day, parse_duration("7d")).days == days


@pytest.mark.parametrize(
    ("images", "max_age", "is_too_slow"),
    [(700, "7d", False), (701, "7d", True), (100, "1h", False), (3_200, "1m", True), (3_100, "1m", False)],
)
def test_a_round_is_too_slow_when_scans_get_older_than_they_may(images: int, max_age: str, is_too_slow: bool) -> None:
    """At 100 scans a day; within one day, the time of the day is not known."""
    assert ScanRound(images, 100, parse_duration(max_age)).is_too_slow(NOW) is is_too_slow


def test_a_round_that_fits_is_described_in_one_line() -> None:
    assert describe_round(ScanRound(57, 80_000, parse_duration("7d")), NOW) == (
        "At 80,000 scans a day, re-scanning everything (57 images) takes 1 day. "
        "ECR allows 100,000 a day, those on push included."
    )


def test_a_round_that_does_not_fit_says_what_follows() -> None:
    assert describe_round(ScanRound(1_350_000, 80_000, parse_duration("7d")), NOW) == (
        "At 80,000 scans a day, re-scanning everything (1,350,000 images) takes 17 days: longer than 1w, "
        "so scans get older than that. ECR allows 100,000 a day, those on push included."
    )


@pytest.mark.parametrize(
    ("whole", "line"),
    [
        (ScanRound(80_000, 80_000, parse_duration("7d")), ""),
        (
            ScanRound(80_001, 80_000, parse_duration("7d")),
            "re-scanning everything (80,001 images) takes 2 days at 80,000 scans a day",
        ),
        (
            ScanRound(1_350_000, 80_000, parse_duration("7d")),
            "re-scanning everything (1,350,000 images) takes 17 days at 80,000 scans a day: longer than 1w",
        ),
    ],
)
def test_in_brief_only_a_round_of_several_days_is_worth_a_line(whole: ScanRound, line: str) -> None:
    assert describe_round_in_brief(whole, NOW) == line
