"""In how many images of each repository each vulnerability is: counted anew, or corrected by the changed images.

Images are counted by the worst severity that the vulnerability has in them. So the worst in a repository follows, also
when the image that had it is gone.
"""

import sqlite3
from collections import Counter
from dataclasses import dataclass

_OF_IMAGE = """SELECT finding.id, finding.vulnerability_id, suppressed.finding_id IS NOT NULL, finding.rank FROM image
    JOIN f.set_component ON set_component.set_id = image.set_id
    JOIN f.component_finding ON component_finding.component_id = set_component.component_id
    JOIN f.finding ON finding.id = component_finding.finding_id
    LEFT JOIN f.suppressed ON suppressed.finding_id = finding.id AND suppressed.image_id = image.id
    WHERE image.id = ?"""
_CHANGE = """INSERT INTO f.repository_vulnerability VALUES(?, ?, ?, ?, ?)
    ON CONFLICT(repository_id, vulnerability_id, rank) DO UPDATE SET
    images = images + excluded.images, suppressed_images = suppressed_images + excluded.suppressed_images"""
_FORGET = """DELETE FROM f.repository_vulnerability
    WHERE repository_id = ? AND vulnerability_id = ? AND rank = ? AND images = 0 AND suppressed_images = 0"""
_FINDING = "UPDATE f.finding SET images = images + ? WHERE id = ?"
_TOTAL = "UPDATE f.vulnerability SET images = images + ?, suppressed_images = suppressed_images + ? WHERE id = ?"

# Each takes about 10 KB with 100 findings. Where more images change, all are counted anew.
MAX_REMEMBERED = 20_000
_FORGET_ALL = (
    "DELETE FROM f.repository_vulnerability",
    "UPDATE f.finding SET images = 0 WHERE images != 0",
    "UPDATE f.vulnerability SET images = 0, suppressed_images = 0 WHERE images != 0 OR suppressed_images != 0",
)

_REPOSITORY_SETS = """SELECT set_id, count(*), group_concat(id) FROM image
    WHERE repository_id = ? AND set_id IS NOT NULL GROUP BY set_id"""
_OF_SET = """SELECT finding.id, finding.vulnerability_id, finding.rank FROM f.set_component
    JOIN f.component_finding ON component_finding.component_id = set_component.component_id
    JOIN f.finding ON finding.id = component_finding.finding_id WHERE set_component.set_id = ?"""
_HIDDEN = "SELECT DISTINCT image_id FROM f.suppressed JOIN image ON image.id = image_id WHERE repository_id = ?"

_ByRank = Counter[tuple[int, int]]
"""Numbers of images by vulnerability, and by the worst rank that it has in them."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The findings of an image, and its vulnerabilities.

    Of each, whether it is suppressed (all its findings are), and the rank of the worst of those that count.
    """

    findings: frozenset[int]
    vulnerabilities: dict[int, tuple[bool, int]]


class Occurrences:
    """Counts images. Tell it of each image before its findings change or go."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._before: dict[int, tuple[int, _Found]] = {}
        self._is_too_much = False

    def remember(self, image: int) -> None:
        """Remember what an image has now."""
        if len(self._before) == MAX_REMEMBERED:
            self._before.clear()
            self._is_too_much = True
        if image not in self._before and not self._is_too_much:
            statement = "SELECT repository_id FROM image WHERE id = ?"
            (repository,) = self._connection.execute(statement, (image,)).fetchone()
            self._before[image] = (repository, self._of(image))

    def correct(self) -> set[int]:
        """Correct the counts by what has changed of the images; return the repositories whose counts may have."""
        if self._is_too_much:
            for statement in _FORGET_ALL:
                self._connection.execute(statement)
            return self.count_all()
        findings: Counter[int] = Counter()
        reported: Counter[tuple[int, int, int]] = Counter()
        hidden: Counter[tuple[int, int, int]] = Counter()
        for image, (repository, before) in self._before.items():
            after = self._of(image)
            findings.subtract(before.findings - after.findings)
            findings.update(after.findings - before.findings)
            for found, sign in ((before, -1), (after, 1)):
                for vulnerability, (is_hidden, rank) in found.vulnerabilities.items():
                    (hidden if is_hidden else reported)[repository, vulnerability, rank] += sign
        changed = sorted(key for key in reported.keys() | hidden.keys() if reported[key] or hidden[key])
        self._connection.executemany(_CHANGE, [(*key, reported[key], hidden[key]) for key in changed])
        self._connection.executemany(_FORGET, changed)
        self._connection.executemany(_TOTAL, [(reported[key], hidden[key], key[1]) for key in changed])
        self._connection.executemany(_FINDING, [(number, finding) for finding, number in findings.items() if number])
        self._before.clear()
        return {repository for repository, *_ in changed}

    def count_all(self) -> set[int]:
        """Count all images, where nothing is counted yet; return all repositories."""
        findings: Counter[int] = Counter()
        repositories = [row for (row,) in self._connection.execute("SELECT id FROM repository ORDER BY id")]
        for repository in repositories:
            reported, hidden = self._count(repository, findings)
            names = sorted(reported.keys() | hidden.keys())
            rows = [(repository, *each, reported[each], hidden[each]) for each in names]
            self._connection.executemany("INSERT INTO f.repository_vulnerability VALUES(?, ?, ?, ?, ?)", rows)
        self._connection.executemany(_FINDING, [(number, finding) for finding, number in findings.items()])
        self._connection.execute(
            """UPDATE f.vulnerability SET (images, suppressed_images) = (counted.images, counted.suppressed_images)
            FROM (SELECT vulnerability_id, sum(images) AS images, sum(suppressed_images) AS suppressed_images
                FROM f.repository_vulnerability GROUP BY vulnerability_id) AS counted
            WHERE counted.vulnerability_id = vulnerability.id"""
        )
        self._before.clear()
        return set(repositories)

    def _count(self, repository: int, findings: Counter[int]) -> tuple[_ByRank, _ByRank]:
        """Count set by set: only images with suppressed findings differ from others with the same set."""
        reported: _ByRank = Counter()
        hidden: _ByRank = Counter()
        partial = {image for (image,) in self._connection.execute(_HIDDEN, (repository,))}
        for finding_set, images, listed in self._connection.execute(_REPOSITORY_SETS, (repository,)).fetchall():
            alone = partial.intersection(map(int, listed.split(",")))
            of_set = self._connection.execute(_OF_SET, (finding_set,)).fetchall()
            worst: dict[int, int] = {}
            for finding, vulnerability, rank in of_set:
                findings[finding] += images
                if rank <= worst.get(vulnerability, rank):
                    worst[vulnerability] = rank
            for key in worst.items():
                reported[key] += images - len(alone)
            for image in alone:
                for vulnerability, (is_hidden, rank) in self._of(image).vulnerabilities.items():
                    (hidden if is_hidden else reported)[vulnerability, rank] += 1
        return +reported, hidden

    def _of(self, image: int) -> _Found:
        findings: set[int] = set()
        vulnerabilities: dict[int, tuple[bool, int]] = {}
        for finding, vulnerability, is_hidden, rank in self._connection.execute(_OF_IMAGE, (image,)):
            findings.add(finding)
            each = bool(is_hidden), rank
            known = vulnerabilities.get(vulnerability)
            if known is None or each < known:
                vulnerabilities[vulnerability] = each
        return _Found(frozenset(findings), vulnerabilities)
