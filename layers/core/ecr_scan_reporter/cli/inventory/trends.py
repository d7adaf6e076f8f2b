"""What a history shows: findings and coverage, each as a line with its first, last, lowest and highest value."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from rich.text import Text

from ecr_scan_reporter.cli.inventory.cells import STYLES
from ecr_scan_reporter.cli.inventory.sparklines import fitted, sparkline
from ecr_scan_reporter.cli.inventory.tables import Column
from ecr_scan_reporter.domain.inventory.answers import HistoryDay
from ecr_scan_reporter.domain.inventory.coverage import Coverage, CoverageStatus
from ecr_scan_reporter.domain.severities import Severity


@dataclass(frozen=True, slots=True)
class Trend:
    """A number on each day, None where it is not known. `pick` picks that of days which share a place."""

    name: str
    values: tuple[float | None, ...]
    pick: Callable[[Iterable[float]], float] = max
    unit: str = ""
    style: str = ""

    @property
    def known(self) -> list[float]:
        """The numbers that are known."""
        return [value for value in self.values if value is not None]


def trends(days: Sequence[HistoryDay]) -> Iterator[Trend]:
    """Yield the trends of some days, in order and at least one; days between them that are missing are not known."""
    known = {day.day: day for day in days}
    length = (days[-1].day - days[0].day).days + 1
    every = [known.get(days[0].day + timedelta(days=number)) for number in range(length)]

    def of(read: Callable[[HistoryDay], float | None]) -> tuple[float | None, ...]:
        return tuple(None if day is None else read(day) for day in every)

    for level in (Severity.CRITICAL, Severity.HIGH):
        counts = of(lambda day, level=level: day.counts.get(level, 0))  # type: ignore[misc]
        yield Trend(level.lower(), counts, style=STYLES[level])
    yield Trend("scanned in time", of(_percent_in_time), min, " %")
    yield Trend("images", of(lambda day: day.images))


def _percent_in_time(day: HistoryDay) -> float | None:
    scannable = Coverage(day.coverage).scannable
    # Cut, not rounded: 100 % are all of them.
    return int(1000 * day.coverage.get(CoverageStatus.CURRENT, 0) / scannable) / 10 if scannable else None


def trend_columns(levels: str, width: int) -> tuple[Column[Trend], ...]:
    """Return the columns: the line in these characters and at most so wide, and four numbers."""

    def line(trend: Trend) -> Text:
        return Text(sparkline(fitted(trend.values, width, trend.pick), levels), trend.style)

    def number(pick: Callable[[list[float]], float]) -> Callable[[Trend], str]:
        return lambda trend: f"{pick(trend.known):,}{trend.unit}" if trend.known else ""

    numbers = (("First", lambda known: known[0]), ("Last", lambda known: known[-1]), ("Min", min), ("Max", max))
    return (
        Column[Trend]("", lambda trend: trend.name),
        Column[Trend]("", line),
        *(Column[Trend](heading, number(pick), is_number=True) for heading, pick in numbers),
    )
