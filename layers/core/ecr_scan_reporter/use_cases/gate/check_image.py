"""Check an image against a policy: find it, have it scanned, judge what the scan found."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from ecr_scan_reporter.domain.exploits.known import NOTHING_KNOWN, Exploits
from ecr_scan_reporter.domain.findings.changes import Baseline, compare
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.findings.importance import sort_findings, with_exploits
from ecr_scan_reporter.domain.gate.checks import Check, CheckedImage
from ecr_scan_reporter.domain.gate.conditions import ConditionKind, threshold_conditions
from ecr_scan_reporter.domain.gate.judgement import judge
from ecr_scan_reporter.domain.gate.policy import GatePolicy, is_fix_unknown, may_be_fixable
from ecr_scan_reporter.domain.gate.suppressing import NO_RULES, Rules, applied, unmatched_rules
from ecr_scan_reporter.domain.registry.images import ScannedImage
from ecr_scan_reporter.domain.registry.tag_options import DEFAULT_OWNER_KEY
from ecr_scan_reporter.domain.thresholds import Thresholds
from ecr_scan_reporter.use_cases.gate.ports import Registry
from ecr_scan_reporter.use_cases.gate.scans import Clock, ScanOutcome, ScanTarget, WaitPolicy, scan_images
from ecr_scan_reporter.use_cases.gate.subjects import NamedSubject, NotFoundError, Subject, find_subjects
from ecr_scan_reporter.use_cases.reporting.stored_findings import Findings, compare_with_stored
from ecr_scan_reporter.use_cases.repository_options import repository_options


@dataclass(frozen=True, slots=True)
class ReporterThresholds:
    """The thresholds of a deployed reporter, over which those of a repository's AWS tags come."""

    thresholds: Thresholds
    known_exploited: int | None


