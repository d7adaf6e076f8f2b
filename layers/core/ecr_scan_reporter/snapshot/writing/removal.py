"""Remove the findings that no image has any more."""

import sqlite3
from collections.abc import Iterable


def remove_unused(connection: sqlite3.Connection, sets: Iterable[int]) -> None:
    """Remove those of these finding sets that no image has, with what only they had."""
    removed: set[int] = set()
    for finding_set in sorted(sets):
        if not connection.execute("SELECT 1 FROM image WHERE set_id = ? LIMIT 1", (finding_set,)).fetchone():
            removed |= _remove_set(connection, finding_set)
    for vulnerability in sorted(removed):
        _lower(connection, vulnerability)


def remove_unused_packages(connection: sqlite3.Connection) -> None:
    """Remove packages without findings. It reads all packages."""
    connection.execute(
        """DELETE FROM f.package WHERE id NOT IN (SELECT package_id FROM f.finding)
        AND id NOT IN (SELECT package_id FROM f.also) AND id NOT IN (SELECT package_id FROM f.component)"""
    )


def _remove_set(connection: sqlite3.Connection, finding_set: int) -> set[int]:
    components = _ids(connection, "SELECT component_id FROM f.set_component WHERE set_id = ?", finding_set)
    connection.execute("DELETE FROM f.set_component WHERE set_id = ?", (finding_set,))
    connection.execute("DELETE FROM f.finding_set WHERE id = ?", (finding_set,))
    removed: set[int] = set()
    for component in components:
        if not _ids(connection, "SELECT 1 FROM f.set_component WHERE component_id = ? LIMIT 1", component):
            removed |= _remove_component(connection, component)
    return removed


def _remove_component(connection: sqlite3.Connection, component: int) -> set[int]:
    findings = _ids(connection, "SELECT finding_id FROM f.component_finding WHERE component_id = ?", component)
    connection.execute("DELETE FROM f.component_finding WHERE component_id = ?", (component,))
    connection.execute("DELETE FROM f.component WHERE id = ?", (component,))
    removed: set[int] = set()
    for finding in findings:
        if not _ids(connection, "SELECT 1 FROM f.component_finding WHERE finding_id = ? LIMIT 1", finding):
            removed.update(_ids(connection, "SELECT vulnerability_id FROM f.finding WHERE id = ?", finding))
            connection.execute("DELETE FROM f.finding WHERE id = ?", (finding,))
            connection.execute("DELETE FROM f.also WHERE finding_id = ?", (finding,))
    return removed


def _lower(connection: sqlite3.Connection, vulnerability: int) -> None:
    """Give a vulnerability the rank of its findings that are left; without any it is gone."""
    (rank,) = connection.execute(
        "SELECT min(rank) FROM f.finding WHERE vulnerability_id = ?", (vulnerability,)
    ).fetchone()
    if rank is None:
        connection.execute("DELETE FROM f.vulnerability WHERE id = ?", (vulnerability,))
    else:
        connection.execute("UPDATE f.vulnerability SET rank = ?1 WHERE id = ?2 AND rank != ?1", (rank, vulnerability))


def _ids(connection: sqlite3.Connection, statement: str, value: int) -> list[int]:
    return [row for (row,) in connection.execute(statement, (value,))]
