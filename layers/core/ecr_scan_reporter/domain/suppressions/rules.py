"""Rules that take findings out of the reports: for which findings, why, until when, and who said so."""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fnmatch import translate
from functools import lru_cache

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.severities import Severity

GLOB_CHARACTERS = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class Suppression:
    """One rule. A text that is a glob (`*`, `?`, `[...]`) is None where the rule does not care.

    `most_severity` is the most severe level that the rule reaches: a finding above it is reported all the same.
    `until` is the last day (UTC) on which the rule holds, None for a rule without end.
    """

    id: str
    cve: str
    reason: str
    until: date | None
    created_by: str
    created_at: datetime
    repository: str | None = None
    tag: str | None = None
    package: str | None = None
    most_severity: Severity | None = None

    def holds_on(self, day: date) -> bool:
        """Tell whether the rule is in force on a day (UTC)."""
        return self.until is None or day <= self.until


def suppress(
    findings: Iterable[Finding], *, repository: str, tags: Sequence[str], rules: Iterable[Suppression], today: date
) -> tuple[Finding, ...]:
    """Return the same findings, each with the id of the first rule (by id) that matches it, or with none.

    A rule with a tag matches an image when one of the image's tags does, so never an untagged image. A rule with a
    package matches a finding when all of its packages do: it never hides more than it says. Names of CVEs match in
    any case, all else as it is written; `*` also stands for `/`.
    """
    in_force = sorted((rule for rule in rules if rule.holds_on(today)), key=lambda rule: rule.id)
    matchers = [_Matcher(rule) for rule in in_force if _reaches(rule, repository, tags)]
    # Many findings share few packages, and most rules are for one package.
    of_packages: dict[tuple[str, ...], list[_Matcher]] = {}

    def first_match(finding: Finding) -> str:
        name, rank = finding.name.upper(), finding.severity.rank
        packages = (finding.package, *(package for package, _ in finding.also))
        if packages not in of_packages:
            of_packages[packages] = [matcher for matcher in matchers if matcher.is_for(packages)]
        return next((each.id for each in of_packages[packages] if rank >= each.lowest_rank and each.cve(name)), "")

    return tuple(_marked(finding, first_match(finding)) for finding in findings)


def _marked(finding: Finding, rule_id: str) -> Finding:
    return finding if finding.suppressed_by == rule_id else replace(finding, suppressed_by=rule_id)


def _reaches(rule: Suppression, repository: str, tags: Sequence[str]) -> bool:
    if rule.repository is not None and not _test_of(rule.repository)(repository):
        return False
    return rule.tag is None or any(map(_test_of(rule.tag), tags))


class _Matcher:
    """What a rule that reaches an image demands of a finding."""

    def __init__(self, rule: Suppression) -> None:
        self.id = rule.id
        self.cve = _test_of(rule.cve.upper())
        self.lowest_rank = 0 if rule.most_severity is None else rule.most_severity.rank
        self._package = None if rule.package is None else _test_of(rule.package)

    def is_for(self, packages: Sequence[str]) -> bool:
        """Tell whether all these packages are those of the rule."""
        return self._package is None or all(map(self._package, packages))


@lru_cache(maxsize=4096)
def _test_of(glob: str) -> Callable[[str], object]:
    # Most globs are none, and a regular expression takes longer to compile than all of its matches take.
    return glob.__eq__ if GLOB_CHARACTERS.isdisjoint(glob) else re.compile(translate(glob)).match


def reach(rule: Suppression) -> str:
    """Say in one line what a rule matches, without its id."""
    parts = (
        rule.cve,
        f" in {rule.package}" if rule.package else "",
        f" of {rule.repository}" if rule.repository else "",
        f", tag {rule.tag}" if rule.tag else "",
        f", up to {rule.most_severity.value}" if rule.most_severity else "",
    )
    return "".join(parts)


def describe(rule: Suppression) -> str:
    """Say in one line which rule it is and what it matches."""
    return f"{rule.id}: {reach(rule)}"


def ending(rules: Iterable[Suppression], today: date, within_days: int = 14) -> list[Suppression]:
    """Return the rules in force whose last day is at most so many days away, soonest first."""
    return _ending_between(rules, today, today + timedelta(days=within_days))


def ended(rules: Iterable[Suppression], today: date, since: date) -> list[Suppression]:
    """Return the rules that were in force on the day `since` and are no more, by their last day."""
    return _ending_between(rules, since, today - timedelta(days=1))


def _ending_between(rules: Iterable[Suppression], first: date, last: date) -> list[Suppression]:
    found = [(rule.until, rule.id, rule) for rule in rules if rule.until is not None and first <= rule.until <= last]
    return [rule for _, _, rule in sorted(found, key=lambda entry: entry[:2])]


def unmatched(
    rules: Iterable[Suppression], matched_ids: Collection[str], *, made_before: datetime, today: date
) -> list[Suppression]:
    """Return the rules in force that matched nothing though they had the time to, by id."""
    idle = (rule for rule in rules if rule.holds_on(today) and rule.created_at < made_before)
    return sorted((rule for rule in idle if rule.id not in matched_ids), key=lambda rule: rule.id)
