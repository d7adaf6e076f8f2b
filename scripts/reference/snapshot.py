"""Write docs/reference/snapshot.md: the tables and columns of a snapshot, as SQLite knows them, with their meanings."""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

from ecr_scan_reporter.snapshot import schema
from ecr_scan_reporter.snapshot.meanings import findings, history, images
from ecr_scan_reporter.snapshot.meanings.tables import FACTS, META, Column, Table
from scripts.reference.pages import FOLDER, Page, code, table

FILES: Mapping[str, tuple[Table, ...]] = {
    "images": images.TABLES,
    "findings": findings.TABLES,
    "history": history.TABLES,
}
_STATEMENTS = {
    "images": ("main", schema.IMAGES),
    "findings": ("f", schema.FINDINGS),
    "history": ("h", schema.HISTORY),
}


@dataclass(frozen=True, slots=True)
class Declared:
    """A column as the schema declares it."""

    type: str
    may_be_null: bool


def declared_tables(file: str) -> dict[str, dict[str, Declared]]:
    """Return the columns of each table of a file, in their order."""
    database, statements = _STATEMENTS[file]
    with closing(sqlite3.connect(":memory:")) as connection:
        if database != "main":
            connection.execute(f"ATTACH ':memory:' AS {database}")
        for statement in statements:
            connection.execute(statement)
        names = connection.execute(f"SELECT name FROM {database}.sqlite_master WHERE type = 'table'").fetchall()  # noqa: S608
        return {name: dict(_columns(connection, database, name)) for (name,) in names}


def _columns(connection: sqlite3.Connection, database: str, name: str) -> Iterator[tuple[str, Declared]]:
    for _, column, type_, not_null, _, key in connection.execute(f"PRAGMA {database}.table_info({name})"):
        yield column, Declared(type_ or "any", may_be_null=not (not_null or key))


def render() -> str:
    """Return the tables of each file. Raises KeyError for a column that the schema does not declare."""
    return "\n".join(_sections())


def _sections() -> Iterator[str]:
    yield f"The number of the schema is {schema.SCHEMA}.\n"
    yield "## In all files\n\n" + _table(META, declared_tables("images")[META.name])
    yield table(("`key`", "`value`"), ((code(key), meaning) for key, meaning in FACTS.items()))
    for file, tables in FILES.items():
        declared = declared_tables(file)
        yield f"## {file}.sqlite\n"
        for each in tables:
            if each is not META:
                yield _table(each, declared[each.name])


def _table(described: Table, declared: Mapping[str, Declared]) -> str:
    rows = (_row(column, declared[column.names[0]]) for column in described.columns)
    return f"### {described.name}\n\n{described.meaning}\n\n" + table(("column", "type", "NULL", "meaning"), rows)


def _row(column: Column, declared: Declared) -> tuple[str, ...]:
    first, *others = column.names
    names = f"{code(first)} ... {code(others[-1])}" if others else code(first)
    return names, code(declared.type), "yes" if declared.may_be_null else "", column.meaning


PAGE = Page(FOLDER / "snapshot.md", render)
