"""A table and its columns in words."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """One column; or several of the same meaning, one for each severity, in the order of the table."""

    names: tuple[str, ...]
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: what a row of it is, and its columns in their order."""

    name: str
    meaning: str
    columns: tuple[Column, ...]


def described(name: str, meaning: str, /, **columns: str | Column) -> Table:
    """Return a table. A column that is given as a text has the name of its argument."""
    return Table(
        name,
        meaning,
        tuple(
            column if isinstance(column, Column) else Column((argument,), column)
            for argument, column in columns.items()
        ),
    )


META = described(
    "meta",
    "One fact about the snapshot. Each file has this table, with the same rows.",
    key="the name of the fact",
    value="the fact",
)

FACTS = {
    "schema": "the number of the schema",
    "generation": "the number of the build: one more than that of the snapshot that it was made from",
    "id": "the id of the snapshot, which is in the keys of its files",
    "built_at": "when the build began",
    "complete": "1 when nothing is pending and all repositories were listed",
    "pending": "the number of images whose stored result was not read yet, or about which ECR was not asked yet",
    "errors": "what the build could not list, as a JSON list of texts",
    "kev": "the copy of KEV that it knows, as JSON; NULL where it is off, or was never fetched",
    "epss": "the copy of EPSS that it knows, as JSON; NULL where it is off, or was never fetched",
    "remediation_days": "the deadlines by which `overdue` is counted, as the parameter `RemediationDays`",
    "rules": "what all images were weighed by; for the next build",
    "read_until": "up to when the next build need not read the journal; ISO 8601",
    "all_read_at": "when the whole ledger was last read, and all results were last listed; ISO 8601",
}
"""The keys of `meta`. The moments in ISO 8601 are for the next build."""
