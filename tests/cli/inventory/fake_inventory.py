"""An inventory over lists in memory, which filters one by one: what a snapshot answers, without a file."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import importance_of, sort_findings
from ecr_scan_reporter.domain.inventory.answers import (
    CoverageTotals,
    HistoryDay,
    ImageFindings,
    InventoryChange,
    InventoryImage,
    LeftBehind,
    Occurrence,
    Page,
    RepositoryLeftBehind,
    SnapshotInfo,
    Totals,
    Vulnerability,
)
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.selection import (
    EVERY_IMAGE,
    FindingFilter,
    ImageFilter,
    ImageSort,
    SuppressedFindings,
    TotalsBy,
)
from ecr_scan_reporter.domain.severities import Severity, count_severities, most_severe
from ecr_scan_reporter.errors import InvalidInputError
from tests.unit.samples import NOW

Item = TypeVar("Item")
INFO = SnapshotInfo(1, 7, "0007", NOW)
SCANNED = frozenset({CoverageStatus.CURRENT, CoverageStatus.STALE})


@dataclass
class FakeInventory:
    """Answers from these lists. `asked` has the arguments of each question, in order."""

    entries: Sequence[ImageFindings] = ()
    info: SnapshotInfo = INFO
    days: Sequence[HistoryDay] = ()
    scans: Sequence[InventoryChange] = ()
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def images(
        self,
        wanted: ImageFilter = EVERY_IMAGE,
        sort: ImageSort = ImageSort.WORST,
        *,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[InventoryImage]:
        self.asked.append(("images", wanted, sort))
        found = [each.image for each in self._entries(wanted)]
        return _page(sorted(found, key=_ORDERS[sort]), limit, cursor, (wanted, sort))

    def image(
        self,
        reference: str,
        *,
        repository: str | None = None,
        suppressed: SuppressedFindings = SuppressedFindings.INCLUDED,
    ) -> tuple[ImageFindings, ...]:
        self.asked.append(("image", reference, repository, suppressed))
        return tuple(
            _with(each, suppressed)
            for each in self.entries
            if _is_meant(each.image, reference) and repository in (None, each.image.repository.name)
        )

    def image_findings(self, wanted: ImageFilter = EVERY_IMAGE) -> Iterator[ImageFindings]:
        self.asked.append(("image_findings", wanted))
        return (_with(each, wanted.suppressed) for each in self._entries(wanted))

    def where(
        self, wanted: FindingFilter, images: ImageFilter = EVERY_IMAGE, *, limit: int = 100, cursor: str | None = None
    ) -> Page[Occurrence]:
        self.asked.append(("where", wanted, images))
        return _page(list(self._occurrences(wanted, images)), limit, cursor, (wanted, images))

    def vulnerabilities(
        self, wanted: FindingFilter, images: ImageFilter = EVERY_IMAGE, *, limit: int = 100, cursor: str | None = None
    ) -> Page[Vulnerability]:
        self.asked.append(("vulnerabilities", wanted, images))
        by_name = _groups(self._occurrences(wanted, images), lambda each: each.finding.name)
        found = sorted(
            (_vulnerability(name, group) for name, group in by_name.items()),
            key=lambda each: (each.severity.rank, -each.images, each.name),
        )
        return _page(found, limit, cursor, (wanted, images))

    def summary(self, by: TotalsBy = TotalsBy.REGISTRY, wanted: ImageFilter = EVERY_IMAGE) -> tuple[Totals, ...]:
        self.asked.append(("summary", by, wanted))
        return tuple(_totals(name, group) for name, group in _parts(by, self._entries(wanted)).items())

    def coverage(self, by: TotalsBy = TotalsBy.REGISTRY) -> tuple[CoverageTotals, ...]:
        self.asked.append(("coverage", by))
        return tuple(
            CoverageTotals(
                name,
                {status: sum(each.image.status is status for each in group) for status in CoverageStatus},
                min((each.image.scanned_at for each in group if each.image.scanned_at), default=None),
            )
            for name, group in _parts(by, self.entries).items()
        )

    def history(
        self, since: date, until: date, *, repository: str | None = None, owner: str | None = None
    ) -> tuple[HistoryDay, ...]:
        self.asked.append(("history", since, until, repository, owner))
        return tuple(day for day in self.days if since <= day.day <= until)

    def changes(
        self, since: datetime, until: datetime, wanted: ImageFilter = EVERY_IMAGE
    ) -> tuple[InventoryChange, ...]:
        self.asked.append(("changes", since, until, wanted))
        ids = {each.image.id for each in self._entries(wanted)}
        return tuple(each for each in self.scans if since <= each.change.at < until and each.change.image in ids)

    def left_behind(self, unused_since: datetime, wanted: ImageFilter = EVERY_IMAGE) -> LeftBehind:
        self.asked.append(("left_behind", unused_since, wanted))
        found = self._entries(replace(wanted, unused_since=unused_since))
        by_repository = _groups(found, lambda each: each.image.repository)
        repositories = (
            RepositoryLeftBehind(
                repository,
                group[0].image.owner,
                len(group),
                sum(each.image.size_bytes for each in group),
                _sums(each.image.counts for each in group),
            )
            for repository, group in by_repository.items()
        )
        return LeftBehind(unused_since, tuple(sorted(repositories, key=lambda each: -each.size_bytes)))

    def _entries(self, wanted: ImageFilter) -> list[ImageFindings]:
        return [each for each in self.entries if all(_conditions(each, wanted))]

    def _occurrences(self, wanted: FindingFilter, images: ImageFilter) -> Iterator[Occurrence]:
        for each in self._entries(images):
            for finding in _with(each, wanted.suppressed).findings:
                if all(_finding_conditions(finding, wanted, self.info)):
                    yield Occurrence(each.image, finding)


def entry(image: InventoryImage, *findings: Finding, info: SnapshotInfo = INFO) -> ImageFindings:
    """Return an image with its findings, and their numbers in the image as this snapshot counts them."""
    open_, hidden = (
        [each for each in findings if bool(each.suppressed_by) is is_hidden] for is_hidden in (False, True)
    )
    late = [day for each in open_ if info.days_overdue(each) and (day := info.due_on(each))]
    counted = replace(
        image,
        counts=count_severities(each.severity for each in open_),
        suppressed=count_severities(each.severity for each in hidden),
        fixable=sum(each.is_fixable for each in open_),
        exploited=sum(each.exploit is not None for each in open_) if info.kev else image.exploited,
        ransomware=sum(each.exploit is not None and each.exploit.has_ransomware for each in open_),
        overdue=len(late),
        overdue_since=min(late, default=None),
    )
    return ImageFindings(counted, sort_findings(findings))


def _page(items: Sequence[Item], limit: int, cursor: str | None, question: Hashable) -> Page[Item]:
    key = f"{hash(question):x}"
    start, _, asked = (cursor or f"0/{key}").partition("/")
    if asked != key:
        raise InvalidInputError("the cursor", cursor, "that of the page before")
    end = int(start) + limit
    return Page(tuple(items[int(start) : end]), len(items), f"{end}/{key}" if end < len(items) else None)


def _with(each: ImageFindings, suppressed: SuppressedFindings) -> ImageFindings:
    return replace(each, findings=tuple(found for found in each.findings if _is_in(found, suppressed)))


def _is_in(finding: Finding, suppressed: SuppressedFindings) -> bool:
    return {
        SuppressedFindings.EXCLUDED: not finding.suppressed_by,
        SuppressedFindings.INCLUDED: True,
        SuppressedFindings.ONLY: bool(finding.suppressed_by),
    }[suppressed]


def _conditions(each: ImageFindings, wanted: ImageFilter) -> Iterator[bool]:
    image = each.image
    findings = _with(each, wanted.suppressed).findings
    used = max(filter(None, (image.pushed_at, image.pulled_at)), default=None)
    yield wanted.repository is None or fnmatchcase(image.repository.name, wanted.repository)
    yield wanted.tag is None or any(fnmatchcase(tag, wanted.tag) for tag in image.tags)
    yield wanted.digest is None or image.digest.startswith(wanted.digest)
    yield wanted.owner is None or image.owner == wanted.owner
    yield wanted.severity is None or any(found.severity.rank <= wanted.severity.rank for found in findings)
    yield wanted.statuses is None or image.status in wanted.statuses
    yield wanted.pushed_before is None or (image.pushed_at is not None and image.pushed_at < wanted.pushed_before)
    yield wanted.pushed_after is None or (image.pushed_at is not None and image.pushed_at > wanted.pushed_after)
    yield wanted.scanned_before is None or (image.scanned_at is not None and image.scanned_at < wanted.scanned_before)
    yield wanted.unused_since is None or (
        image.is_in_use is not True and used is not None and used < wanted.unused_since
    )
    yield wanted.is_in_use is None or image.is_in_use is wanted.is_in_use
    yield wanted.is_exploited is None or (image.exploited is not None and bool(image.exploited) is wanted.is_exploited)
    yield wanted.is_fixable is None or bool(image.fixable) is wanted.is_fixable
    yield wanted.is_overdue is None or bool(image.overdue) is wanted.is_overdue


def _finding_conditions(finding: Finding, wanted: FindingFilter, info: SnapshotInfo) -> Iterator[bool]:
    packages = [finding.package, *(package for package, _ in finding.also)]
    yield wanted.vulnerability is None or fnmatchcase(finding.name.upper(), wanted.vulnerability.upper())
    yield wanted.package is None or any(fnmatchcase(package, wanted.package) for package in packages)
    yield wanted.severity is None or finding.severity.rank <= wanted.severity.rank
    yield wanted.is_fixable is None or finding.is_fixable is wanted.is_fixable
    yield wanted.is_exploited is None or info.is_exploited(finding) is wanted.is_exploited


def _is_meant(image: InventoryImage, reference: str) -> bool:
    names = [f"{image.repository.name}:{tag}" for tag in image.tags] + [f"{image.repository.name}@{image.digest}"]
    return reference in names or (reference.startswith("sha256:") and image.digest.startswith(reference))


def _vulnerability(name: str, group: Sequence[Occurrence]) -> Vulnerability:
    open_ = {each.image.id for each in group if not each.finding.suppressed_by}
    hidden = {each.image.id for each in group} - open_
    return Vulnerability(
        name,
        most_severe(each.finding.severity for each in group) or Severity.UNDEFINED,
        len(open_),
        len(hidden),
        max((each.finding.score for each in group if each.finding.score is not None), default=None),
        tuple(sorted({each.finding.package for each in group})),
        tuple(sorted({each.finding.fixed_in for each in group} - {""})),
        any(each.finding.is_fixable for each in group),
        importance=min(importance_of(each.finding) for each in group),
        exploit=group[0].finding.exploit,
        exploit_available=any(each.finding.exploit_available for each in group),
        epss=group[0].finding.epss,
        in_use=_in_use(group),
    )


def _in_use(group: Sequence[Occurrence]) -> int | None:
    known = {each.image.id: each.image.is_in_use for each in group if each.image.is_in_use is not None}
    return sum(known.values()) if known else None


def _totals(name: str, group: Sequence[ImageFindings]) -> Totals:
    worst: dict[str, Severity] = {}
    for finding in (found for each in group for found in each.findings if not found.suppressed_by):
        worst[finding.name] = min(
            worst.get(finding.name, finding.severity), finding.severity, key=lambda each: each.rank
        )
    return Totals(
        name,
        len(group),
        sum(each.image.status in SCANNED for each in group),
        _sums(each.image.counts for each in group),
        _sums(each.image.suppressed for each in group),
        count_severities(worst.values()),
        exploited=_sum_known(each.image.exploited for each in group),
        ransomware=sum(each.image.ransomware for each in group),
        with_exploit=sum(each.image.with_exploit for each in group),
        likely=sum(each.image.likely for each in group),
        overdue=sum(each.image.overdue for each in group),
    )


def _sum_known(numbers: Iterable[int | None]) -> int | None:
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def _parts(by: TotalsBy, entries: Iterable[ImageFindings]) -> dict[str, list[ImageFindings]]:
    names: dict[TotalsBy, Callable[[ImageFindings], str]] = {
        TotalsBy.REGISTRY: lambda _: "",
        TotalsBy.REPOSITORY: lambda each: each.image.repository.name,
        TotalsBy.OWNER: lambda each: each.image.owner,
    }
    groups = _groups(entries, names[by])
    return groups or ({"": []} if by is TotalsBy.REGISTRY else {})


def _groups(items: Iterable[Item], key: Callable[[Item], Any]) -> dict[Any, list[Item]]:
    groups: dict[Any, list[Item]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return dict(groups)


def _sums(counts: Iterable[Any]) -> dict[Severity, int]:
    every = list(counts)
    sums = {severity: sum(each.get(severity, 0) for each in every) for severity in Severity}
    return {severity: number for severity, number in sums.items() if number}


def _moment(moment: datetime | None) -> float:
    return -moment.timestamp() if moment else 0.0


_ORDERS: dict[ImageSort, Callable[[InventoryImage], Any]] = {
    ImageSort.WORST: lambda image: ([-image.counts.get(severity, 0) for severity in Severity], image.digest),
    ImageSort.OVERDUE: lambda image: (image.overdue_since or date.max, image.digest),
    ImageSort.PUSHED: lambda image: (_moment(image.pushed_at), image.digest),
    ImageSort.PULLED: lambda image: (_moment(image.pulled_at), image.digest),
    ImageSort.SCANNED: lambda image: (_moment(image.scanned_at), image.digest),
    ImageSort.SIZE: lambda image: (-image.size_bytes, image.digest),
    ImageSort.REPOSITORY: lambda image: (image.repository.name, image.digest),
}
