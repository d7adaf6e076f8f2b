"""Write what is added up: totals and coverage of repositories, and in how many of their images each CVE is."""

import json
import sqlite3
from collections import Counter
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
_SETS = "SELECT set_id, count(*) FROM image WHERE repository_id = ? AND set_id IS NOT NULL GROUP BY set_id"
_VULNERABILITIES = """SELECT DISTINCT finding.vulnerability_id FROM f.set_component
    JOIN f.component_finding ON component_finding.component_id = set_component.component_id
    JOIN f.finding ON finding.id = component_finding.finding_id WHERE set_component.set_id = ?"""
# An image has a CVE suppressed when all findings of the CVE in it are.
_HIDDEN = """SELECT vulnerability_id, count(*) FROM (
    SELECT suppressed.image_id, image.set_id, finding.vulnerability_id, count(*) AS hidden FROM image
    JOIN f.suppressed ON suppressed.image_id = image.id JOIN f.finding ON finding.id = suppressed.finding_id
    WHERE image.repository_id = ? GROUP BY 1, 2, 3) AS of_image
    WHERE hidden = (SELECT count(*) FROM f.finding
        JOIN f.component_finding ON component_finding.finding_id = finding.id
        JOIN f.set_component ON set_component.component_id = component_finding.component_id
        WHERE finding.vulnerability_id = of_image.vulnerability_id AND set_component.set_id = of_image.set_id)
    GROUP BY vulnerability_id"""


_BY_RANK = ", ".join(f"sum(rank = {severity.rank})" for severity in Severity)
_UNIQUE_OF_REPOSITORIES = f"""INSERT INTO unique_total SELECT 'repository', repository_id, {_BY_RANK}
    FROM f.repository_vulnerability JOIN f.vulnerability ON vulnerability.id = vulnerability_id
    WHERE repository_vulnerability.images > 0 AND repository_id IN (SELECT value FROM json_each(?))
    GROUP BY repository_id"""
_UNIQUE_OF_OWNER = f"""INSERT INTO unique_total SELECT 'owner', ?1, {_BY_RANK} FROM (
    SELECT DISTINCT vulnerability.id, rank FROM f.repository_vulnerability
    JOIN f.vulnerability ON vulnerability.id = vulnerability_id
    WHERE repository_vulnerability.images > 0
    AND repository_id IN (SELECT id FROM repository WHERE owner_id = ?1)) HAVING count(*) > 0"""


def write_totals(connection: sqlite3.Connection) -> None:
    """Add up the images of each repository."""
    for statement in ("DELETE FROM total", "DELETE FROM coverage", _TOTAL, _COVERAGE):
        connection.execute(statement)


def write_vulnerabilities(connection: sqlite3.Connection, repositories: Iterable[int]) -> None:
    """Count the images of repositories that have each CVE, and correct the number of the whole registry."""
    difference: Counter[int] = Counter()
    hidden_difference: Counter[int] = Counter()
    for repository in repositories:
        for vulnerability, images, hidden in connection.execute(
            "SELECT vulnerability_id, images, suppressed_images FROM f.repository_vulnerability"
            " WHERE repository_id = ?",
            (repository,),
        ):
            difference[vulnerability] -= images
            hidden_difference[vulnerability] -= hidden
        images = _count(connection, repository)
        hidden_images = dict(connection.execute(_HIDDEN, (repository,)))
        connection.execute("DELETE FROM f.repository_vulnerability WHERE repository_id = ?", (repository,))
        rows = [
            (
                repository,
                vulnerability,
                number - hidden_images.get(vulnerability, 0),
                hidden_images.get(vulnerability, 0),
            )
            for vulnerability, number in sorted(images.items())
        ]
        connection.executemany("INSERT INTO f.repository_vulnerability VALUES(?, ?, ?, ?)", rows)
        for _, vulnerability, number, hidden in rows:
            difference[vulnerability] += number
            hidden_difference[vulnerability] += hidden
    connection.executemany(
        "UPDATE f.vulnerability SET images = images + ?, suppressed_images = suppressed_images + ? WHERE id = ?",
        [
            (difference[each], hidden_difference[each], each)
            for each in sorted(difference.keys() | hidden_difference.keys())
            if difference[each] or hidden_difference[each]
        ],
    )


def _count(connection: sqlite3.Connection, repository: int) -> Counter[int]:
    counts: Counter[int] = Counter()
    for finding_set, images in connection.execute(_SETS, (repository,)).fetchall():
        for (vulnerability,) in connection.execute(_VULNERABILITIES, (finding_set,)):
            counts[vulnerability] += images
    return counts


def write_unique_totals(connection: sqlite3.Connection, repositories: Iterable[int], owners: Iterable[int]) -> None:
    """Count the different CVEs of repositories and of their owners, and of these `owners`."""
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


def repositories_with(connection: sqlite3.Connection, vulnerabilities: Iterable[int]) -> set[int]:
    """Return the repositories that have one of these vulnerabilities."""
    listed = json.dumps(sorted(vulnerabilities))
    return {
        repository
        for (repository,) in connection.execute(
            """SELECT DISTINCT repository_id FROM f.repository_vulnerability
            WHERE vulnerability_id IN (SELECT value FROM json_each(?))""",
            (listed,),
        )
    }
