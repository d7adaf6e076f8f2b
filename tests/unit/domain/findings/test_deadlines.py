"""The deadline of a finding in words."""

from datetime import date, timedelta

import pytest

from ecr_scan_reporter.domain.findings.deadlines import describe_deadline

TODAY = date(2026, 1, 31)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (3, "due in 3 days"),
        (1, "due in 1 day"),
        (0, "due today"),
        (-1, "overdue by 1 day"),
        (-12, "overdue by 12 days"),
    ],
)
def test_a_deadline_is_in_words(days: int, words: str) -> None:
    assert describe_deadline(TODAY + timedelta(days=days), TODAY) == words


def test_without_a_deadline_nothing_is_said() -> None:
    assert describe_deadline(None, TODAY) == ""
