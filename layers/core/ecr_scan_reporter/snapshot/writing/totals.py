"""Write what is added up: totals and coverage of repositories, and in how many of their images each CVE is."""

import json
import sqlite3
from collections.abc import Iterable

from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.snapshot.schema import COUNTS, SUPPRESSED_COUNTS

_NUMBERS = (*COUNTS, *SUPPRESSED_COUNTS)
_TOTAL = f"""INSERT INTO total
    SELECT repository_id, count(*), sum(status IN ('{CoverageStatus.CURRENT}', '{CoverageStatus.STALE}')), sum(size),
    {", ".join(f"sum({column})" for column in _NUMBERS)} FROM image GROUP BY repository_id"""
_COVERAGE = """INSERT INTO coverage SELECT repository_id, status, count(*), min(scanned) FROM image
    GROUP BY repository_id, status"""
_BY_RANK = ", ".join(f"sum(rank = {severity.rank})" for severity in Severity)
_WORST = """SELECT repository_id, vulnerability_id, min(rank) AS rank FROM f.repository_vulnerability
    WHERE images > 0 AND repository_id IN"""
_UNIQUE_OF_REPOSITORIES = f"""INSERT INTO unique_total SELECT 'repository', repository_id, {_BY_RANK} FROM (
    {_WORST} (SELECT value FROM json_each(?)) GROUP BY repository_id, vulnerability_id) GROUP BY repository_id"""
_UNIQUE_OF_OWNER = f"""INSERT INTO unique_total SELECT 'owner', ?1, {_BY_RANK} FROM (
    {_WORST} (SELECT id FROM repository WHERE owner_id = ?1) GROUP BY vulnerability_id) HAVING count(*) > 0"""


def write_totals(connection: sqlite3.Connection) -> None:
    """Add up the images of each repository."""
    for statement in ("DELETE FROM total", "DELETE FROM coverage", _TOTAL, _COVERAGE):
        connection.execute(statement)


def write_unique_totals(connection: sqlite3.Connection, repositories: Iterable[int], owners: Iterable[int]) -> None:
    """Count the different CVEs of repositories and of their owners, and of these `owners`.

    Each counts with the worst severity that it has in the repository, or in those of the owner.
    """
    listed = json.dumps(sorted(repositories))
    connection.execute(
        "DELETE FROM unique_total WHERE kind = 'repository' AND id IN (SELECT value FROM json_each(?))", (listed,)
    )
    connection.execute(_UNIQUE_OF_REPOSITORIES, (listed,))
    of_repositories = connection.execute(
        "SELECT DISTINCT owner_id FROM repository WHERE id IN (SELECT value FROM json_each(?))", (listed,)
    )
    for owner in sorted({owner for (owner,) in of_repositories} | set(owners)):
        connection.execute("DELETE FROM unique_total WHERE kind = 'owner' AND id = ?", (owner,))
        connection.execute(_UNIQUE_OF_OWNER, (owner,))
