"""Pages of a list: an exact total, and keys in the order of the list, of which none is NULL."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from sqlite3 import Connection
from typing import Any, TypeVar

from ecr_scan_reporter.domain.inventory.answers import Page
from ecr_scan_reporter.domain.inventory.cursors import Question, make_cursor, read_cursor
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.snapshot.questions.conditions import Conditions

Item = TypeVar("Item")

MAX_PAGE = 10_000


@dataclass(frozen=True, slots=True)
class PagedList:
    """A list: columns FROM tables, its order (all keys in one direction), and which rows are in it.

    `counted` are the tables that suffice to count it. `before` stands before each SELECT.
    """

    columns: str
    tables: str
    keys: Sequence[str]
    conditions: Conditions
    is_descending: bool = True
    counted: str = ""
    before: str = ""


def read_page(
    connection: Connection,
    listed: PagedList,
    question: Question,
    read: Callable[[Sequence[Any]], Item],
    *,
    limit: int,
    cursor: str | None,
) -> Page[Item]:
    """Return a page of a list. Raises InvalidInputError for a wrong limit or cursor."""
    check_limit(limit)
    conditions = listed.conditions
    (total,) = connection.execute(
        f"{listed.before} SELECT count(*) FROM {listed.counted or listed.tables} WHERE {conditions.where}",
        conditions.values,
    ).fetchone()
    where, values = conditions.where, list(conditions.values)
    if cursor is not None:
        after = read_cursor(cursor, question, len(listed.keys))
        where += (
            f" AND ({', '.join(listed.keys)}) {'<' if listed.is_descending else '>'} ({', '.join('?' * len(after))})"
        )
        values += after
    direction = " DESC" if listed.is_descending else ""
    order = ", ".join(f"{key}{direction}" for key in listed.keys)
    columns = f"{', '.join(listed.keys)}, {listed.columns}"
    statement = f"{listed.before} SELECT {columns} FROM {listed.tables} WHERE {where} ORDER BY {order} LIMIT ?"
    rows = connection.execute(statement, (*values, limit + 1)).fetchall()
    width = len(listed.keys)
    following = make_cursor(question, rows[limit - 1][:width]) if len(rows) > limit else None
    return Page(tuple(read(row[width:]) for row in rows[:limit]), total, following)


def check_limit(limit: int) -> None:
    """Raise InvalidInputError for a page that is too long, or empty."""
    if not 1 <= limit <= MAX_PAGE:
        raise InvalidInputError("limit", limit, f"a whole number from 1 to {MAX_PAGE}")
