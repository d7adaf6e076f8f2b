"""What a gate found out: the images, the verdict about each, and what the verdict rests on."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ecr_scan_reporter.domain.exploits.known import NOTHING_KNOWN, Exploits
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.gate.judgement import NOT_JUDGED, Judgement, Outcome
from ecr_scan_reporter.domain.gate.policy import GatePolicy
from ecr_scan_reporter.domain.registry.images import ScannedImage
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.rules import Suppression


class Verdict(StrEnum):
    """What a gate says of an image. Documents show the value."""

    PASSED = "passed"
    AGAINST_POLICY = "againstPolicy"
    NOT_SCANNED = "notScanned"
    NOT_JUDGED = "notJudged"


# Of several images the worst counts: a breach is certain, whatever becomes of the other images.
_ORDER = (Verdict.AGAINST_POLICY, Verdict.NOT_SCANNED, Verdict.NOT_JUDGED, Verdict.PASSED)


@dataclass(frozen=True, slots=True)
class CheckedImage:
    """One image, with all findings of its scan and what was judged of them.

    `platform` is that of an image in an index, such as `linux/arm64`. Without a result, `problem` says why. `notes` are
    about the scan. `known` counts the findings that the baseline has too, `unfixable` those that have no fix yet, and
    `unknown_fixes` those that count although nobody knows whether they have one.
    """

    image: ScannedImage
    platform: str = ""
    result: ScanResult | None = None
    judgement: Judgement = NOT_JUDGED
    problem: str = ""
    notes: tuple[str, ...] = ()
    known: int = 0
    unfixable: int = 0
    unknown_fixes: int = 0

    def shown(self, least: Severity) -> tuple[Finding, ...]:
        """Return the findings that count: those that fail the gate first, then others that are at least this severe."""
        others = (finding for finding in self.judgement.counted if not self.judgement.breached_by(finding))
        return (*self.judgement.breaching, *(each for each in others if each.severity.rank <= least.rank))

    def verdict(self, policy: GatePolicy) -> Verdict:
        """Return the verdict; a condition that cannot be judged matters where a person asked for it."""
        if self.result is None:
            return Verdict.NOT_SCANNED
        if self.judgement.breaches:
            return Verdict.AGAINST_POLICY
        return Verdict.NOT_JUDGED if policy.is_explicit and self.judgement.unjudged else Verdict.PASSED


@dataclass(frozen=True, slots=True)
class AppliedRule:
    """A suppression that hides findings: how many, and whether it is of the file of --ignore."""

    suppression: Suppression
    count: int
    is_ignored: bool


@dataclass(frozen=True, slots=True)
class Check:
    """A whole check. `name` is the image as it was asked for.

    `problem` says why there is no image to judge, or no baseline. `applied` are the suppressions that hide findings,
    `unmatched` sentences about rules of --ignore without effect. `notes` are about the whole check. `table` names the
    suppressions of the account and `region` is theirs, empty where none are named.
    """

    name: str
    policy: GatePolicy
    checked_at: datetime
    images: tuple[CheckedImage, ...] = ()
    problem: str = ""
    exploits: Exploits = field(default=NOTHING_KNOWN)
    baseline: str = ""
    applied: tuple[AppliedRule, ...] = ()
    unmatched: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    table: str = ""
    region: str = ""

    @property
    def verdict(self) -> Verdict:
        """The verdict about all images together."""
        if self.problem or not self.images:
            return Verdict.NOT_SCANNED
        found = {image.verdict(self.policy) for image in self.images}
        return next(verdict for verdict in _ORDER if verdict in found)

    @property
    def breaches(self) -> tuple[tuple[CheckedImage, Outcome], ...]:
        """The breached conditions of all images."""
        return tuple((image, outcome) for image in self.images for outcome in image.judgement.breaches)

    def name_of(self, image: CheckedImage) -> str:
        """Return the name of an image for people: the one that was asked for, and in an index the platform."""
        return f"{self.name} ({image.platform or image.image.name})" if len(self.images) > 1 else self.name
