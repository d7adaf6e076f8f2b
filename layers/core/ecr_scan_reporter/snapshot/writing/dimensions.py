"""Names that many rows share, each with a number."""

import sqlite3


class Names:
    """The names of a table with the columns `id` and `name`, and further columns that a new name fills with `''`."""

    def __init__(self, connection: sqlite3.Connection, table: str, insert: str) -> None:
        self._connection = connection
        self._insert = insert
        self._ids = {name: id_ for id_, name in connection.execute(f"SELECT id, name FROM {table}")}
        self._last = max(self._ids.values(), default=0)

    def id(self, name: str) -> int:
        """Return the number of a name, a new one for a new name."""
        known = self._ids.get(name)
        if known is None:
            known = self._ids[name] = self._last = self._last + 1
            self._connection.execute(self._insert, (known, name))
        return known
