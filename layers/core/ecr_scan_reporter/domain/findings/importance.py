"""The one order of importance: what is exploited first, then what probably will be, then by severity.

1. known to be exploited, by ransomware (KEV)
2. known to be exploited (KEV)
3. an exploit is available (Amazon Inspector)
4. EPSS at or above the threshold
5. everything else

Within each, the more severe comes first; of one severity what is in use, what has a fix, what has the higher EPSS, and
what more images have. What nobody knows is unknown, not zero: an unknown EPSS stands where the threshold is.
"""

from collections.abc import Iterable
from dataclasses import replace
from enum import IntEnum
from typing import Protocol

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.exploits.known import Exploits
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import OFF
from ecr_scan_reporter.errors import InvalidInputError

DEFAULT_EPSS_THRESHOLD = 0.1


class Importance(IntEnum):
    """The levels of importance, the most important first."""

    RANSOMWARE = 0
    EXPLOITED = 1
    EXPLOIT_AVAILABLE = 2
    LIKELY = 3
    BY_SEVERITY = 4


LEVEL_WORDS = {
    Importance.RANSOMWARE: "exploited by ransomware (KEV)",
    Importance.EXPLOITED: "exploited (KEV)",
    Importance.EXPLOIT_AVAILABLE: "an exploit is available",
    Importance.LIKELY: "EPSS at or above the threshold",
    Importance.BY_SEVERITY: "anything else",
}
"""Each level in words."""


def importance_of(finding: Finding) -> Importance:
    """Return the level of a finding."""
    if finding.exploit:
        return Importance.RANSOMWARE if finding.exploit.has_ransomware else Importance.EXPLOITED
    if finding.exploit_available:
        return Importance.EXPLOIT_AVAILABLE
    return Importance.LIKELY if finding.is_likely else Importance.BY_SEVERITY


def importance_key(
    level: Importance,
    severity: Severity,
    *,
    is_in_use: bool = False,
    is_fixable: bool = False,
    epss: float | None = None,
    is_likely: bool = False,
    images: int = 0,
) -> tuple[float, ...]:
    """Return the key of the order, by which the more important sorts first.

    `is_in_use` and `images` (which have it) are the same for all findings of one image.
    """
    # What is likely, then what is unknown, then what is known to be unlikely.
    probability = 1 if epss is None else 2 - 2 * is_likely
    return (level, severity.rank, not is_in_use, not is_fixable, probability, -(epss or 0.0), -images)


def sort_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sort the findings of one image by importance, and last by score and name."""
    return tuple(sorted(findings, key=_key))


def _key(finding: Finding) -> tuple[object, ...]:
    key = importance_key(
        importance_of(finding),
        finding.severity,
        is_fixable=finding.is_fixable,
        epss=finding.epss,
        is_likely=finding.is_likely,
    )
    return (*key, -(finding.score or 0.0), finding.identity)


class Exploitable(Protocol):
    """A finding, or a vulnerability across images, with what is known of its exploits."""

    @property
    def exploit(self) -> KnownExploit | None:
        """KEV's entry."""

    @property
    def exploit_available(self) -> bool | None:
        """Whether Inspector knows of an exploit."""

    @property
    def epss(self) -> float | None:
        """The probability of exploitation, from 0 to 1."""


def describe_importance(finding: Exploitable) -> str:
    """Say why a finding is important: 'exploited (KEV, due 2026-12-01), EPSS 0.84'; empty where only its severity."""
    reasons = []
    if finding.exploit:
        due = f", due {finding.exploit.due.isoformat()}" if finding.exploit.due else ""
        by = " by ransomware" if finding.exploit.has_ransomware else ""
        reasons.append(f"exploited{by} (KEV{due})")
    elif finding.exploit_available:
        reasons.append("an exploit is available")
    if finding.epss is not None:
        reasons.append(f"EPSS {describe_epss(finding.epss)}")
    return ", ".join(reasons)


def describe_epss(epss: float) -> str:
    """Write a probability with two digits; one that would round to zero is not zero."""
    return f"{epss:.2f}" if epss >= 0.005 else "<0.01"


def with_exploits(findings: Iterable[Finding], exploits: Exploits, epss_threshold: float | None) -> tuple[Finding, ...]:
    """Return the findings with what is known of their exploits, in the order of importance.

    EPSS comes from the feed, and where it has none from Inspector. No EPSS is likely without a threshold. Where KEV is
    unknown, what was known before stays: unknown is not "not exploited".
    """
    return sort_findings(_assessed(finding, exploits, epss_threshold) for finding in findings)


def _assessed(finding: Finding, exploits: Exploits, threshold: float | None) -> Finding:
    score = exploits.score_of(finding.name)
    epss = finding.epss if score is None else score
    is_likely = threshold is not None and epss is not None and epss >= threshold
    is_unknown = exploits.kev is None and not exploits.is_off
    exploit = exploits.exploit_of(finding.name) or (finding.exploit if is_unknown else None)
    if (exploit, epss, is_likely) == (finding.exploit, finding.epss, finding.is_likely):
        return finding
    return replace(finding, exploit=exploit, epss=epss, is_likely=is_likely)


def parse_epss_threshold(text: str, name: str) -> float | None:
    """Read from which EPSS a finding is likely to be exploited, None for `off`. Raises InvalidInputError."""
    if text.strip().lower() == OFF:
        return None
    try:
        threshold = float(text)
    except ValueError:
        threshold = -1.0
    if not 0.0 <= threshold <= 1.0:
        raise InvalidInputError(name, text, f"a number from 0 to 1, or {OFF}")
    return threshold
