"""Records as tables: CSV with all members, Markdown with those for people. Written line by line."""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeVar

from ecr_scan_reporter.domain.inventory.exports.cells import markdown_text, spreadsheet_text
from ecr_scan_reporter.domain.inventory.exports.members import Kind, Member, Record, RecordType

Item = TypeVar("Item")


def csv_lines(records: RecordType[Item], items: Iterable[Item]) -> Iterator[str]:
    """Yield the header, and a line for each item, as https://www.rfc-editor.org/rfc/rfc4180 says: they end in CRLF.

    Counts have a column for each severity, and KEV's entry one for each of its facts. Tags are separated by spaces,
    other lists by commas. All text is quoted and safe in a spreadsheet; numbers are numbers; an unknown fact is empty.
    """
    writer = csv.writer(_Lines(), quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    yield str(writer.writerow([column for member in records.members for column in member.columns]))
    for item in items:
        record = records.record(item)
        yield str(writer.writerow([cell for member in records.members for cell in _csv_cells(member, record)]))


class _Lines:
    """A file that hands each line back to the writer: nothing is held."""

    def write(self, line: str) -> str:
        return line


def _csv_cells(member: Member[Item], record: Record) -> Iterator[str | int | float]:
    value = record[member.name]
    if member.kind is Kind.EXPLOIT:
        yield from (_fact((value or {}).get(part)) for part in member.parts)
    elif member.parts:
        yield from (value.get(part, 0) for part in member.parts)
    elif value is None:
        yield ""
    elif member.kind is Kind.NUMBER:
        yield value
    else:
        yield spreadsheet_text(_text(member.kind, value))


def markdown_lines(records: RecordType[Item], items: Iterable[Item], notes: Iterable[str] = ()) -> Iterator[str]:
    """Yield the lines of a table of https://github.github.com/gfm/#tables-extension-, with the members for people.

    Each note is a paragraph below it.
    """
    members = [member for member in records.members if member.is_brief]
    yield _markdown_line(member.name for member in members)
    yield _markdown_line("---:" if member.kind is Kind.NUMBER else "---" for member in members)
    for item in items:
        record = records.record(item)
        yield _markdown_line(markdown_text(_text(member.kind, record[member.name])) for member in members)
    for note in notes:
        yield f"\n{markdown_text(note)}\n"


def _markdown_line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _text(kind: Kind, value: Any) -> str:
    return "" if value is None else _TEXTS.get(kind, str)(value)


def _packages(packages: Iterable[Mapping[str, str]]) -> str:
    return ", ".join(f"{each['package']} {each['version']}".strip() for each in packages)


def _boolean(value: bool) -> str:
    return "true" if value else "false"


def _fact(value: Any) -> str:
    return _boolean(value) if isinstance(value, bool) else value or ""


def _exploit(exploit: Mapping[str, Any]) -> str:
    due = f", due {exploit['due']}" if exploit["due"] else ""
    return f"added {exploit['added']}{due}{', ransomware' if exploit['ransomware'] else ''}"


def _severities(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {severity.lower()}" for severity, count in counts.items() if count)


def _statuses(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {status}" for status, count in counts.items() if count)


_TEXTS: Mapping[Kind, Callable[[Any], str]] = {
    Kind.BOOLEAN: _boolean,
    Kind.TAGS: " ".join,
    Kind.TEXTS: ", ".join,
    Kind.PACKAGES: _packages,
    Kind.COUNTS: _severities,
    Kind.COVERAGE: _statuses,
    Kind.EXPLOIT: _exploit,
}
