"""Build the inventory: list the registry, read what changed, publish one snapshot."""

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ecr_scan_reporter.concurrency.threads import ConcurrentMap
from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.exploits.known import NOTHING_KNOWN, Exploits
from ecr_scan_reporter.domain.findings.importance import DEFAULT_EPSS_THRESHOLD
from ecr_scan_reporter.domain.findings.remediation import DEFAULT_DEADLINES, RemediationDays
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import CallFailedError, InvalidInputError
from ecr_scan_reporter.snapshot.files import SnapshotFiles, read_facts
from ecr_scan_reporter.snapshot.schema import SCHEMA
from ecr_scan_reporter.snapshot.writing.builder import SnapshotBuilder
from ecr_scan_reporter.snapshot.writing.importance import ImportanceRules
from ecr_scan_reporter.snapshot.writing.suppressions import Suppressions
from ecr_scan_reporter.use_cases.inventory import list_registry, read_ledger, read_results
from ecr_scan_reporter.use_cases.inventory.ask_baselines import BaselineAsker
from ecr_scan_reporter.use_cases.inventory.progress import NoProgress
from ecr_scan_reporter.use_cases.inventory.scan_order import ScanOrderPublisher
from ecr_scan_reporter.use_cases.inventory.snapshots import PublishedSnapshots
from ecr_scan_reporter.use_cases.inventory.urgent import UrgentPublisher
from ecr_scan_reporter.use_cases.inventory.write_lake import LakeBucket, write_lake_once

# Once a day everything is read, whatever the journal says: an entry may be lost.
ALL_READ_AGAIN_AFTER = timedelta(hours=24)
MAX_ERRORS = 20
READ_UNTIL, ALL_READ_AT = "read_until", "all_read_at"

Places = Mapping[ImageId, Iterable[str]]


def nothing_known(names: Collection[str]) -> Exploits:  # noqa: ARG001 - as BuildSources.exploits
    """Return that nothing is known of exploits: the feeds are off."""
    return NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class BuildSources:
    """What the inventory is made of. `places` says where images run, None where nobody knows.

    `exploits` returns what is known of these CVEs. `elsewhere` are repositories of other registries and regions.
    """

    registry: list_registry.Registry
    ledger: read_ledger.Ledger
    results: read_results.Results
    baselines: BaselineAsker
    suppressions: Sequence[Suppression]
    places: Callable[[], Places | None]
    exploits: Callable[[Collection[str]], Exploits] = nothing_known
    elsewhere: Iterable[list_registry.ConfiguredRepository] = ()


@dataclass(frozen=True, slots=True)
class BuildTools:
    """What the build works with. It reads nothing more once `time_is_up`, so that there is time to publish; then the
    lake is written until `is_over`. `lake` is None without Athena's tables.
    """

    snapshots: PublishedSnapshots
    across_repositories: ConcurrentMap
    concurrently: ConcurrentMap
    folder: Path
    time_is_up: Callable[[], bool]
    is_over: Callable[[], bool]
    on_problem: Callable[[str], object]
    lake: LakeBucket | None = None
    order: ScanOrderPublisher | None = None
    urgent: UrgentPublisher | None = None


