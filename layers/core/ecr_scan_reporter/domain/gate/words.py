"""A check in words: the verdict on one line, what it rests on, and what its reader has to know."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from ecr_scan_reporter.domain.exploits.known import FeedCopy
from ecr_scan_reporter.domain.exploits.scores import ATTRIBUTION
from ecr_scan_reporter.domain.findings.deadlines import describe_deadline
from ecr_scan_reporter.domain.findings.facts import describe_facts
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.findings.remediation import due_on
from ecr_scan_reporter.domain.gate.checks import AppliedRule, Check, CheckedImage, Verdict
from ecr_scan_reporter.domain.gate.conditions import ConditionKind
from ecr_scan_reporter.domain.gate.judgement import HINTS
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.fields import suppression_fields
from ecr_scan_reporter.domain.suppressions.rules import describe
from ecr_scan_reporter.domain.text import describe_counts, describe_moment, many, one_line
from ecr_scan_reporter.domain.thresholds import OFF, threshold_level

WORDS: Mapping[Verdict, str] = {
    Verdict.PASSED: "PASSED",
    Verdict.AGAINST_POLICY: "FAILED",
    Verdict.NOT_SCANNED: "NOT SCANNED",
    Verdict.NOT_JUDGED: "NOT JUDGED",
}
MAX_RULES = 20


def headline(check: Check) -> str:
    """Return the verdict and its reason on one line."""
    return one_line(f"{WORDS[check.verdict]}: {check.name} {_reason(check)}")


def _reason(check: Check) -> str:
    if check.problem:
        return f"was not judged: {check.problem}"
    match check.verdict:
        case Verdict.AGAINST_POLICY:
            return f"is against the policy: {_breaches(check)}"
        case Verdict.NOT_SCANNED:
            return f"has no scan result: {_joined(check, Verdict.NOT_SCANNED)}"
        case Verdict.NOT_JUDGED:
            return f"cannot be judged: {_joined(check, Verdict.NOT_JUDGED)}"
    return f"is within the policy {check.policy}{_not_judged(check)}: {_found(check)}"


def _not_judged(check: Check) -> str:
    names = dict.fromkeys(each.condition.name for image in check.images for each in image.judgement.unjudged)
    return f" ({', '.join(names)} not judged)" if names else ""


def _breaches(check: Check) -> str:
    return "; ".join(
        _of_image(check, image, ", ".join(map(str, image.judgement.breaches)))
        for image in check.images
        if image.judgement.breaches
    )


def _joined(check: Check, verdict: Verdict) -> str:
    images = (image for image in check.images if image.verdict(check.policy) is verdict)
    return "; ".join(_of_image(check, image, image.problem or _unjudged(image)) for image in images)


def _unjudged(image: CheckedImage) -> str:
    return ", ".join(f"{outcome.condition.name}: {outcome.unknown}" for outcome in image.judgement.unjudged)


def _of_image(check: Check, image: CheckedImage, text: str) -> str:
    return f"{text} in {image.platform or image.image.name}" if len(check.images) > 1 else text


def _found(check: Check) -> str:
    return "; ".join(_of_image(check, image, describe_found(image)) for image in check.images)


def describe_found(image: CheckedImage) -> str:
    """Say how many findings count: '1 high, 3 low', 'no findings'."""
    counts = Counter(finding.severity for finding in image.judgement.counted)
    return describe_counts(counts, list(Severity)) or "no findings that count"


def known_of(check: Check, finding: Finding) -> str:
    """Say what is known of a finding beyond its name and package."""
    due = due_on(finding, check.policy.remediation_days) if check.policy.has(ConditionKind.OVERDUE) else None
    deadline = describe_deadline(due, check.checked_at.astimezone(UTC).date())
    return "; ".join(filter(None, (deadline, *describe_facts(finding, check.checked_at))))


def describe_hidden(image: CheckedImage, least: Severity) -> str:
    """Say how many findings that count the level of the report leaves out; empty for none."""
    hidden = len(image.judgement.counted) - len(image.shown(least))
    return f"and {hidden:,} less severe, which --report-level leaves out" if hidden else ""


def describe_breaches(image: CheckedImage, finding: Finding) -> str:
    """Name the breached conditions that count a finding: 'critical, exploited'."""
    return ", ".join(condition.name for condition in image.judgement.breached_by(finding))


def image_facts(image: CheckedImage) -> Iterator[tuple[str, str]]:
    """Yield what a verdict about one image rests on: names, and facts in words."""
    repository = image.image.repository
    yield "image", f"{repository.name}@{image.image.digest} in {repository.registry_id}, {repository.region}"
    if image.result:
        yield "scanned", _scanned(image.result)
        yield "findings", _findings(image, image.result)
    yield from (("note", one_line(note)) for note in image.notes)


def _scanned(result: ScanResult) -> str:
    source = result.vulnerability_source_updated_at
    known = f", with ECR's vulnerabilities of {describe_moment(source)}" if source else ""
    return f"{describe_moment(result.completed_at)}{known}"


def _findings(image: CheckedImage, result: ScanResult) -> str:
    parts = (
        describe_counts(Counter(finding.severity for finding in result.findings), list(Severity)) or "none",
        f"{len(result.suppressed)} suppressed" if result.suppressed else "",
        f"{image.known} in the baseline too" if image.known else "",
        f"{image.unfixable} without a fix" if image.unfixable else "",
    )
    return "; ".join(filter(None, parts))


def check_facts(check: Check) -> Iterator[tuple[str, str]]:
    """Yield what a verdict rests on beside the scans."""
    yield "policy", f"{check.policy} ({check.policy.source})"
    if check.policy.only_fixable:
        yield "counted", "findings that have a fix, and those of which nobody knows whether they have one"
    if check.baseline:
        yield "counted", f"findings that {check.baseline} lacks, or has less severe"
    if check.policy.has(ConditionKind.OVERDUE):
        yield "deadlines", f"in days: {check.policy.remediation_days}"
    epss = f"{_feed(check.exploits.epss)}{f' ({ATTRIBUTION})' if check.exploits.epss else ''}"
    yield "exploits", f"KEV: {_feed(check.exploits.kev)}; EPSS: {epss}"
    for rule in check.applied[:MAX_RULES]:
        yield "suppressed", describe_rule(rule)
    if len(check.applied) > MAX_RULES:
        yield "suppressed", f"by {len(check.applied) - MAX_RULES} further rules"


def _feed(feed: FeedCopy | None) -> str:
    return f"as of {describe_moment(feed.as_of)}" if feed else "not known"


def describe_rule(rule: AppliedRule) -> str:
    """Say which suppression hides how many findings, why, and until when."""
    fields = suppression_fields(rule.suppression)
    where = "of the file, " if rule.is_ignored else ""
    return one_line(
        f"{many(rule.count, 'finding')} by {describe(rule.suppression)} ({where}until {fields['until']}): "
        f"{rule.suppression.reason}"
    )


def warnings(check: Check, now: datetime) -> list[str]:
    """Return what the reader of a verdict has to know, most of all of a good one."""
    return [one_line(text) for text in dict.fromkeys((*_of_policy(check, now), *check.notes, *check.unmatched))]


def _of_policy(check: Check, now: datetime) -> Iterator[str]:
    if not check.policy.conditions:
        yield f"the policy is {OFF}: whatever the scan finds passes"
    for image in check.images:
        # The same holds for all images of an index: it is said once.
        yield from (
            f"{outcome.condition.name} could not be judged: {outcome.unknown}; {HINTS[outcome.unknown]}"
            for outcome in image.judgement.unjudged
        )
        yield from (_of_image(check, image, text) for text in _of_findings(check, image))
    gap = check.policy.gap if check.policy.is_explicit else None
    if gap:
        yield f"each severity counts by itself, and no condition is about {gap.lower()} findings"
    for name, feed in (("KEV", check.exploits.kev), ("EPSS", check.exploits.epss)):
        if feed and feed.is_old(now):
            yield f"the copy of {name} is old: it was fetched {describe_moment(feed.fetched_at)}"


def _of_findings(check: Check, image: CheckedImage) -> Iterator[str]:
    unrated = sum(threshold_level(each.severity) is Severity.UNDEFINED for each in image.judgement.counted)
    has_condition = any(
        condition.severity is Severity.UNDEFINED or condition.kind is ConditionKind.ANY
        for condition in check.policy.conditions
    )
    if unrated and check.policy.conditions and not has_condition:
        yield f"{many(unrated, 'finding')} without a severity: no condition counts them, undefined=1 would"
    unscored = sum(each.epss is None for each in image.judgement.counted)
    if unscored and check.exploits.epss and check.policy.has(ConditionKind.EPSS):
        yield f"{many(unscored, 'finding')} without EPSS (yet): the condition of EPSS does not count them"
    if image.unknown_fixes:
        yield (
            f"the fix of {many(image.unknown_fixes, 'finding')} is unknown, as always in basic scanning: "
            "--only-fixable counts them"
        )
