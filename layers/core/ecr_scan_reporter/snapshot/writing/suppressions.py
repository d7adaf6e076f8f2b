"""Suppressions as they are now: which concern an image, and which images a changed one concerns."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ecr_scan_reporter.domain.suppressions.fields import suppression_fields
from ecr_scan_reporter.domain.suppressions.rules import Match, Suppression, applies_to, matcher
from ecr_scan_reporter.snapshot.writing.dimensions import Names
from ecr_scan_reporter.snapshot.writing.findings import is_fixable
from ecr_scan_reporter.snapshot.writing.results import packages_of

_OF_FINDINGS = """SELECT finding.id, vulnerability.name, finding.rank, package.name, finding.also,
    finding.fixed_in, finding.fix_available FROM f.finding
    JOIN f.vulnerability ON vulnerability.id = finding.vulnerability_id
    JOIN f.package ON package.id = finding.package_id"""
_IMAGES = """SELECT DISTINCT image.id, repository.name, image.tags FROM image
    JOIN repository ON repository.id = image.repository_id
    WHERE image.set_id IN (SELECT set_component.set_id FROM f.component_finding
        JOIN f.set_component ON set_component.component_id = component_finding.component_id
        WHERE component_finding.finding_id IN (SELECT value FROM json_each(?)))"""
_SUPPRESSED_BY = """SELECT DISTINCT image_id FROM f.suppressed
    JOIN f.suppression ON suppression.id = suppressed.suppression_id WHERE suppression.name = ?"""


def _by_id(suppression: Suppression) -> str:
    return suppression.id


@dataclass(frozen=True, slots=True)
class _OfRepository:
    """What concerns a repository: `always`, which is what `match` finds, and images with certain tags."""

    always: Sequence[Suppression]
    tagged: Sequence[Suppression]
    match: Match | None


class Suppressions:
    """The suppressions in force on a day. Each repository asks its own part of them."""

    def __init__(self, suppressions: Iterable[Suppression], today: date) -> None:
        self.today = today
        self._in_force = sorted((each for each in suppressions if each.holds_on(today)), key=_by_id)
        self._of_repository: dict[str, _OfRepository] = {}
        self._matches: dict[tuple[str, ...], Match | None] = {}

    def match(self, repository: str, tags: Sequence[str]) -> Match | None:
        """Return what finds the suppression of a finding in an image, None where none concerns the image."""
        known = self._of_repository.get(repository)
        if known is None:
            concern = [each for each in self._in_force if applies_to(each, repository, None)]
            always = [each for each in concern if each.tag is None]
            known = _OfRepository(always, [each for each in concern if each.tag is not None], self._match(always))
            self._of_repository[repository] = known
        tagged = [each for each in known.tagged if applies_to(each, repository, tags)]
        return self._match(sorted([*known.always, *tagged], key=_by_id)) if tagged else known.match

    def _match(self, suppressions: Sequence[Suppression]) -> Match | None:
        """Return what finds which of these suppressions hides a finding: all of them concern the image."""
        key = tuple(each.id for each in suppressions)
        if key not in self._matches:
            everywhere = [replace(each, repository=None, tag=None) for each in suppressions]
            self._matches[key] = matcher(everywhere, repository="", tags=(), today=self.today)
        return self._matches[key]

    def facts(self) -> dict[str, str]:
        """Return what decides what each suppression hides, by id."""
        return {each.id: json.dumps(suppression_fields(each), sort_keys=True) for each in self._in_force}

    def changed(self, before: dict[str, str]) -> list[Suppression]:
        """Return those that are not as they were `before`."""
        facts = self.facts()
        return [each for each in self._in_force if before.get(each.id) != facts[each.id]]


class SuppressionsWriter:
    """Finds the images whose suppressed findings may have changed since the snapshot before."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._names = Names(connection, "f.suppression", "INSERT INTO f.suppression VALUES(?, ?, '')")

    def id(self, name: str) -> int:
        """Return the number of a suppression."""
        return self._names.id(name)

    def affected_images(self, suppressions: Suppressions) -> set[int]:
        """Return the images that a suppression concerns which is new, changed or ended since the last build."""
        before = dict(self._connection.execute("SELECT name, facts FROM f.suppression WHERE facts != ''"))
        facts, changed = suppressions.facts(), suppressions.changed(before)
        images: set[int] = set()
        for name in [name for name, text in before.items() if facts.get(name) != text]:
            images.update(image for (image,) in self._connection.execute(_SUPPRESSED_BY, (name,)))
        return images | self._matched(changed, suppressions) if changed else images

    def write(self, suppressions: Suppressions) -> None:
        """Write the suppressions as they are."""
        self._connection.execute("UPDATE f.suppression SET facts = ''")
        for name, text in suppressions.facts().items():
            self._connection.execute("UPDATE f.suppression SET facts = ? WHERE id = ?", (text, self.id(name)))

    def _matched(self, changed: Sequence[Suppression], suppressions: Suppressions) -> set[int]:
        everywhere = [replace(each, repository=None, tag=None) for each in changed]
        match = matcher(everywhere, repository="", tags=(), today=suppressions.today)
        findings = [
            finding
            for finding, name, rank, package, also, *fix in self._connection.execute(_OF_FINDINGS)
            if match and match(name, rank, packages_of(package, also), is_fixable(*fix))
        ]
        rows = self._connection.execute(_IMAGES, (json.dumps(findings),)) if findings else ()
        return {
            image
            for image, repository, tags in rows
            if any(applies_to(each, repository, json.loads(tags)) for each in changed)
        }
