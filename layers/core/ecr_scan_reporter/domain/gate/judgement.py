"""Judge the findings of one image: each condition is met, breached, or cannot be judged. Unknown is not zero."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from ecr_scan_reporter.domain.exploits.known import Exploits
from ecr_scan_reporter.domain.findings.findings import Finding, Identity
from ecr_scan_reporter.domain.findings.remediation import RemediationDays, days_overdue
from ecr_scan_reporter.domain.gate.conditions import Condition, ConditionKind
from ecr_scan_reporter.domain.gate.policy import GatePolicy
from ecr_scan_reporter.domain.thresholds import threshold_level

NO_KEV = "nothing is known of exploited vulnerabilities (KEV)"
NO_EPSS = "nothing is known of EPSS"
NO_EXPLOITS = "basic scanning does not know which vulnerabilities have an exploit"
NO_DATES = "it is not known since when the findings are there"
_FEEDS = "name an application that fetches the exploit feeds, by --stack or --findings-bucket"
HINTS = {
    NO_KEV: _FEEDS,
    NO_EPSS: _FEEDS,
    NO_EXPLOITS: "leave exploit-available out, or use enhanced scanning",
    NO_DATES: "name an application whose stored results have the dates, by --stack or --findings-bucket",
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a condition: the findings that it counts, and why it cannot be judged (empty where it can)."""

    condition: Condition
    findings: tuple[Finding, ...]
    unknown: str = ""

    @property
    def is_breached(self) -> bool:
        """True when there are too many; more knowledge would not make them less."""
        return len(self.findings) >= self.condition.limit

    @property
    def is_judged(self) -> bool:
        """True when it is breached, or certainly not."""
        return self.is_breached or not self.unknown

    def __str__(self) -> str:
        """Say how many there are, and how many may be: '2 critical (allowed: none)'."""
        allowed = self.condition.limit - 1
        return f"{len(self.findings)} {self.condition.in_words} (allowed: {allowed or 'none'})"


@dataclass(frozen=True)
class Judgement:
    """What became of each condition, and which findings they looked at, the most important first."""

    counted: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]

    @property
    def breaches(self) -> tuple[Outcome, ...]:
        """The conditions that fail the gate."""
        return tuple(outcome for outcome in self.outcomes if outcome.is_breached)

    @property
    def unjudged(self) -> tuple[Outcome, ...]:
        """The conditions that cannot be judged."""
        return tuple(outcome for outcome in self.outcomes if not outcome.is_judged)

    @property
    def breaching(self) -> tuple[Finding, ...]:
        """The findings behind the breaches, the most important first."""
        return tuple(finding for finding in self.counted if self.breached_by(finding))

    def breached_by(self, finding: Finding) -> tuple[Condition, ...]:
        """Return the breached conditions that count a finding."""
        return tuple(self._breached_by.get(finding.identity, ()))

    @cached_property
    def _breached_by(self) -> Mapping[Identity, Sequence[Condition]]:
        breached_by: dict[Identity, list[Condition]] = defaultdict(list)
        for outcome in self.breaches:
            for identity in {finding.identity for finding in outcome.findings}:
                breached_by[identity].append(outcome.condition)
        return breached_by


NOT_JUDGED = Judgement((), ())


def judge(findings: Iterable[Finding], policy: GatePolicy, exploits: Exploits, now: datetime) -> Judgement:
    """Judge the findings that count: those that are not suppressed and, with a baseline, new."""
    counted = tuple(findings)
    outcomes = (
        Outcome(
            condition,
            tuple(finding for finding in counted if _counts(condition, finding, policy.remediation_days, now)),
            _unknown(condition, counted, exploits, policy.remediation_days),
        )
        for condition in policy.conditions
    )
    return Judgement(counted, tuple(outcomes))


def _counts(condition: Condition, finding: Finding, days: RemediationDays, now: datetime) -> bool:
    match condition.kind:
        case ConditionKind.SEVERITY:
            return threshold_level(finding.severity) is condition.severity
        case ConditionKind.EXPLOITED:
            return finding.exploit is not None
        case ConditionKind.EXPLOIT_AVAILABLE:
            return finding.exploit is not None or bool(finding.exploit_available)
        case ConditionKind.EPSS:
            return finding.epss is not None and finding.epss >= (condition.epss or 0.0)
        case ConditionKind.OVERDUE:
            return days_overdue(finding, days, now) > 0
    return True


def _unknown(condition: Condition, findings: Sequence[Finding], exploits: Exploits, days: RemediationDays) -> str:
    """Return why a condition cannot be judged; without any finding there is nothing to know."""
    rule = _RULES.get(condition.kind)
    return rule(findings, exploits, days) if rule and findings else ""


def _unknown_kev(_: Sequence[Finding], exploits: Exploits, __: RemediationDays) -> str:
    return "" if exploits.kev else NO_KEV


def _unknown_exploits(findings: Sequence[Finding], _: Exploits, __: RemediationDays) -> str:
    return NO_EXPLOITS if any(finding.exploit_available is None for finding in findings) else ""


def _unknown_epss(findings: Sequence[Finding], exploits: Exploits, _: RemediationDays) -> str:
    # The feed has each CVE that was rated; one that it lacks has no EPSS yet.
    return "" if exploits.epss or all(finding.epss is not None for finding in findings) else NO_EPSS


def _unknown_dates(findings: Sequence[Finding], exploits: Exploits, days: RemediationDays) -> str:
    has_deadline = [finding for finding in findings if finding.severity in days.severities or finding.exploit]
    if any(finding.first_seen_at is None for finding in has_deadline):
        return NO_DATES
    return NO_KEV if days.exploited is not None and exploits.kev is None else ""


_RULES: Mapping[ConditionKind, Callable[[Sequence[Finding], Exploits, RemediationDays], str]] = {
    ConditionKind.EXPLOITED: _unknown_kev,
    ConditionKind.EXPLOIT_AVAILABLE: _unknown_exploits,
    ConditionKind.EPSS: _unknown_epss,
    ConditionKind.OVERDUE: _unknown_dates,
}
