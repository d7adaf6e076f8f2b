"""Names that many rows share."""

import sqlite3

from ecr_scan_reporter.snapshot.writing.dimensions import Names


def test_a_new_name_has_the_number_after_the_highest_and_keeps_it() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE owner(id INTEGER PRIMARY KEY, name TEXT)")
    connection.execute("INSERT INTO owner VALUES(7, 'alice'), (3, 'bob')")
    names = Names(connection, "owner", "INSERT INTO owner VALUES(?, ?)")
    assert [names.id(name) for name in ("carol", "alice", "dave", "carol")] == [8, 7, 9, 8]
    assert connection.execute("SELECT max(id) FROM owner").fetchone() == (9,)
    connection.close()
