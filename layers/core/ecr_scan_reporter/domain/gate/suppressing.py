"""Suppressions of a gate: those of the account first, then the rules of a file."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.gate.checks import AppliedRule
from ecr_scan_reporter.domain.registry.images import ScannedImage
from ecr_scan_reporter.domain.suppressions.rules import Suppression, applies_to, describe, suppress


@dataclass(frozen=True, slots=True)
class Rules:
    """The suppressions of the account, and those of the file of --ignore, which may have the same ids."""

    account: Sequence[Suppression] = ()
    ignored: Sequence[Suppression] = ()

    def apply(self, image: ScannedImage, findings: Sequence[Finding], today: date) -> tuple[Finding, ...]:
        """Return the findings, each with the id of its suppression, as the reporter would; else with that of a file."""
        marked = _suppress(image, findings, self.account, today)
        further = _suppress(image, findings, self.ignored, today)
        return tuple(
            known if known.suppressed_by else replace(known, suppressed_by=ignored.suppressed_by)
            for known, ignored in zip(marked, further, strict=True)
        )


NO_RULES = Rules()


def _suppress(
    image: ScannedImage, findings: Sequence[Finding], rules: Iterable[Suppression], today: date
) -> tuple[Finding, ...]:
    return suppress(findings, repository=image.repository.name, tags=image.tags, suppressions=rules, today=today)


Content = tuple[ScannedImage, Sequence[Finding]]
"""An image with all its findings."""


def applied(rules: Rules, contents: Iterable[Content], today: date) -> tuple[AppliedRule, ...]:
    """Return the suppressions that hide findings of images, those of the account first."""
    of_account, of_file = Counter[str](), Counter[str]()
    for image, findings in contents:
        known = _suppress(image, findings, rules.account, today)
        of_account.update(finding.suppressed_by for finding in known)
        left = [finding for finding in known if not finding.suppressed_by]
        of_file.update(finding.suppressed_by for finding in _suppress(image, left, rules.ignored, today))
    return (*_counted(rules.account, of_account, is_ignored=False), *_counted(rules.ignored, of_file, is_ignored=True))


def _counted(rules: Iterable[Suppression], counts: Counter[str], *, is_ignored: bool) -> Iterator[AppliedRule]:
    for rule in sorted(rules, key=lambda rule: rule.id):
        if counts[rule.id]:
            yield AppliedRule(rule, counts[rule.id], is_ignored)


def unmatched_rules(rules: Rules, contents: Sequence[Content], today: date) -> Iterator[str]:
    """Say of each rule of the file that it has no effect: it has ended, or matches no finding of any of these images.

    A rule for other repositories is for other pipelines that share the file. One that matches only what the account
    suppresses anyway has matched.
    """
    for rule in rules.ignored:
        if not rule.holds_on(today):
            yield f"{describe(rule)} has ended: it ignores nothing any more"
        elif any(applies_to(rule, image.repository.name, None) for image, _ in contents) and not any(
            finding.suppressed_by
            for image, findings in contents
            for finding in _suppress(image, findings, [rule], today)
        ):
            yield f"{describe(rule)} matches no finding"