@dataclass(frozen=True, slots=True)
class BuildPolicy:
    """The age at which a scan expires, the AWS tag with the owner of a repository, and what is important.

    The latter is from which EPSS a finding is likely to be exploited (None: off), and when findings must be gone.
    """

    max_age: Duration
    owner_key: str
    epss_threshold: float | None = DEFAULT_EPSS_THRESHOLD
    remediation_days: RemediationDays = DEFAULT_DEADLINES


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build did. `published` is False where another build was faster."""

    info: SnapshotInfo
    published: bool
    is_anew: bool
    has_read_all: bool
    repositories: int
    images: int
    results: int
    asked: int

    def fields(self) -> dict[str, Any]:
        """Return the summary for logs, and for whoever invokes the function."""
        info = self.info
        return {
            "published": self.published,
            "snapshot": info.id,
            "generation": info.generation,
            "complete": info.is_complete,
            "pending": info.pending,
            "errors": list(info.errors),
            "builtAnew": self.is_anew,
            "readAll": self.has_read_all,
            "repositories": self.repositories,
            "images": self.images,
            "resultsRead": self.results,
            "asked": self.asked,
        }


def build_inventory(sources: BuildSources, tools: BuildTools, *, policy: BuildPolicy, now: datetime) -> BuildSummary:
    """Build one snapshot and publish it. What time does not allow is left to the next build, and the snapshot says so.

    Raises CallFailedError where the repositories, the ledger, a result or the suppressions cannot be read: the last
    snapshot stays.
    """
    files = SnapshotFiles(tools.folder)
    published = tools.snapshots.read_pointer()
    before = tools.snapshots.fetch_all(files, published)
    facts = read_facts(files) if before else {}
    # What a refused snapshot had read is in no journal.
    is_all = before is None or before is not published[0] or _is_all_due(facts, now)
    builder = SnapshotBuilder(
        files,
        Suppressions(sources.suppressions, now.astimezone(UTC).date()),
        is_fresh=before is None,
        has_history=before is not None or tools.snapshots.fetch_history(files, published),
        max_age=policy.max_age,
        now=now,
    )
    errors = _list(sources, builder, tools, policy, now)
    is_whole = is_all and _expect_all(sources, builder, tools, errors)
    if not is_all:
        _expect_what_changed(sources, builder, _moment(facts[READ_UNTIL]))

    def note(problem: str) -> None:
        errors.append(problem)
        tools.on_problem(problem)

    while_possible: dict[str, Any] = {"time_is_up": tools.time_is_up, "on_problem": note}
    read = read_results.read_results(sources.results, builder, tools.concurrently, **while_possible)
    asked = sources.baselines.ask(builder, progress=NoProgress(), **while_possible)
    repositories, images, pending = builder.counts()
    exploits = sources.exploits(builder.vulnerability_names())
    rules = ImportanceRules(exploits, policy.epss_threshold, policy.remediation_days)
    info = rules.of(_info(before.info.generation if before else 0, pending, errors, now))
    kept = {} if is_all else {ALL_READ_AT: facts[ALL_READ_AT]}
    for_next_build = {READ_UNTIL: now.isoformat()} | ({ALL_READ_AT: now.isoformat()} if is_whole else kept)
    builder.close(info, for_next_build, rules, compacts=is_all and before is not None)
    is_published = _publish(files, info, tools, now, deletes_strays=is_all)
    return BuildSummary(info, is_published, before is None, is_all, repositories, images, read, asked)


def _list(
    sources: BuildSources, builder: SnapshotBuilder, tools: BuildTools, policy: BuildPolicy, now: datetime
) -> list[str]:
    errors = list_registry.list_registry(
        sources.registry,
        builder,
        tools.across_repositories,
        owner_key=policy.owner_key,
        elsewhere=sources.elsewhere,
        time_is_up=tools.time_is_up,
        progress=NoProgress(),
        now=now,
    )
    try:
        builder.write_running(sources.places())
    except CallFailedError as error:
        errors.append(f"where images run: {error}")
    return errors


def _expect_all(sources: BuildSources, builder: SnapshotBuilder, tools: BuildTools, errors: list[str]) -> bool:
    """Read the whole ledger and the list of all results; return False where time was up before the end."""
    is_whole = read_ledger.read_whole_ledger(sources.ledger, builder, tools.time_is_up)
    is_whole = is_whole and read_results.expect_all_results(sources.results, builder, tools.time_is_up)
    if not is_whole:
        errors.append("time was up before the ledger and the list of results were read")
    return is_whole


def _expect_what_changed(sources: BuildSources, builder: SnapshotBuilder, since: datetime) -> None:
    """Read what the journal names, and all of a repository that could not be listed before, or is new."""
    read_ledger.read_journal(sources.ledger, builder, since)
    read_ledger.read_ledger_of(sources.ledger, builder, builder.new_repositories())
    builder.expect_results_of(builder.new_repositories())


def _info(last_generation: int, pending: int, errors: Sequence[str], now: datetime) -> SnapshotInfo:
    return SnapshotInfo(
        schema=SCHEMA,
        generation=last_generation + 1,
        id=f"{now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}",
        built_at=now,
        is_complete=not pending and not errors,
        pending=pending,
        errors=tuple(errors[:MAX_ERRORS]),
    )


def _publish(
    files: SnapshotFiles, info: SnapshotInfo, tools: BuildTools, now: datetime, *, deletes_strays: bool
) -> bool:
    """Publish the snapshot, and what is made of it; return False where another build was faster."""
    if not tools.snapshots.publish(files, info, now):
        return False
    if deletes_strays:
        tools.snapshots.delete_strays(now)
    if tools.order:
        tools.order.publish(files, now)
    if tools.urgent:
        tools.urgent.publish(files)
    if tools.lake and info.pending:
        tools.on_problem(f"the day is not written for Athena: {info.pending} images are pending")
    elif tools.lake:
        write_lake_once(files, now.astimezone(UTC).date(), tools.lake, tools.is_over)
    return True


def _is_all_due(facts: Mapping[str, str], now: datetime) -> bool:
    try:
        return now - _moment(facts[ALL_READ_AT]) >= ALL_READ_AGAIN_AFTER or READ_UNTIL not in facts
    except (KeyError, InvalidInputError):
        return True


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError("a moment of the snapshot", text, "an ISO 8601 moment") from error
