"""Suppressions: for which findings they hold, why, until when, and who made them."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fnmatch import translate
from functools import lru_cache

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.ends import FIXED, End
from ecr_scan_reporter.domain.suppressions.kinds import DEFAULT_KIND, Justification, SuppressionKind

GLOB_CHARACTERS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One suppression. A glob (`*`, `?`, `[...]`) is None where the suppression does not care.

    `most_severity` is the most severe level that the suppression hides: a finding above it is still reported.
    Only the kinds of JUSTIFIED_KINDS may have a `justification`.
    """

    id: str
    cve: str
    reason: str
    until: End
    created_by: str
    created_at: datetime
    repository: str | None = None
    tag: str | None = None
    package: str | None = None
    most_severity: Severity | None = None
    kind: SuppressionKind = DEFAULT_KIND
    justification: Justification | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the suppression is in force on a day (UTC), at least for findings without a fix."""
        return not isinstance(self.until, date) or day <= self.until


def suppress(
    findings: Iterable[Finding],
    *,
    repository: str,
    tags: Sequence[str],
    suppressions: Iterable[Suppression],
    today: date,
) -> tuple[Finding, ...]:
    """Return the same findings, each with the id of the first suppression (by id) that matches it, or with none.

    A suppression with a tag matches an image when one of the image's tags matches, so never an untagged image. A
    suppression with a package matches a finding when all packages of the finding match: it never hides more than it
    says. One that holds until a fix is known matches no finding that is fixable. Names of CVEs match in any case, all
    else as it is written; `*` also stands for `/`.
    """
    match = matcher(suppressions, repository=repository, tags=tags, today=today)

    def first_match(finding: Finding) -> str:
        packages = (finding.package, *(package for package, _ in finding.also))
        return match(finding.name, finding.severity.rank, packages, finding.is_fixable) if match else ""

    return tuple(_marked(finding, first_match(finding)) for finding in findings)


Match = Callable[[str, int, tuple[str, ...], bool], str]
"""Returns the id of the suppression of a finding, empty where none matches.

The finding is its CVE, its rank, its packages, and whether it is fixable.
"""


def matcher(suppressions: Iterable[Suppression], *, repository: str, tags: Sequence[str], today: date) -> Match | None:
    """Return what finds the first suppression (by id) of a finding in an image, by the rules of `suppress`.

    Return None where no suppression concerns the image.
    """
    in_force = sorted((each for each in suppressions if each.holds_on(today)), key=lambda each: each.id)
    matchers = [_Matcher(each) for each in in_force if applies_to(each, repository, tags)]
    if not matchers:
        return None
    # Many findings share few packages, and most suppressions are for one package.
    of_packages: dict[tuple[str, ...], list[_Matcher]] = {}

    def first_match(name: str, rank: int, packages: tuple[str, ...], is_fixable: bool) -> str:
        if packages not in of_packages:
            of_packages[packages] = [each for each in matchers if each.is_for(packages)]
        upper = name.upper()
        for each in of_packages[packages]:
            if rank >= each.lowest_rank and each.cve(upper) and not (is_fixable and each.is_until_fixed):
                return each.id
        return ""

    return first_match


def _marked(finding: Finding, suppression_id: str) -> Finding:
    return finding if finding.suppressed_by == suppression_id else replace(finding, suppressed_by=suppression_id)


def applies_to(suppression: Suppression, repository: str, tags: Sequence[str] | None) -> bool:
    """Tell whether a suppression concerns an image; with None for the tags, some image of the repository."""
    if suppression.repository is not None and not glob_test(suppression.repository)(repository):
        return False
    return suppression.tag is None or tags is None or any(map(glob_test(suppression.tag), tags))


class _Matcher:
    """Tests findings of an image to which one suppression applies."""

    def __init__(self, suppression: Suppression) -> None:
        self.id = suppression.id
        self.cve = glob_test(suppression.cve.upper())
        self.lowest_rank = 0 if suppression.most_severity is None else suppression.most_severity.rank
        self.is_until_fixed = suppression.until is FIXED
        self._package = None if suppression.package is None else glob_test(suppression.package)

    def is_for(self, packages: Sequence[str]) -> bool:
        """Tell whether all these packages match the suppression's."""
        return self._package is None or all(map(self._package, packages))


@lru_cache(maxsize=4096)
def glob_test(glob: str) -> Callable[[str], object]:
    """Return what tells whether a text matches a glob, in the case in which it is written."""
    # Most globs are none, and a regular expression takes longer to compile than all of its matches take.
    return glob.__eq__ if GLOB_CHARACTERS.isdisjoint(glob) else re.compile(translate(glob)).match


def scope(suppression: Suppression) -> str:
    """Return one line about what a suppression matches, without its id."""
    parts = (
        suppression.cve,
        f" in {suppression.package}" if suppression.package else "",
        f" of {suppression.repository}" if suppression.repository else "",
        f", tag {suppression.tag}" if suppression.tag else "",
        f", up to {suppression.most_severity.value}" if suppression.most_severity else "",
    )
    return "".join(parts)


def describe(suppression: Suppression) -> str:
    """Return one line with a suppression's id and scope, and its kind where that is not the usual one."""
    kind = f" ({suppression.kind.value})" if suppression.kind is not DEFAULT_KIND else ""
    return f"{suppression.id}: {scope(suppression)}{kind}"


def ending(suppressions: Iterable[Suppression], today: date, within_days: int = 14) -> list[Suppression]:
    """Return the suppressions in force whose last day is at most so many days away, soonest first."""
    return _ending_between(suppressions, today, today + timedelta(days=within_days))


def ended(suppressions: Iterable[Suppression], today: date, since: date) -> list[Suppression]:
    """Return the suppressions that were in force on the day `since` and are no more, by their last day."""
    return _ending_between(suppressions, since, today - timedelta(days=1))


def _ending_between(suppressions: Iterable[Suppression], first: date, last: date) -> list[Suppression]:
    dated = [(each.until, each.id, each) for each in suppressions if isinstance(each.until, date)]
    return [each for day, _, each in sorted(dated, key=lambda entry: entry[:2]) if first <= day <= last]


def unmatched(
    suppressions: Iterable[Suppression], matched_ids: Collection[str], *, made_before: datetime, today: date
) -> list[Suppression]:
    """Return the suppressions in force, made before a moment, that have matched no finding, by id."""
    idle = (each for each in suppressions if each.holds_on(today) and each.created_at < made_before)
    return sorted((each for each in idle if each.id not in matched_ids), key=lambda each: each.id)
