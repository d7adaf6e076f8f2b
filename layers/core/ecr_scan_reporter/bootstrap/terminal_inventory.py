"""The inventory of the command line: the account's snapshot, or one that is made of ECR's answers."""

from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from ecr_scan_reporter.aws.feed_objects import FeedObjects
from ecr_scan_reporter.aws.findings_bucket import FindingsBucket
from ecr_scan_reporter.aws.inventory_bucket import InventoryBucket
from ecr_scan_reporter.aws.ledger.contents import LedgerContents
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.sessions import make_client
from ecr_scan_reporter.aws.stacks import Stacks
from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.bootstrap.terminal_session import profile_session
from ecr_scan_reporter.concurrency.threads import ThreadedMap
from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.exploits.known import Exploits
from ecr_scan_reporter.domain.registry.tag_options import DEFAULT_OWNER_KEY
from ecr_scan_reporter.domain.suppressions.rules import Suppression, glob_test
from ecr_scan_reporter.errors import InvalidInputError, MissingInputError
from ecr_scan_reporter.settings.command_line import TerminalInventorySettings
from ecr_scan_reporter.settings.scanning import DEFAULT_MAX_AGE
from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from ecr_scan_reporter.use_cases.exploits.of_names import ExploitsOfNames
from ecr_scan_reporter.use_cases.inventory.build import BuildPolicy, nothing_known
from ecr_scan_reporter.use_cases.inventory.ports import Inventory
from ecr_scan_reporter.use_cases.inventory.progress import InventoryProgress
from ecr_scan_reporter.use_cases.inventory.snapshots import FetchedSnapshot, PublishedSnapshots

PREFIX = "ecr-scan-reporter-"
REPOSITORIES_AT_A_TIME = 8
StackOutput = Callable[[str, str], str]
"""Returns an output of a stack, by the names of both."""


@dataclass(frozen=True, slots=True)
class InventorySource:
    """What an inventory is made of: the snapshot in a bucket; with --live ECR, the tables, the feeds in the bucket."""

    bucket: str = ""
    ledger_table: str = ""
    suppressions_table: str = ""


class TerminalInventory:
    """The inventory that the settings name."""

    def __init__(self, settings: TerminalInventorySettings) -> None:
        self._settings = settings

    @property
    def has_feeds(self) -> bool:
        """True where something may be known of exploits: --live alone reads no copies of KEV and EPSS."""
        settings = self._settings
        return not settings.is_live or bool(settings.stack or settings.findings_bucket)

    @contextmanager
    def open(self, on_problem: Callable[[str], object], progress: InventoryProgress) -> Iterator[Inventory]:
        """Open the inventory; its files are removed at the end.

        `on_problem` gets a sentence about each thing that cannot be read. Raises InvalidInputError where the settings
        name no snapshot, and CallFailedError where AWS refuses a call.
        """
        source = inventory_source(self._settings, self._output)
        with TemporaryDirectory(prefix=PREFIX) as folder:
            inventory = _inventory(self._settings, source, self._clients, Path(folder), on_problem, progress)
            with closing(inventory):
                yield inventory

    def suppressions(self, on_problem: Callable[[str], object]) -> list[Suppression]:
        """Return the suppressions, of which `open` needs none. Raises MissingInputError where no table is named."""
        table = self._clients.suppressions(suppressions_table(self._settings, self._output), on_problem)
        if table is None:
            raise MissingInputError("the suppressions table", "named by --stack, or by SUPPRESSIONS_TABLE")
        return list(table.all())

    @cached_property
    def _clients(self) -> Clients:
        settings = self._settings
        return Clients(settings.concurrency, profile_session(settings.profile, settings.region))

    def _output(self, stack: str, name: str) -> str:
        return Stacks(make_client("cloudformation", session=self._clients.session), Caller()).output(stack, name)


def inventory_source(settings: TerminalInventorySettings, output: StackOutput) -> InventorySource:
    """Return what to make the inventory of. Raises MissingInputError where the settings name no snapshot."""
    stack = settings.stack
    if settings.is_live:
        ledger = settings.ledger_table or (output(stack, "ScanLedgerTableName") if stack else "")
        bucket = settings.findings_bucket or (output(stack, "FindingsBucketName") if stack else "")
        return InventorySource(bucket, ledger, suppressions_table(settings, output))
    if settings.findings_bucket:
        return InventorySource(settings.findings_bucket)
    if stack:
        return InventorySource(output(stack, "FindingsBucketName"))
    raise MissingInputError(
        "the inventory",
        "named by --stack, --findings-bucket or FINDINGS_BUCKET; --live asks ECR, and needs no deployed application",
    )


def suppressions_table(settings: TerminalInventorySettings, output: StackOutput) -> str:
    """Return the name of the suppressions table, empty where neither a table nor a stack is named."""
    if settings.suppressions_table or not settings.stack:
        return settings.suppressions_table
    return output(settings.stack, "SuppressionsTableName")


def _inventory(
    settings: TerminalInventorySettings,
    source: InventorySource,
    clients: Clients,
    folder: Path,
    on_problem: Callable[[str], object],
    progress: InventoryProgress,
) -> SnapshotInventory:
    if settings.is_live:
        return _live(settings, source, clients, folder, on_problem, progress)
    snapshots = PublishedSnapshots(InventoryBucket(clients.make("s3"), Caller(), source.bucket), on_problem)
    published = snapshots.read_pointer()
    if not published:
        allowed = "one with an inventory: deploy with EnableInventory=True, and wait for its first run"
        raise InvalidInputError("the bucket", source.bucket, allowed)
    sources = [FetchedSnapshot(snapshots, each, folder / str(number)) for number, each in enumerate(published)]
    return SnapshotInventory(sources, on_problem)


def _live(
    settings: TerminalInventorySettings,
    source: InventorySource,
    clients: Clients,
    folder: Path,
    on_problem: Callable[[str], object],
    progress: InventoryProgress,
) -> SnapshotInventory:
    from ecr_scan_reporter.use_cases.inventory.live import LiveSources, LiveTools, live_inventory

    now = datetime.now(UTC)
    ledger = source.ledger_table
    suppressions = clients.suppressions(source.suppressions_table, on_problem)
    return live_inventory(
        LiveSources(
            clients.registry(registry_id=settings.registry_id),
            LedgerContents(clients.make("dynamodb"), Caller(), ledger, on_problem) if ledger else None,
            suppressions.all() if suppressions else (),
            _exploits(clients, source.bucket, on_problem, now) if source.bucket else nothing_known,
        ),
        LiveTools(
            ThreadedMap(ThreadPoolExecutor(REPOSITORIES_AT_A_TIME), REPOSITORIES_AT_A_TIME),
            clients.threads(),
            folder,
            glob_test(settings.repository or "*"),
            on_problem,
            progress,
        ),
        policy=BuildPolicy(parse_duration(DEFAULT_MAX_AGE), DEFAULT_OWNER_KEY),
        now=now,
    )


def _exploits(
    clients: Clients, bucket: str, on_problem: Callable[[str], object], now: datetime
) -> Callable[[Collection[str]], Exploits]:
    client, caller = clients.make("s3"), Caller()
    documents, copies = FindingsBucket(client, caller, bucket), FeedObjects(client, caller, bucket)
    return ExploitsOfNames(documents, copies, on_problem, now)
