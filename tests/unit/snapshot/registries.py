"""Made-up registries, and snapshots of them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.exploits.known import NOTHING_KNOWN, Exploits, FeedCopy
from ecr_scan_reporter.domain.findings.documents import result_document
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.findings.remediation import DEFAULT_DEADLINES, NO_DEADLINES, RemediationDays
from ecr_scan_reporter.domain.findings.stored_document import StoredDocument
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.ledger.entries import ImageState, RecordedChange
from ecr_scan_reporter.domain.registry.descriptions import RepositoryDescription
from ecr_scan_reporter.domain.registry.images import Image, ImageId, Repository, ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.tag_options import RepositoryOptions
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.ends import FIXED
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.snapshot.files import SnapshotFiles
from ecr_scan_reporter.snapshot.inventory import LocalSnapshot, SnapshotInventory
from ecr_scan_reporter.snapshot.schema import SCHEMA
from ecr_scan_reporter.snapshot.writing.builder import SnapshotBuilder
from ecr_scan_reporter.snapshot.writing.importance import ImportanceRules
from ecr_scan_reporter.snapshot.writing.suppressions import Suppressions

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MAX_AGE = parse_duration("7d")


def digest_of(text: str) -> str:
    """Return a digest made of a text."""
    return f"sha256:{sha256(text.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class MadeImage:
    """An image with its last scan, None where none ended."""

    image: Image
    result: ScanResult | None = None

    @property
    def repository(self) -> Repository:
        return self.image.repository

    def document(self) -> StoredDocument:
        """Return what the reporter stores of the scan."""
        assert self.result
        content = result_document(ScannedImage(self.image.id, self.image.tags), self.result)
        text = json.dumps(content)
        return StoredDocument(json.loads(text), sha256(text.encode()).hexdigest())

    def state(self) -> ImageState:
        """Return what the ledger knows."""
        result = self.result
        scan = LastScan(result.status, result.completed_at, description=result.description) if result else None
        return ImageState(self.image.id, scanner=scan)


@dataclass(frozen=True, slots=True)
class MadeRegistry:
    """Images, the owners of their repositories, suppressions, changes, what is important."""

    images: Sequence[MadeImage] = ()
    owners: Mapping[Repository, str] = field(default_factory=dict)
    suppressions: Sequence[Suppression] = ()
    changes: Sequence[RecordedChange] = ()
    places: Mapping[ImageId, Sequence[str]] | None = None
    rules: ImportanceRules = field(default_factory=ImportanceRules)


def info(generation: int = 1, now: datetime = NOW, **facts: Any) -> SnapshotInfo:
    return SnapshotInfo(SCHEMA, generation, f"snapshot-{generation}", now, **facts)


def build(
    registry: MadeRegistry,
    folder: Path,
    *,
    is_fresh: bool = True,
    now: datetime = NOW,
    generation: int = 1,
    compacts: bool = False,
    is_complete: bool = True,
) -> SnapshotInventory:
    """Write a snapshot of a registry into a folder, over the one there unless `is_fresh`."""
    builder = SnapshotBuilder(
        SnapshotFiles(folder),
        Suppressions(registry.suppressions, now.date()),
        is_fresh=is_fresh,
        has_history=not is_fresh,
        max_age=MAX_AGE,
        now=now,
    )
    _list(registry, builder)
    for made in registry.images:
        builder.write_state(made.state())
        if made.result and made.result.is_full:
            builder.expect_result(made.image.id, made.document().version)
    documents = {made.image.id: made for made in registry.images if made.result}
    for image in builder.pending():
        builder.write_result(image, documents[image].document())
    for change in registry.changes:
        builder.write_change(change)
    about = info(generation, now, is_complete=is_complete)
    builder.close(registry.rules.of(about), {}, registry.rules, compacts=compacts)
    return SnapshotInventory([LocalSnapshot(SnapshotFiles(folder))])


def _list(registry: MadeRegistry, builder: SnapshotBuilder) -> None:
    by_repository: dict[Repository, list[Image]] = {repository: [] for repository in registry.owners}
    for made in registry.images:
        by_repository.setdefault(made.repository, []).append(made.image)
    for gone in builder.known_repositories() - by_repository.keys():
        builder.remove_repository(gone)
    for repository, images in by_repository.items():
        options = RepositoryOptions(owner=registry.owners.get(repository, ""))
        builder.write_repository(RepositoryDescription(repository), images, options)
    builder.write_running(registry.places)
    builder.end_listing()


NAMES = st.sampled_from(["CVE-2021-44228", "CVE-2024-1", "cve-2024-2", "GHSA-aaaa", "CVE-2025-9", "ALAS-1"])
PACKAGES = st.sampled_from(["openssl", "log4j-core", "zlib", ""])
VERSIONS = st.sampled_from(["1.0", "2.0", ""])
DAYS = st.integers(0, 40).map(lambda days: NOW - timedelta(days=days))

findings = st.builds(
    Finding,
    name=NAMES,
    severity=st.sampled_from(Severity),
    package=PACKAGES,
    version=VERSIONS,
    score=st.sampled_from([None, 5.0, 9.8]),
    uri=st.just("https://example.com/cve"),
    fix_available=st.sampled_from(["", "YES", "NO", "PARTIAL"]),
    fixed_in=st.sampled_from(["", "3.0"]),
    exploit_available=st.sampled_from([None, True, False]),
    also=st.sampled_from([(), (("zlib", "9"),)]),
    first_seen_at=DAYS,
)
dates = st.integers(0, 60).map(lambda days: NOW.date() - timedelta(days=days))
copies = st.builds(FeedCopy, st.just("https://feed.example"), DAYS)
exploits = st.one_of(
    st.just(NOTHING_KNOWN),
    st.builds(
        Exploits,
        copies,
        copies,
        st.dictionaries(NAMES.map(str.upper), st.builds(KnownExploit, dates, st.none() | dates, st.booleans())),
        st.dictionaries(NAMES.map(str.upper), st.sampled_from([0.0004, 0.0999, 0.1, 0.97])),
    ),
)
rules = st.builds(
    ImportanceRules,
    exploits,
    st.sampled_from([0.1, 0.5, None]),
    st.sampled_from([DEFAULT_DEADLINES, NO_DEADLINES])
    | st.sampled_from([RemediationDays(3, {Severity.LOW: 10}), RemediationDays(None, {Severity.HIGH: 0})]),
)
results = st.builds(
    lambda status, completed_at, found: ScanResult(status, completed_at, findings=tuple(found)),
    st.sampled_from([ScanStatus.COMPLETE, ScanStatus.COMPLETE, ScanStatus.ACTIVE]),
    DAYS,
    # One that is there twice, with the same facts, is one.
    st.lists(findings, max_size=6, unique_by=lambda finding: replace(finding, first_seen_at=None)),
)
failures = st.builds(ScanResult, st.just(ScanStatus.FAILED), DAYS, st.just("UnsupportedImageError: no"))
repositories = st.builds(
    Repository,
    st.sampled_from(["111111111111", "222222222222"]),
    st.just("eu-west-1"),
    st.sampled_from(["team/app", "team/web", "base"]),
)
tags = st.lists(st.sampled_from(["latest", "1.0", "1.1", "main-ab", "[x]"]), unique=True, max_size=3).map(tuple)


@st.composite
def made_images(draw: st.DrawFn, number: int) -> MadeImage:
    """Draw an image; the number makes its digest."""
    repository = draw(repositories)
    image = Image(
        ImageId(repository, digest_of(str(number))),
        tags=draw(tags),
        pushed_at=draw(st.none() | DAYS),
        pulled_at=draw(st.none() | DAYS),
        size_bytes=draw(st.integers(0, 3)),
        is_archived=draw(st.sampled_from([False, False, False, True])),
        subject_digest=draw(st.sampled_from(["", "", "", "sha256:1"])),
    )
    return MadeImage(image, draw(st.none() | results | failures))


def suppression(id_: str, cve: str = "*", **facts: Any) -> Suppression:
    typical: dict[str, Any] = {"reason": "known", "until": None, "created_by": "alice", "created_at": NOW}
    return Suppression(id_, cve, **(typical | facts))


suppressions = st.lists(
    st.builds(
        lambda cve, repository, tag, package, severity, until: suppression(
            "x", cve, repository=repository, tag=tag, package=package, most_severity=severity, until=until
        ),
        st.sampled_from(["CVE-2021-44228", "cve-2024-*", "*"]),
        st.sampled_from([None, "team/*", "base"]),
        st.sampled_from([None, "1.*", "latest"]),
        st.sampled_from([None, "openssl", "*lib"]),
        st.sampled_from([None, Severity.MEDIUM]),
        st.sampled_from([None, FIXED, date(2026, 11, 20), date(2026, 11, 21)]),
    ),
    max_size=3,
).map(lambda made: [replace(each, id=f"s{number}") for number, each in enumerate(made)])


@st.composite
def owners_of(draw: st.DrawFn, images: Sequence[MadeImage]) -> Mapping[Repository, str]:
    """Draw an owner for each repository of some images."""
    repositories = sorted({made.repository for made in images}, key=str)
    return {repository: draw(st.sampled_from(["", "alice", "bob"])) for repository in repositories}


@st.composite
def registries(draw: st.DrawFn, most: int = 8) -> MadeRegistry:
    """Draw a registry."""
    number = draw(st.integers(0, most))
    images = [draw(made_images(each)) for each in range(number)]
    owners = draw(owners_of(images))
    places = draw(st.none() | st.just({made.image.id: ("ecs",) for made in images[::2]}))
    return MadeRegistry(images, owners, draw(suppressions), places=places, rules=draw(rules))


@st.composite
def later(draw: st.DrawFn, before: MadeRegistry) -> MadeRegistry:
    """Draw what a registry is later: another one, or the same with other owners, or after a fetch of the feeds."""
    if draw(st.booleans()):
        return draw(registries())
    if draw(st.booleans()):
        return replace(before, rules=draw(rules))
    return replace(before, owners=draw(owners_of(before.images)))


def earlier(registry: MadeRegistry) -> MadeRegistry:
    """Return a registry as it was two months ago."""
    images = [replace(made, result=_earlier(made.result) if made.result else None) for made in registry.images]
    return replace(registry, images=images)


def _earlier(result: ScanResult) -> ScanResult:
    return replace(result, completed_at=(result.completed_at or NOW) - timedelta(days=60))


def with_words(registry: MadeRegistry) -> MadeRegistry:
    """Return a registry in which each scan tells of its vulnerabilities in words of its own."""

    def tell(made: MadeImage) -> MadeImage:
        if not made.result or not made.result.completed_at:
            return made
        told = f"{made.image.digest} on {made.result.completed_at}"
        epss = made.result.completed_at.day / 100
        found = [replace(each, description=told, uri=f"https://{told}", epss=epss) for each in made.result.findings]
        return replace(made, result=replace(made.result, findings=tuple(found)))

    return replace(registry, images=[tell(made) for made in registry.images], rules=ImportanceRules())


def following(before: MadeRegistry, after: MadeRegistry) -> MadeRegistry:
    """Return what `after` is when it comes after `before`: what was stored of a scan stays until the next full one."""
    known = {made.image.id: made.result for made in before.images if made.result}
    images = [
        made if made.result and made.result.is_full else replace(made, result=known.get(made.image.id, made.result))
        for made in after.images
    ]
    return replace(after, images=images)


APP = Repository("111111111111", "eu-west-1", "team/app")


def made_image(number: int, *found: Finding, tags: tuple[str, ...] = (), at: datetime = NOW) -> MadeImage:
    """Return an image of APP whose scan has just found these; without any, it was never scanned."""
    image = Image(ImageId(APP, digest_of(str(number))), tags=tags)
    return MadeImage(image, ScanResult(ScanStatus.COMPLETE, at, findings=found) if found else None)


def counted(found: Iterable[Finding]) -> dict[Severity, int]:
    counts = dict.fromkeys(Severity, 0)
    for finding in found:
        counts[finding.severity] += 1
    return {severity: number for severity, number in counts.items() if number}