@dataclass(frozen=True, slots=True)
class GateRequest:
    """What to check against what. With `thresholds`, these are the conditions in place of those of the policy."""

    image: NamedSubject
    policy: GatePolicy
    wait: WaitPolicy
    baseline: NamedSubject | None = None
    thresholds: ReporterThresholds | None = None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What is known beside the scan. `history` are stored results, from which findings have their dates.

    `scores_of` returns the EPSS of CVEs that the exploits lack: their copy leaves low scores of unknown images out.
    `table` and `region` name the suppressions of the account for a command, empty where there is no table.
    """

    rules: Rules = NO_RULES
    exploits: Exploits = NOTHING_KNOWN
    scores_of: Callable[[Collection[str]], Mapping[str, float]] = lambda _: {}
    history: Findings | None = None
    table: str = ""
    region: str = ""


def check_image(
    request: GateRequest, knowledge: Knowledge, clock: Clock, on_progress: Callable[[str], object]
) -> Check:
    """Return the check. Raises CallFailedError where AWS refuses a call, IncompleteResultError, InvalidInputError."""
    check = Check(
        request.image.name,
        request.policy,
        clock.now(),
        exploits=knowledge.exploits,
        baseline=request.baseline.name if request.baseline else "",
        table=knowledge.table,
        region=knowledge.region,
    )
    try:
        subjects = find_subjects(request.image)
        check = _with_thresholds(check, request, subjects)
        before = find_subjects(request.baseline) if request.baseline else ()
    except NotFoundError as error:
        return replace(check, problem=str(error))
    outcomes = _scan(request, subjects, before, clock, on_progress)
    now = clock.now()
    exploits = _with_scores(check.policy, knowledge, outcomes)
    baseline, problem = _baseline(before, outcomes, exploits) if request.baseline else (None, "")
    judging = _Judging(check.policy, replace(knowledge, exploits=exploits), baseline, now)
    images = tuple(judging.checked(subject, outcomes[subject.image.id.digest]) for subject in subjects)
    contents = [(each.image, each.result.findings) for each in images if each.result]
    today = now.astimezone(UTC).date()
    return replace(
        check,
        images=images,
        problem=f"the baseline {check.baseline} has no result to compare with: {problem}" if problem else "",
        checked_at=now,
        exploits=exploits,
        applied=applied(knowledge.rules, contents, today),
        unmatched=tuple(unmatched_rules(knowledge.rules, contents, today)) if len(contents) == len(images) else (),
    )


def _with_thresholds(check: Check, request: GateRequest, subjects: Sequence[Subject]) -> Check:
    """Return the check with the thresholds of the application, and those that the AWS tags of the repository set."""
    if request.thresholds is None:
        return check
    options = repository_options(request.image.registry, subjects[0].image.repository, DEFAULT_OWNER_KEY)
    conditions = threshold_conditions(
        options.thresholds(request.thresholds.thresholds), options.known_exploited(request.thresholds.known_exploited)
    )
    has_own = options.own_thresholds or options.has_own_known_exploited
    source = f"{check.policy.source} and AWS tags of the repository" if has_own else check.policy.source
    policy = replace(check.policy, conditions=conditions, source=source)
    return replace(check, policy=policy, notes=options.tag_warnings)


Outcomes = dict[str, ScanOutcome]
"""The outcomes of scans, by image digest."""


def _scan(
    request: GateRequest,
    subjects: Sequence[Subject],
    before: Sequence[Subject],
    clock: Clock,
    on_progress: Callable[[str], object],
) -> Outcomes:
    """Have all images scanned, those of the baseline too. An image that is in both is scanned once."""
    targets: dict[str, ScanTarget] = {}
    for registry, found in _by_registry(request, subjects, before):
        for subject in found:
            if not subject.problem:
                targets.setdefault(subject.image.digest, ScanTarget(subject.image, registry))
    outcomes = scan_images(list(targets.values()), request.wait, clock, on_progress)
    missing = (ScanOutcome(each.image, problem=each.problem) for each in (*subjects, *before) if each.problem)
    return {outcome.image.digest: outcome for outcome in (*missing, *outcomes)}


def _with_scores(policy: GatePolicy, knowledge: Knowledge, outcomes: Outcomes) -> Exploits:
    """Return what is known of exploits, with the EPSS of all findings where a condition is about it."""
    exploits = knowledge.exploits
    if exploits.epss is None or not policy.has(ConditionKind.EPSS):
        return exploits
    found = {finding.name.upper() for each in outcomes.values() if each.result for finding in each.result.findings}
    missing = found - exploits.scores.keys()
    return replace(exploits, scores={**exploits.scores, **knowledge.scores_of(missing)}) if missing else exploits


def _by_registry(
    request: GateRequest, subjects: Sequence[Subject], before: Sequence[Subject]
) -> Iterable[tuple[Registry, Sequence[Subject]]]:
    yield request.image.registry, subjects
    if request.baseline:
        yield request.baseline.registry, before


def _baseline(before: Sequence[Subject], outcomes: Outcomes, exploits: Exploits) -> tuple[Baseline, str]:
    """Return all findings of the baseline, of every platform of it, and the reason where one has no result.

    They have the exploits of today, as those of the image: that one is exploited is no difference between the two.
    """
    results = [outcomes[subject.image.digest] for subject in before]
    findings = tuple(finding for each in results if each.result for finding in each.result.findings)
    problem = next((each.problem for each in results if each.problem), "")
    return Baseline(before[0].image.digest, None, with_exploits(findings, exploits, None)), problem


@dataclass(frozen=True, slots=True)
class _Judging:
    """What the findings of each image are judged by."""

    policy: GatePolicy
    knowledge: Knowledge
    baseline: Baseline | None
    now: datetime

    def checked(self, subject: Subject, outcome: ScanOutcome) -> CheckedImage:
        """Judge the result of one image."""
        image = ScannedImage(subject.image.id, subject.image.tags, subject.image.pushed_at)
        if outcome.result is None:
            return CheckedImage(image, subject.platform, problem=outcome.problem)
        result = self._known(image, outcome.result)
        shown = result.unsuppressed.findings
        new = self._new(result.findings) if self.baseline else shown
        counted = [each for each in new if may_be_fixable(each)] if self.policy.only_fixable else new
        return CheckedImage(
            image,
            subject.platform,
            result,
            judge(counted, self.policy, self.knowledge.exploits, self.now),
            notes=(outcome.note,) if outcome.note else (),
            known=len(shown) - len(new),
            unfixable=len(new) - len(counted),
            unknown_fixes=sum(map(is_fix_unknown, counted)) if self.policy.only_fixable else 0,
        )

    def _known(self, image: ScannedImage, result: ScanResult) -> ScanResult:
        """Return the result with all that is known of its findings, marked with their suppressions."""
        if self.knowledge.history and self.policy.has(ConditionKind.OVERDUE):
            # The moments of scans do not matter here: each finding has its own.
            compared = compare_with_stored(image, result, self.knowledge.history, self.now, is_enhanced=True)
            result = compared.result if compared else result
        findings = with_exploits(result.findings, self.knowledge.exploits, self.policy.epss_threshold)
        today = self.now.astimezone(UTC).date()
        return replace(result, findings=self.knowledge.rules.apply(image, findings, today))

    def _new(self, findings: Sequence[Finding]) -> tuple[Finding, ...]:
        """Return the findings that the baseline lacks, and those that were less severe in it."""
        return sort_findings(compare(self.baseline, findings).news) if self.baseline else tuple(findings)
