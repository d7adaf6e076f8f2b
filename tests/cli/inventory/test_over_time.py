"""`history` and `changes`."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ecr_scan_reporter.cli.inventory import over_time
from ecr_scan_reporter.cli.inventory.sparklines import ASCII, BLOCKS
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.severities import Severity
from tests.cli.inventory.asking import Asking, history_day
from tests.unit.samples import NOW, ago


@pytest.mark.parametrize(("levels", "line"), [(BLOCKS, "\u2588 \u2583\u2581"), (ASCII, "# -_")])
def test_a_trend_is_a_line_with_a_gap_where_a_day_is_not_known(
    asking: Asking, monkeypatch: pytest.MonkeyPatch, levels: str, line: str
) -> None:
    monkeypatch.setattr(over_time, "levels_for", lambda _: levels)
    low = levels[0]
    assert asking.lines("history") == [
        "2026-01-28 to 2026-01-31",
        "First Last Min Max",
        f"critical {line} 3 0 0 3",
        f"high {low} {low}{low} 5 5 5 5",
        f"scanned in time {low} {low}{low} 90.0 % 90.0 % 90.0 % 90.0 %",
        f"images {low} {low}{low} 10 10 10 10",
    ]


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        ((), (date(2025, 11, 3), date(2026, 1, 31), None, None)),
        (("--days", "1"), (date(2026, 1, 31), date(2026, 1, 31), None, None)),
        (("--days", "2", "--owner", "payments"), (date(2026, 1, 30), date(2026, 1, 31), None, "payments")),
        (("--days", "2", "--repository", "a/b"), (date(2026, 1, 30), date(2026, 1, 31), "a/b", None)),
    ],
)
def test_the_days_and_the_part_are_those_asked_for(
    asking: Asking, arguments: tuple[str, ...], asked: tuple[Any, ...]
) -> None:
    asking.run("history", *arguments)
    assert asking.inventory.asked[0] == ("history", *asked)


def test_many_days_fit_the_width_of_the_terminal(asking: Asking) -> None:
    asking.inventory.days = [history_day(number) for number in reversed(range(600))]
    for width in (80, 300):
        assert max(map(len, asking.lines("history", "--days", "700", width=width))) <= width


def test_days_that_share_a_place_show_the_most_findings_and_the_least_coverage(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(over_time, "levels_for", lambda _: ASCII)
    days = [history_day(number) for number in reversed(range(64))]
    days[33] = replace(days[33], counts={Severity.HIGH: 99}, coverage={CoverageStatus.NEVER_SCANNED: 1})
    asking.inventory.days = days
    lines = asking.lines("history", width=54 + 16)
    assert f"high {'_' * 8}#{'_' * 7} 5 5 5 99" in lines
    assert f"scanned in time {'#' * 8}_{'#' * 7} 90.0 % 90.0 % 0.0 % 90.0 %" in lines


@pytest.mark.parametrize("arguments", [("--repository", "a", "--owner", "b"), ("--repository", "team/*")])
def test_a_history_is_of_one_thing(asking: Asking, arguments: tuple[str, ...]) -> None:
    result = asking.run("history", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")


def test_no_history_is_said(asking: Asking) -> None:
    asking.inventory.days = []
    result = asking.run("history")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "nothing is known of these days\n")


def test_a_change_has_what_is_new_and_what_is_fixed(asking: Asking) -> None:
    assert asking.lines("changes", "--since", "7d") == [
        "1 scan with changes since 2026-01-24 12:00 UTC",
        "When Image Owner New Fixed Most severe",
        "2026-01-29 12:00 payments/app:1.1 payments 1 critical 3 low CVE-2021-44228 log4j-core",
    ]


def test_a_first_scan_is_not_taken_for_news(asking: Asking) -> None:
    [scan] = asking.inventory.scans
    asking.inventory.scans = [replace(scan, change=replace(scan.change, is_first=True))]
    assert "1 critical (first scan)" in asking.lines("changes")[2]


@pytest.mark.parametrize(
    ("arguments", "since", "until"),
    [
        ((), ago(days=7), NOW),
        (("--since", "1m"), datetime(2025, 12, 31, 12, tzinfo=UTC), NOW),
        (("--since", "2026-01-02", "--until", "2026-01-09"), datetime(2026, 1, 2, tzinfo=UTC), ago(days=22, hours=12)),
        (("--since", "14d", "--until", "7d"), ago(days=14), ago(days=7)),
    ],
)
def test_a_period_is_given_as_days_or_as_a_time_back(
    asking: Asking, arguments: tuple[str, ...], since: datetime, until: datetime
) -> None:
    asking.run("changes", *arguments)
    assert asking.inventory.asked[0][1:3] == (since, until)


@pytest.mark.parametrize(
    "arguments", [("--since", "7 days"), ("--since", "2026-13-01"), ("--since", "1d", "--until", "2d")]
)
def test_a_wrong_period_exits_with_2(asking: Asking, arguments: tuple[str, ...]) -> None:
    result = asking.run("changes", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--since" in result.stderr


def test_no_changes_are_said(asking: Asking) -> None:
    result = asking.run("changes", "--since", "1d")
    note = "no scan changed anything between 2026-01-30 12:00 UTC and 2026-01-31 12:00 UTC\n"
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", note)


def test_many_changes_are_cut(asking: Asking) -> None:
    asking.inventory.scans = [*asking.inventory.scans] * 60
    result = asking.run("changes")
    assert result.stdout.splitlines()[0].startswith("60 scans with changes")
    assert (len(result.stdout.splitlines()), result.stderr) == (52, "and 10 more: --limit 0 for all\n")
