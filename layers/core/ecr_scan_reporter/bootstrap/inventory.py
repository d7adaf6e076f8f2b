"""The dependencies of inventory."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from ecr_scan_reporter.aws.ecr import EcrRegistry
from ecr_scan_reporter.aws.feed_objects import FeedObjects
from ecr_scan_reporter.aws.inventory_bucket import InventoryBucket
from ecr_scan_reporter.aws.ledger.contents import LedgerContents
from ecr_scan_reporter.aws.ledger.table import ScanLedger
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.bootstrap.environment import made_once
from ecr_scan_reporter.bootstrap.home import home_of_application
from ecr_scan_reporter.bootstrap.invocation_folder import folder_of_invocation
from ecr_scan_reporter.bootstrap.observability import warn
from ecr_scan_reporter.concurrency.threads import ThreadedMap
from ecr_scan_reporter.domain.inventory.places import ECS, running_in
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.settings.inventory import InventorySettings
from ecr_scan_reporter.settings.variables import Environment
from ecr_scan_reporter.use_cases.exploits.of_names import ExploitsOfNames
from ecr_scan_reporter.use_cases.inventory.ask_baselines import BaselineAsker, BaselineStores
from ecr_scan_reporter.use_cases.inventory.build import BuildPolicy, BuildSources, BuildTools, nothing_known
from ecr_scan_reporter.use_cases.inventory.registries import Registries
from ecr_scan_reporter.use_cases.inventory.scan_order import ScanOrderPublisher
from ecr_scan_reporter.use_cases.inventory.snapshots import PublishedSnapshots
from ecr_scan_reporter.use_cases.inventory.urgent import UrgentPublisher
from ecr_scan_reporter.use_cases.inventory.write_lake import LakeBucket

# Each holds the images of its repository until they are written.
REPOSITORIES_AT_A_TIME = 8
warn_of_problem = warn("inventory: not read")


class InventoryBuilder:
    """The dependencies of inventory."""

    def __init__(self, settings: InventorySettings) -> None:
        self.settings = settings
        self._clients = clients = Clients(settings.concurrency)
        self._registry = clients.registry()
        self._bucket = InventoryBucket(clients.make("s3"), Caller(), settings.findings_bucket)
        dynamodb = clients.make("dynamodb")
        self._ledger = LedgerContents(dynamodb, Caller(), settings.ledger_table, warn("ledger item ignored"))
        self._results = ScanLedger(dynamodb, Caller(), settings.ledger_table)
        self._suppressions = clients.suppressions(settings.suppressions_table, warn("suppression ignored"))
        self._configs = clients.configs(settings.configs_table, warn("scan configuration ignored"))
        self._concurrently = clients.threads()
        self._across_repositories = ThreadedMap(ThreadPoolExecutor(REPOSITORIES_AT_A_TIME), REPOSITORIES_AT_A_TIME)
        self._lake = _lake(clients, settings.findings_bucket) if settings.has_lake else None
        importance = settings.importance
        self.policy = BuildPolicy(
            settings.policy.max_age, settings.owner_tag_key, importance.epss_threshold, importance.remediation_days
        )
        self._order = ScanOrderPublisher(self._bucket, settings.selection, settings.policy, warn_of_problem)

    @contextmanager
    def tools(self, time_is_up: Callable[[], bool], is_over: Callable[[], bool]) -> Iterator[BuildTools]:
        """Yield the tools of one invocation, with a folder of its own: the next one may find little room otherwise.

        A build reads until `time_is_up`, and writes for Athena until `is_over`.
        """
        self._clients.time_is_up = time_is_up
        with folder_of_invocation("inventory") as folder:
            yield BuildTools(
                PublishedSnapshots(self._bucket, warn_of_problem),
                self._across_repositories,
                self._concurrently,
                folder,
                time_is_up,
                is_over,
                warn_of_problem,
                self._lake,
                self._order,
                UrgentPublisher(self._bucket, warn_of_problem),
            )

    def sources(self, context: Any, now: datetime) -> BuildSources:
        """Return what the inventory is made of, in the invocation with this context.

        Raises CallFailedError where the suppressions or the scan configurations cannot be read.
        """
        suppressions: Sequence[Suppression] = self._suppressions.all() if self._suppressions else ()
        stores = BaselineStores(self._bucket, self._results)
        home = home_of_application(context, self._clients) if self._configs else None
        registry = Registries(self._registry, home, self._elsewhere)
        asker = BaselineAsker(registry, stores, suppressions, self._concurrently, now, home)
        exploits = self._exploits(now) if self.settings.has_exploit_feeds else nothing_known
        elsewhere = registry.elsewhere(self._configs.all()) if self._configs else ()
        return BuildSources(
            self._registry, self._ledger, self._bucket, asker, suppressions, self._places, exploits, elsewhere
        )

    def _elsewhere(self, repository: Repository) -> EcrRegistry:
        return self._clients.registry(repository.region, repository.registry_id)

    def _exploits(self, now: datetime) -> ExploitsOfNames:
        copies = FeedObjects(self._clients.make("s3"), Caller(), self.settings.findings_bucket)
        return ExploitsOfNames(self._bucket, copies, warn_of_problem, now)

    def _places(self) -> Mapping[ImageId, set[str]] | None:
        """Return where images run, None without the discovery."""
        if not self.settings.selection.is_from_ecs:
            return None
        from ecr_scan_reporter.aws.ecs import EcsClusters

        return running_in(EcsClusters(self._clients.make("ecs"), Caller()).running_images(), ECS)


def _lake(clients: Clients, bucket: str) -> LakeBucket:
    from ecr_scan_reporter.aws.lake_bucket import LakeBucket

    return LakeBucket(clients.make("s3"), Caller(), bucket)


@made_once
def inventory(environment: Environment) -> InventoryBuilder:
    """Return the dependencies of inventory. Raises InvalidInputError, which names the wrong variable."""
    return InventoryBuilder(InventorySettings.from_environment(environment))
