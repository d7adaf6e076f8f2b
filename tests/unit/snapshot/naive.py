"""The answers about a made-up registry, found by looking at everything: what the snapshot must answer."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import with_exploits
from ecr_scan_reporter.domain.findings.remediation import due_on
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.kinds import image_status, kind_of
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, ImageFilter, SuppressedFindings
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.registry.scan_status import LastScan
from ecr_scan_reporter.domain.suppressions.rules import glob_test, suppress
from ecr_scan_reporter.snapshot.writing.importance import ImportanceRules
from tests.unit.snapshot.registries import MAX_AGE, NOW, MadeImage, MadeRegistry


@dataclass(frozen=True, slots=True)
class NaiveImage:
    """An image with its findings, suppressed as of now."""

    made: MadeImage
    owner: str
    status: CoverageStatus
    findings: tuple[Finding, ...]
    is_in_use: bool | None
    rules: ImportanceRules
    is_read: bool

    @property
    def id(self) -> ImageId:
        return self.made.image.id

    @property
    def reported(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.suppressed_by]

    @property
    def hidden(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.suppressed_by]

    def shown(self, suppressed: SuppressedFindings) -> Sequence[Finding]:
        return {
            SuppressedFindings.EXCLUDED: self.reported,
            SuppressedFindings.ONLY: self.hidden,
            SuppressedFindings.INCLUDED: list(self.findings),
        }[suppressed]

    @property
    def exploited(self) -> int | None:
        is_known = self.rules.exploits.kev is not None and self.is_read
        return sum(finding.exploit is not None for finding in self.reported) if is_known else None

    @property
    def due(self) -> list[date]:
        days = (due_on(finding, self.rules.remediation_days) for finding in self.findings)
        return sorted(day for day in days if day)


def look(registry: MadeRegistry, now: datetime = NOW) -> list[NaiveImage]:
    """Return the images of a registry."""
    return [_look(made, registry, now) for made in registry.images]


def _look(made: MadeImage, registry: MadeRegistry, now: datetime) -> NaiveImage:
    result = made.result
    scan = LastScan(result.status, result.completed_at, description=result.description) if result else None
    findings = suppress(
        result.findings if result and result.is_full else (),
        repository=made.repository.name,
        tags=made.image.tags,
        suppressions=registry.suppressions,
        today=now.date(),
    )
    places = registry.places
    return NaiveImage(
        made,
        registry.owners.get(made.repository, ""),
        image_status(kind_of(made.image), scan, MAX_AGE.before(now)),
        with_exploits(map(_to_the_day, findings), registry.rules.exploits, registry.rules.epss_threshold),
        None if places is None else made.image.id in places,
        registry.rules,
        bool(result and result.is_full),
    )


def _to_the_day(finding: Finding) -> Finding:
    seen = finding.first_seen_at
    return replace(finding, first_seen_at=seen and seen.replace(hour=0, minute=0, second=0, microsecond=0))


def is_wanted(image: NaiveImage, wanted: ImageFilter) -> bool:
    """Return whether an image is in a filter."""
    made = image.made.image
    used = [moment for moment in (made.pushed_at, made.pulled_at) if moment]
    tests = [
        wanted.repository is None or glob_test(wanted.repository)(made.repository.name),
        wanted.tag is None or any(glob_test(wanted.tag)(tag) for tag in made.tags),
        wanted.digest is None or made.digest.removeprefix("sha256:").startswith(wanted.digest.removeprefix("sha256:")),
        wanted.owner is None or image.owner == wanted.owner,
        wanted.severity is None
        or any(finding.severity.rank <= wanted.severity.rank for finding in image.shown(wanted.suppressed)),
        wanted.suppressed is not SuppressedFindings.ONLY or bool(image.hidden),
        wanted.statuses is None or image.status in wanted.statuses,
        wanted.pushed_before is None or (made.pushed_at is not None and made.pushed_at < wanted.pushed_before),
        wanted.pushed_after is None or (made.pushed_at is not None and made.pushed_at > wanted.pushed_after),
        wanted.unused_since is None
        or (
            image.is_in_use is not True
            and max(used, default=datetime.min.replace(tzinfo=NOW.tzinfo)) < wanted.unused_since
        ),
        wanted.is_in_use is None or image.is_in_use is wanted.is_in_use,
        wanted.is_fixable is None or any(finding.is_fixable for finding in image.reported) is wanted.is_fixable,
        wanted.is_overdue is None or any(day < NOW.date() for day in image.due) is wanted.is_overdue,
        wanted.is_exploited is None or (image.exploited is not None and (image.exploited > 0) is wanted.is_exploited),
    ]
    return all(tests)


def is_found(finding: Finding, wanted: FindingFilter) -> bool:
    """Return whether a finding is in a filter."""
    packages = [package for _, package, _ in finding.identities]
    shown = {
        SuppressedFindings.EXCLUDED: not finding.suppressed_by,
        SuppressedFindings.ONLY: bool(finding.suppressed_by),
        SuppressedFindings.INCLUDED: True,
    }
    tests = [
        wanted.vulnerability is None or glob_test(wanted.vulnerability.upper())(finding.name.upper()),
        wanted.package is None or any(glob_test(wanted.package)(package) for package in packages),
        wanted.severity is None or finding.severity.rank <= wanted.severity.rank,
        wanted.is_fixable is None or finding.is_fixable is wanted.is_fixable,
        wanted.is_exploited is None or (finding.exploit is not None) is wanted.is_exploited,
        shown[wanted.suppressed],
    ]
    return all(tests)
