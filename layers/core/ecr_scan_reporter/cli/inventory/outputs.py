"""The formats of results for programs: in one table, by their names."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ecr_scan_reporter.cli.inventory.files import write_output
from ecr_scan_reporter.cli.inventory.run import Run
from ecr_scan_reporter.domain.inventory.exports.documents import json_document, ndjson_lines
from ecr_scan_reporter.domain.inventory.exports.members import RecordType
from ecr_scan_reporter.domain.inventory.exports.tables import csv_lines, markdown_lines
from ecr_scan_reporter.domain.inventory.feed_ages import describe_feeds


@dataclass(frozen=True, slots=True)
class Answer:
    """A list of answers of one kind. `total` counts the whole list, of which the items may be the beginning."""

    records: RecordType[Any]
    items: Iterable[Any]
    total: int

    @classmethod
    def of(cls, records: RecordType[Any], items: Iterable[Any], total: int | None = None) -> "Answer":
        """Return the answer; without a total, these are all items."""
        if total is not None:
            return cls(records, items, total)
        every = tuple(items)
        return cls(records, every, len(every))


def _json(answer: Answer, run: Run) -> Iterator[str]:
    return json_document(answer.records, answer.items, info=run.inventory.info, total=answer.total)


def _markdown(answer: Answer, run: Run) -> Iterator[str]:
    notes = describe_feeds(run.inventory.info, run.now) if answer.records.has_exploits else ()
    return markdown_lines(answer.records, answer.items, notes)


WRITERS: Mapping[str, Callable[[Answer, Run], Iterable[str]]] = {
    "json": _json,
    "ndjson": lambda answer, _: ndjson_lines(answer.records, answer.items),
    "csv": lambda answer, _: csv_lines(answer.records, answer.items),
    "markdown": _markdown,
}


def write_answer(run: Run, output: str, answer: Answer) -> None:
    """Write an answer on standard output."""
    write_output(WRITERS[output](answer, run))
