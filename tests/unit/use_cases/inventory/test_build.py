"""A build against stand-ins: what it reads, what it leaves alone, what it says."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ecr_scan_reporter.domain.configs.configs import ScanConfig
from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.findings.documents import findings_key, result_document
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.inventory.baselines import LEAST
from ecr_scan_reporter.domain.inventory.lake import complete_key
from ecr_scan_reporter.domain.inventory.selection import FindingFilter
from ecr_scan_reporter.domain.ledger.entries import ImageState, LedgerEntry
from ecr_scan_reporter.domain.ledger.journal import JournalEntry
from ecr_scan_reporter.domain.ledger.records import ImageRecord
from ecr_scan_reporter.domain.registry.descriptions import RepositoryDescription
from ecr_scan_reporter.domain.registry.discovery import Home
from ecr_scan_reporter.domain.registry.images import (
    Image,
    ImageId,
    ImageReference,
    Repository,
    ScannedImage,
    TagStatus,
)
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import CallFailedError, RepositoryNotFoundError
from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from ecr_scan_reporter.use_cases.inventory.ask_baselines import BaselineAsker, BaselineStores
from ecr_scan_reporter.use_cases.inventory.build import (
    BuildPolicy,
    BuildSources,
    BuildSummary,
    BuildTools,
    Places,
    build_inventory,
)
from ecr_scan_reporter.use_cases.inventory.registries import Registries
from ecr_scan_reporter.use_cases.inventory.snapshots import FetchedSnapshot, PublishedSnapshots
from tests.unit.snapshot.registries import APP, NOW, digest_of
from tests.unit.use_cases.fakes import one_at_a_time
from tests.unit.use_cases.inventory.bucket import FakeBucket
from tests.unit.use_cases.inventory.lake import FakeLakeBucket

WEB = replace(APP, name="team/web")
HOME = Home(APP.registry_id, APP.region)
THERE = replace(APP, region="us-west-2")
FOREIGN = Repository("999999999999", "us-west-2", "test/ubuntu")
FINDING = Finding("CVE-2021-44228", Severity.CRITICAL, "log4j", "2.14")
OLD = NOW - timedelta(days=2)
DENIED = CallFailedError("describe_images", "AccessDeniedException", "no")


@dataclass
class FakeInventoryRegistry:
    """Repositories and their images, or the error that listing one raises; the scans that ECR knows, by digest."""

    listed: dict[Repository, Sequence[Image] | Exception] = field(default_factory=dict)
    scans: dict[str, ScanResult | Exception] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    tagged: list[str] = field(default_factory=list)

    def repositories(self) -> Iterator[RepositoryDescription]:
        yield from map(RepositoryDescription, list(self.listed))

    def repository(self, name: str) -> RepositoryDescription:
        for each in self.listed:
            if each.name == name:
                return RepositoryDescription(each)
        raise RepositoryNotFoundError(name)

    def images(self, repository: str, tag_status: TagStatus) -> Iterator[Image]:
        (images,) = [images for each, images in self.listed.items() if each.name == repository]
        if isinstance(images, Exception):
            raise images
        yield from images

    def images_named(self, repository: str, references: Sequence[ImageReference]) -> Iterator[Image]:
        tags = {reference.tag for reference in references}
        return (image for image in self.images(repository, TagStatus.ANY) if not tags.isdisjoint(image.tags))

    def repository_tags(self, repository: Repository) -> Mapping[str, str]:
        self.tagged.append(repository.name)
        return self.tags

    def scan_result(self, image: ImageId) -> ScanResult | None:
        self.asked.append(image.digest)
        answer = self.scans.get(image.digest)
        if isinstance(answer, Exception):
            raise answer
        return answer


@dataclass
class FakeInventoryLedger:
    """The ledger as a build reads and writes it; `reads` names what was read."""

    all_entries: list[LedgerEntry] = field(default_factory=list)
    entries_in_journal: list[JournalEntry] = field(default_factory=list)
    reads: list[str] = field(default_factory=list)
    recorded: list[ImageRecord] = field(default_factory=list)

    def entries(self) -> Iterable[LedgerEntry]:
        self.reads.append("all")
        return self.all_entries

    def entries_of(self, repository: Repository) -> Iterable[LedgerEntry]:
        self.reads.append(repository.name)
        return [each for each in self.all_entries if isinstance(each, ImageState) and each.repository == repository]

    def entries_named(self, entries: Iterable[JournalEntry]) -> Iterable[LedgerEntry]:
        named = {entry.digest for entry in entries}
        return [each for each in self.all_entries if isinstance(each, ImageState) and each.digest in named]

    def journal(self, since: datetime) -> Iterable[JournalEntry]:
        self.reads.append(f"journal since {since:%Y-%m-%d %H:%M}")
        return self.entries_in_journal

    def record_result(self, record: ImageRecord, now: datetime) -> bool:
        self.recorded.append(record)
        return True


@dataclass
class World:
    """All that a build works with."""

    folder: Path
    registry: FakeInventoryRegistry = field(default_factory=FakeInventoryRegistry)
    ledger: FakeInventoryLedger = field(default_factory=FakeInventoryLedger)
    bucket: FakeBucket = field(default_factory=FakeBucket)
    problems: list[str] = field(default_factory=list)
    places: Callable[[], Places | None] = lambda: None
    lake: FakeLakeBucket | None = None
    calls_left: int = 1_000_000
    builds: int = 0
    configs: list[ScanConfig] = field(default_factory=list)
    others: dict[Repository, FakeInventoryRegistry] = field(default_factory=dict)

    def build(self, now: datetime = NOW) -> BuildSummary:
        self.builds += 1
        folder = self.folder / f"build-{self.builds}"
        folder.mkdir()
        registries = Registries(self.registry, HOME, self.others.__getitem__)
        asker = BaselineAsker(registries, BaselineStores(self.bucket, self.ledger), (), one_at_a_time, now, HOME)
        elsewhere = registries.elsewhere(self.configs)
        return build_inventory(
            BuildSources(self.registry, self.ledger, self.bucket, asker, (), self.places, elsewhere=elsewhere),
            BuildTools(
                PublishedSnapshots(self.bucket, self.problems.append),
                one_at_a_time,
                one_at_a_time,
                folder,
                self.is_time_up,
                lambda: False,
                self.problems.append,
                self.lake,
            ),
            policy=BuildPolicy(parse_duration("7d"), "owner"),
            now=now,
        )

    def is_time_up(self) -> bool:
        self.calls_left -= 1
        return self.calls_left < 0

    def names(self) -> list[str]:
        with closing(self.opened()) as inventory:
            return sorted(image.name for image in inventory.images().items)

    def found(self) -> list[str]:
        with closing(self.opened()) as inventory:
            return sorted(each.image.name for each in inventory.where(FindingFilter()).items)

    def opened(self) -> SnapshotInventory:
        snapshots = PublishedSnapshots(self.bucket, self.problems.append)
        sources = [
            FetchedSnapshot(snapshots, each, self.folder / f"reader-{self.builds}-{each.info.id}")
            for each in snapshots.read_pointer()
        ]
        return SnapshotInventory(sources)

    def push(self, repository: Repository, *numbers: int) -> list[Image]:
        """List these images, tagged by their numbers."""
        images = [Image(ImageId(repository, digest_of(str(number))), (f"1.{number}",)) for number in numbers]
        self.registry_of(repository).listed[repository] = images
        return images

    def registry_of(self, repository: Repository) -> FakeInventoryRegistry:
        return self.others.get(repository, self.registry)

    def configure(self, repository: Repository, *tags: str) -> FakeInventoryRegistry:
        """Let a scan configuration name a repository elsewhere, which is in a registry of its own."""
        place = (repository.region, repository.registry_id, repository.name)
        self.configs.append(ScanConfig(f"id-{len(self.configs)}", NOW, *place, tags or None))
        return self.others.setdefault(repository, FakeInventoryRegistry())

    def scan(self, image: Image, *, at: datetime = OLD) -> None:
        """Let ECR know a scan of an image, of which nothing is stored."""
        self.registry_of(image.repository).scans[image.digest] = ScanResult(
            ScanStatus.COMPLETE, at, counts={Severity.CRITICAL: 1}, findings=(FINDING,)
        )

    def store(self, image: Image, *findings: Finding, at: datetime = OLD) -> None:
        """Store a result, as the reporter does, with its entries in the ledger."""
        result = ScanResult(ScanStatus.COMPLETE, at, findings=findings)
        self.bucket.save(findings_key(image.id), result_document(ScannedImage(image.id, image.tags), result))
        self.ledger.all_entries.append(ImageState(image.id, scanner=LastScan(ScanStatus.COMPLETE, at)))
        self.ledger.entries_in_journal.append(JournalEntry(image.repository, image.digest))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_repository_that_cannot_be_listed_stays_as_it_was_and_is_named(world: World) -> None:
    world.push(APP, 1)
    world.push(WEB, 2)
    world.build()
    world.registry.listed |= {APP: DENIED}
    summary = world.build()
    assert summary.info.errors == (f"{APP}: {DENIED}",)
    assert (summary.info.is_complete, world.names()) == (False, ["team/app:1.1", "team/web:1.2"])
    world.registry.listed |= {APP: []}
    assert world.build().info.errors == ()
    assert world.names() == ["team/web:1.2"]


@pytest.mark.parametrize("gone", [RepositoryNotFoundError("gone"), None])
def test_a_repository_that_is_gone_is_gone(world: World, gone: Exception | None) -> None:
    world.push(APP, 1)
    world.push(WEB, 2)
    world.build()
    if gone:
        world.registry.listed |= {APP: gone}
    else:
        del world.registry.listed[APP]
    assert world.build().info.errors == ()
    assert world.names() == ["team/web:1.2"]


def test_when_time_is_up_no_repository_counts_as_gone(world: World) -> None:
    for number in range(5):
        world.push(replace(APP, name=f"team/app-{number}"), number)
    world.build()
    world.calls_left = 2
    summary = world.build()
    assert summary.info.errors == ("time was up before all repositories were listed",)
    assert len(world.names()) == 5


def test_the_whole_ledger_is_read_first_then_the_journal_and_after_a_day_all_again(world: World) -> None:
    (image,) = world.push(APP, 1)
    world.store(image, FINDING)
    for hours in (0, 1, 23, 25):
        world.build(NOW + timedelta(hours=hours))
    assert world.ledger.reads == [
        "all",
        "journal since 2026-11-21 11:45",
        "journal since 2026-11-21 12:45",
        "all",
    ]
    # An unchanged result is known by its version.
    assert world.bucket.loads.count(image.id) == 3


def test_a_result_that_no_journal_names_is_read_after_a_day(world: World) -> None:
    (image,) = world.push(APP, 1)
    world.build()
    world.store(image, FINDING)
    world.ledger.entries_in_journal.clear()
    world.build(NOW + timedelta(hours=1))
    assert world.found() == []
    world.build(NOW + timedelta(hours=25))
    assert world.found() == ["team/app:1.1"]


def test_what_the_images_scanner_wrote_is_read_by_repository(world: World) -> None:
    (image,) = world.push(APP, 1)
    world.build()
    refused = LastScan(ScanStatus.UNSUPPORTED_IMAGE, tried_at=NOW)
    world.ledger.all_entries = [ImageState(image.id, scanner=refused)]
    world.ledger.entries_in_journal = [JournalEntry(APP)]
    world.build()
    with closing(world.opened()) as inventory:
        assert inventory.images().items[0].scan_status is ScanStatus.UNSUPPORTED_IMAGE


def test_a_result_that_cannot_be_read_is_named_and_what_was_known_stays(world: World) -> None:
    image, other = world.push(APP, 1, 2)
    world.store(image, FINDING)
    world.build()
    world.bucket.objects[findings_key(image.id)] = b'{"findings": 1, "scan": {}}'
    world.store(other, FINDING)
    summary = world.build()
    assert len(world.problems) == 1
    assert "registryId of the stored result" in world.problems[0]
    assert (summary.info.errors, summary.info.is_complete) == (tuple(world.problems), False)
    assert world.found() == ["team/app:1.1", "team/app:1.2"]
    world.ledger.entries_in_journal.clear()
    assert world.build().info.pending == 1, "it is looked for until it can be read"


def test_a_damaged_result_does_not_look_like_an_image_without_findings(world: World) -> None:
    (image,) = world.push(APP, 1)
    world.store(image, FINDING)
    world.bucket.objects[findings_key(image.id)] = b"{"
    info = world.build().info
    assert (info.is_complete, info.pending, len(info.errors)) == (False, 1, 1)


def test_a_damaged_snapshot_makes_the_next_build_read_all(world: World) -> None:
    (image,) = world.push(APP, 1)
    world.build()
    world.store(image, FINDING)
    current = world.build().info.id
    world.ledger.entries_in_journal.clear()
    world.bucket.objects[f"inventory/v2/{current}/findings.sqlite.gz"] = b""
    summary = world.build()
    assert (summary.has_read_all, summary.is_anew, world.found()) == (True, False, ["team/app:1.1"])


def test_the_history_outlives_damaged_images(world: World) -> None:
    world.push(APP, 1)
    world.build(NOW - timedelta(days=3))
    current = world.build(NOW).info.id
    for key in [key for key in world.bucket.objects if "images.sqlite" in key]:
        world.bucket.objects[key] = b""
    assert world.build(NOW + timedelta(hours=1)).is_anew
    assert current
    with closing(world.opened()) as inventory:
        assert len(inventory.history((NOW - timedelta(days=10)).date(), NOW.date())) == 4


def test_scans_of_before_are_asked_once_stored_and_recorded(world: World) -> None:
    known, never = world.push(APP, 1, 2)
    world.scan(known)
    summary = world.build()
    assert (summary.asked, summary.info.is_complete, world.found()) == (2, True, ["team/app:1.1"])
    stored = world.bucket.load(findings_key(known.id))
    assert stored
    assert stored.content["undelivered"] == {}, "nobody got a report of it"
    assert stored.content["findings"][0]["firstSeenAt"] == "2026-11-19T12:00:00Z"
    assert [record.counts for record in world.ledger.recorded] == [{Severity.CRITICAL: 1}]
    assert world.bucket.tags == [(known.id, "1.1")]
    world.build(NOW + timedelta(hours=1))
    assert world.registry.asked == [known.digest, never.digest]
    world.build(NOW + timedelta(hours=25))
    assert world.registry.asked == [known.digest, never.digest, never.digest], "its event may have been lost"


def test_an_image_whose_scan_failed_is_not_asked_about(world: World) -> None:
    (image,) = world.push(APP, 1)
    world.ledger.all_entries = [ImageState(image.id, scanner=LastScan(ScanStatus.FAILED, OLD, description="no"))]
    assert (world.build().asked, world.registry.asked) == (0, [])


def test_a_result_that_the_reporter_stored_meanwhile_is_not_overwritten(world: World) -> None:
    (image,) = world.push(APP, 1)
    newer = replace(FINDING, name="CVE-2026-1")

    class _Racing(FakeInventoryRegistry):
        def scan_result(self, asked: ImageId) -> ScanResult | None:
            world.store(image, newer, at=NOW)
            return ScanResult(ScanStatus.COMPLETE, OLD, findings=(FINDING,))

    world.registry = _Racing(world.registry.listed)
    world.build()
    stored = world.bucket.load(findings_key(image.id))
    assert stored
    assert [finding["name"] for finding in stored.content["findings"]] == ["CVE-2026-1"]
    assert world.ledger.recorded == []
    world.build()
    assert world.found() == ["team/app:1.1"]


def test_without_the_right_to_read_findings_few_calls_are_made_and_it_is_said(world: World) -> None:
    images = world.push(APP, *range(50))
    for image in images:
        world.registry.scans[image.digest] = DENIED
    summary = world.build()
    assert len(world.registry.asked) <= 2
    assert (summary.info.is_complete, summary.info.pending) == (False, 50)
    assert "AccessDenied" in world.problems[0]


def test_owners_are_read_once_a_day(world: World) -> None:
    world.push(APP, 1)
    world.registry.tags = {"owner": "team-a"}
    for hours in (0, 1, 25):
        world.build(NOW + timedelta(hours=hours))
    assert world.registry.tagged == ["team/app", "team/app"]
    with closing(world.opened()) as inventory:
        assert inventory.images().items[0].owner == "team-a"


def test_the_same_build_twice_is_no_harm(world: World) -> None:
    (image,) = world.push(APP, 1)
    world.store(image, FINDING)
    first, second = world.build(), world.build()
    assert (first.info.generation, second.info.generation) == (1, 2)
    assert (world.found(), world.names()) == (["team/app:1.1"], ["team/app:1.1"])


def test_a_build_that_is_killed_after_it_asked_loses_no_findings(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.build()
    for image in world.push(APP, *range(5)):
        world.scan(image)

    def kill(*arguments: object) -> bool:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(PublishedSnapshots, "publish", kill)
        with pytest.raises(KeyboardInterrupt):
            world.build(NOW + timedelta(minutes=30))
    summary = world.build(NOW + timedelta(minutes=60))
    assert (summary.info.is_complete, len(world.found())) == (True, 5)


def test_what_the_slower_of_two_builds_stored_is_in_the_faster_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.build()
    (image,) = world.push(APP, 1)
    world.scan(image)
    publish = PublishedSnapshots.publish

    def publish_after_another(snapshots: PublishedSnapshots, *arguments: Any) -> bool:
        monkeypatch.setattr(PublishedSnapshots, "publish", publish)
        world.build(NOW + timedelta(minutes=31))
        return publish(snapshots, *arguments)

    monkeypatch.setattr(PublishedSnapshots, "publish", publish_after_another)
    assert not world.build(NOW + timedelta(minutes=30)).published
    assert world.found() == ["team/app:1.1"]


def test_an_image_that_is_pushed_again_has_the_findings_that_are_stored(world: World) -> None:
    (image,) = world.push(APP, 1)
    world.store(image, FINDING)
    world.build()
    world.ledger.entries_in_journal.clear()
    world.registry.listed[APP] = []
    world.build(NOW + timedelta(hours=1))
    world.registry.listed[APP] = [image]
    world.scan(image)
    summary = world.build(NOW + timedelta(hours=2))
    assert (summary.info.is_complete, world.found()) == (True, ["team/app:1.1"])


def test_repositories_that_time_did_not_allow_to_list_are_read_whole_when_they_are(world: World) -> None:
    for number in range(5):
        (image,) = world.push(replace(APP, name=f"team/app-{number}"), number)
        world.store(image, FINDING)
    world.ledger.entries_in_journal.clear()
    world.calls_left = 2
    assert not world.build().info.is_complete
    world.calls_left = 1_000_000
    summary = world.build(NOW + timedelta(minutes=30))
    assert (summary.info.is_complete, len(world.found())) == (True, 5)


def test_a_repository_that_could_not_be_listed_at_first_is_read_whole_when_it_can(world: World) -> None:
    images = world.push(APP, 1)
    world.store(images[0], FINDING)
    world.ledger.entries_in_journal.clear()
    world.registry.listed |= {APP: DENIED}
    world.build()
    world.registry.listed |= {APP: images}
    summary = world.build(NOW + timedelta(minutes=30))
    assert (summary.info.is_complete, world.found(), summary.asked) == (True, ["team/app:1.1"], 0)
    with closing(world.opened()) as inventory:
        assert inventory.images().items[0].scanned_at == OLD
    assert world.ledger.reads == ["all", "journal since 2026-11-21 11:45", "team/app"]


@pytest.mark.parametrize("calls", [3, 5])
def test_when_time_is_up_while_all_is_read_the_next_build_reads_all_again(world: World, calls: int) -> None:
    for image in world.push(APP, 1, 2, 3):
        world.store(image, FINDING)
    world.calls_left = calls
    summary = world.build()
    assert summary.published
    assert summary.info.errors == ("time was up before the ledger and the list of results were read",)
    world.calls_left = 1_000_000
    summary = world.build(NOW + timedelta(minutes=30))
    assert (summary.has_read_all, summary.info.is_complete, len(world.found())) == (True, True, 3)


def test_images_that_ecr_cannot_answer_for_do_not_keep_others_from_being_asked(world: World) -> None:
    *odd, last = world.push(APP, *range(LEAST + 1))
    for image in odd:
        world.registry.scans[image.digest] = CallFailedError("describe_image_scan_findings", "Validation", "odd")
    world.scan(last)
    summary = [world.build(NOW + timedelta(hours=hour)) for hour in range(2)][-1]
    assert world.found() == [f"team/app:1.{LEAST}"]
    assert summary.info.pending == LEAST
    assert any("Validation" in error for error in summary.info.errors)


def test_without_the_right_to_ask_ecs_the_places_are_those_of_before(world: World) -> None:
    def denied() -> Places:
        raise CallFailedError("list_clusters", "AccessDeniedException", "no")

    (image,) = world.push(APP, 1)
    world.places = lambda: {image.id: ["ecs:cluster/service"]}
    world.build()
    world.places = denied
    info = world.build().info
    with closing(world.opened()) as inventory:
        assert inventory.images().items[0].is_in_use
    assert (info.is_complete, len(info.errors)) == (False, 1)
    assert info.errors[0].startswith("where images run: list_clusters")


def test_athena_has_the_day_though_a_repository_cannot_be_listed(world: World) -> None:
    world.lake = FakeLakeBucket()
    world.push(APP, 1)
    world.registry.listed |= {WEB: DENIED}
    assert not world.build().info.is_complete
    assert complete_key(NOW.date()) in world.lake.files


def test_athena_waits_for_findings_that_are_still_to_be_read_and_that_is_said(world: World) -> None:
    world.lake = FakeLakeBucket()
    (image,) = world.push(APP, 1)
    world.store(image, FINDING)
    world.bucket.objects[findings_key(image.id)] = b"{"
    world.build()
    assert world.lake.files == {}
    assert world.problems[-1] == "the day is not written for Athena: 1 images are pending"


# --- what scan configurations name elsewhere --------------------------------------------------------------------------


def test_configured_repositories_of_other_registries_and_regions_are_listed_beside_ones_own(world: World) -> None:
    world.push(APP, 1)
    world.configure(THERE)
    world.configure(FOREIGN, "1.3", "1.9")
    world.configure(FOREIGN, "1.4")
    world.push(THERE, 2)
    world.push(FOREIGN, 3, 4, 5)
    summary = world.build()
    assert (summary.repositories, summary.info.errors) == (3, ())
    assert world.names() == ["team/app:1.1", "team/app:1.2", "test/ubuntu:1.3", "test/ubuntu:1.4"]


def test_a_configuration_of_ones_own_registry_adds_nothing(world: World) -> None:
    world.push(APP, 1)
    world.configs = [ScanConfig("id", NOW, APP.region, APP.registry_id, "gone")]
    summary = world.build()
    assert (summary.repositories, summary.info.is_complete) == (1, True)


def test_what_is_no_longer_configured_is_no_longer_there(world: World) -> None:
    world.push(APP, 1)
    world.configure(THERE)
    world.push(THERE, 2)
    world.build()
    world.configs.clear()
    assert world.build().info.errors == ()
    assert world.names() == ["team/app:1.1"]


def test_a_configured_repository_that_cannot_be_read_stays_as_it_was_and_the_others_are_read(world: World) -> None:
    world.push(APP, 1)
    for place in (THERE, FOREIGN):
        world.configure(place)
    world.push(THERE, 2)
    world.push(FOREIGN, 3)
    world.build()
    world.others[FOREIGN].listed |= {FOREIGN: DENIED}
    world.push(THERE, 2, 4)
    summary = world.build()
    assert summary.info.errors == (f"{FOREIGN}: {DENIED}",)
    assert not summary.info.is_complete
    assert world.names() == ["team/app:1.1", "team/app:1.2", "team/app:1.4", "test/ubuntu:1.3"]


@pytest.mark.parametrize(
    "error",
    [
        DENIED,
        CallFailedError("describe_images", "UnrecognizedClientException", "the token is invalid"),
        CallFailedError("describe_images", "EndpointConnectionError", "no such host", is_passing=True),
        CallFailedError("describe_images", "ThrottlingException", "slower", is_passing=True, is_throttled=True),
    ],
    ids=["denied", "the region is off", "no such region", "throttled"],
)
def test_a_configured_repository_that_could_never_be_read_is_named_and_holds_up_no_other(
    world: World, error: CallFailedError
) -> None:
    world.push(APP, 1)
    world.configure(FOREIGN).listed[FOREIGN] = error
    world.configure(THERE)
    world.push(THERE, 2)
    for _ in range(2):
        assert world.build().info.errors == (f"{FOREIGN}: {error}",)
        assert world.names() == ["team/app:1.1", "team/app:1.2"]


def test_a_configured_repository_that_is_not_there_is_named_and_gone(world: World) -> None:
    world.push(APP, 1)
    world.configure(FOREIGN)
    world.push(FOREIGN, 3)
    world.build()
    world.others[FOREIGN].listed.clear()
    expected = f"{FOREIGN}: a scan configuration names it, and there is no such repository"
    assert world.build().info.errors == (expected,)
    assert world.names() == ["team/app:1.1"]
    assert world.build().info.errors == (expected,)


def test_scans_elsewhere_are_asked_of_the_registry_there_and_left_for_the_reporter_to_store(world: World) -> None:
    (here,) = world.push(APP, 1)
    world.configure(THERE)
    (there,) = world.push(THERE, 2)
    for image in (here, there):
        world.scan(image)
    assert world.build().info.is_complete
    assert world.found() == ["team/app:1.1", "team/app:1.2"]
    assert (world.registry.asked, world.others[THERE].asked) == ([here.digest], [there.digest])
    assert world.bucket.load(findings_key(here.id))
    assert world.bucket.load(findings_key(there.id)) is None
    assert [record.image for record in world.ledger.recorded] == [here.id]
    world.store(there, FINDING, replace(FINDING, name="CVE-2026-1"), at=NOW)
    world.build(NOW + timedelta(hours=1))
    assert world.found() == ["team/app:1.1", "team/app:1.2", "team/app:1.2"]


def test_a_registry_that_tells_no_findings_keeps_no_other_from_being_asked(world: World) -> None:
    world.configure(FOREIGN)
    denied = world.push(FOREIGN, *range(10, 13))
    for image in denied:
        world.others[FOREIGN].scans[image.digest] = DENIED
    (here,) = world.push(APP, 1)
    world.scan(here)
    summary = world.build()
    assert summary.info.errors == (f"{denied[0].id}: {DENIED}",)
    assert world.others[FOREIGN].asked == [denied[0].digest]
    assert world.found() == ["team/app:1.1"]


def test_a_scan_that_runs_elsewhere_is_asked_about_until_its_end(world: World) -> None:
    world.configure(THERE)
    (there,) = world.push(THERE, 2)
    registry = world.others[THERE]
    registry.scans[there.digest] = ScanResult(ScanStatus.IN_PROGRESS)
    assert world.build().info.pending == 1
    world.scan(there, at=NOW + timedelta(minutes=2))
    assert world.build(NOW + timedelta(minutes=30)).info.pending == 0
    assert (world.found(), registry.asked) == (["team/app:1.2"], [there.digest] * 2)


def test_a_scan_that_runs_here_is_not_asked_about_again_because_an_event_tells_its_end(world: World) -> None:
    (here,) = world.push(APP, 1)
    world.registry.scans[here.digest] = ScanResult(ScanStatus.IN_PROGRESS)
    assert [world.build(NOW + timedelta(hours=hour)).info.pending for hour in range(2)] == [0, 0]
    assert world.registry.asked == [here.digest]
