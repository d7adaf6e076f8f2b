"""Make an inventory of ECR's own answers, without a deployed application: it is nowhere stored."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from ecr_scan_reporter.concurrency.threads import ConcurrentMap
from ecr_scan_reporter.domain.exploits.known import Exploits
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.snapshot.files import SnapshotFiles
from ecr_scan_reporter.snapshot.inventory import LocalSnapshot, SnapshotInventory
from ecr_scan_reporter.snapshot.schema import SCHEMA
from ecr_scan_reporter.snapshot.writing.builder import SnapshotBuilder
from ecr_scan_reporter.snapshot.writing.importance import ImportanceRules
from ecr_scan_reporter.snapshot.writing.suppressions import Suppressions
from ecr_scan_reporter.use_cases.inventory import ask_baselines, list_registry
from ecr_scan_reporter.use_cases.inventory.ask_baselines import BaselineAsker
from ecr_scan_reporter.use_cases.inventory.build import MAX_ERRORS, BuildPolicy, nothing_known
from ecr_scan_reporter.use_cases.inventory.progress import InventoryProgress
from ecr_scan_reporter.use_cases.inventory.read_ledger import Ledger, read_whole_ledger

NO_LIMIT = 1_000_000_000


class Registry(list_registry.Registry, ask_baselines.Registry, Protocol):
    """The registry that is asked."""


@dataclass(frozen=True, slots=True)
class LiveSources:
    """What the inventory is made of; the ledger is optional. `exploits` returns what is known of these CVEs."""

    registry: Registry
    ledger: Ledger | None
    suppressions: Sequence[Suppression]
    exploits: Callable[[Collection[str]], Exploits] = nothing_known


@dataclass(frozen=True, slots=True)
class LiveTools:
    """What it works with. `selects` tells by its name whether a repository is wanted."""

    across_repositories: ConcurrentMap
    concurrently: ConcurrentMap
    folder: Path
    selects: Callable[[str], object]
    on_problem: Callable[[str], object]
    progress: InventoryProgress


def live_inventory(sources: LiveSources, tools: LiveTools, *, policy: BuildPolicy, now: datetime) -> SnapshotInventory:
    """Ask ECR about every image, and return the inventory. Raises CallFailedError where the list cannot be read."""
    files = SnapshotFiles(tools.folder)
    builder = SnapshotBuilder(
        files,
        Suppressions(sources.suppressions, now.astimezone(UTC).date()),
        is_fresh=True,
        has_history=False,
        max_age=policy.max_age,
        now=now,
    )
    errors = list_registry.list_registry(
        sources.registry,
        builder,
        tools.across_repositories,
        owner_key=policy.owner_key,
        selects=tools.selects,
        time_is_up=_never,
        progress=tools.progress,
        now=now,
    )
    if sources.ledger:
        read_whole_ledger(sources.ledger, builder, _never)
    problems: list[str] = []
    asker = BaselineAsker(sources.registry, None, sources.suppressions, tools.concurrently, now)
    asker.ask(builder, most=NO_LIMIT, time_is_up=_never, on_problem=problems.append, progress=tools.progress)
    for problem in (*errors, *problems):
        tools.on_problem(problem)
    errors += problems
    info = SnapshotInfo(SCHEMA, 1, "live", now, is_complete=not errors, errors=tuple(errors[:MAX_ERRORS]))
    rules = ImportanceRules(
        sources.exploits(builder.vulnerability_names()), policy.epss_threshold, policy.remediation_days
    )
    builder.close(rules.of(info), {}, rules)
    return SnapshotInventory([LocalSnapshot(files)], tools.on_problem)


def _never() -> bool:
    return False
