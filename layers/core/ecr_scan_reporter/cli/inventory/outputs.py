"""The formats of results for programs: in one table, by their names."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ecr_scan_reporter.cli.inventory.files import write_output
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.inventory.exports.documents import json_document, ndjson_lines
from ecr_scan_reporter.domain.inventory.exports.members import RecordType
from ecr_scan_reporter.domain.inventory.exports.tables import csv_lines, markdown_lines
from ecr_scan_reporter.use_cases.inventory.ports import Inventory


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


def _json(answer: Answer, info: SnapshotInfo) -> Iterator[str]:
    return json_document(answer.records, answer.items, info=info, total=answer.total)


WRITERS: Mapping[str, Callable[[Answer, SnapshotInfo], Iterable[str]]] = {
    "json": _json,
    "ndjson": lambda answer, _: ndjson_lines(answer.records, answer.items),
    "csv": lambda answer, _: csv_lines(answer.records, answer.items),
    "markdown": lambda answer, _: markdown_lines(answer.records, answer.items),
}


def write_answer(inventory: Inventory, output: str, answer: Answer) -> None:
    """Write an answer on standard output."""
    write_output(WRITERS[output](answer, inventory.info))
