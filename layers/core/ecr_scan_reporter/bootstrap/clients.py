"""AWS clients, and the adapters that several functions make of them."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import boto3

from ecr_scan_reporter.aws.ecr import EcrRegistry
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.sessions import assume_role, make_client
from ecr_scan_reporter.concurrency.threads import ConcurrentMap, ThreadedMap

if TYPE_CHECKING:
    from ecr_scan_reporter.aws.configs_table import ConfigsTable
    from ecr_scan_reporter.aws.ledger.table import ScanLedger
    from ecr_scan_reporter.aws.suppressions_table import SuppressionsTable


class Clients:
    """Makes clients of a session, each for `concurrency` threads."""

    def __init__(self, concurrency: int, session: boto3.Session | None = None) -> None:
        self._concurrency = concurrency
        self.session = session or boto3.Session()
        self._registries: dict[tuple[str | None, str | None], EcrRegistry] = {}
        self._lock = threading.Lock()
        self._callers: dict[tuple[str | None, str | None, str | None], Caller] = {}
        # Then calls to ECR do not wait for their turn any more. Each invocation sets its own.
        self.time_is_up: Callable[[], bool] = lambda: False

    def make(self, service: str, region: str | None = None) -> Any:
        return make_client(service, session=self.session, concurrency=self._concurrency, region=region)

    def make_as(self, service: str, role_arn: str | None, region: str | None = None) -> Any:
        """Return a client through a role, if one is given. Use it once: the credentials of a role expire."""
        if not role_arn:
            return self.make(service, region)
        session = assume_role(self.make("sts"), Caller(), role_arn, region or self.session.region_name)
        return make_client(service, session=session, concurrency=self._concurrency)

    def threads(self) -> ConcurrentMap:
        return ThreadedMap(ThreadPoolExecutor(self._concurrency), self._concurrency)

    def ledger(
        self, table: str, on_problem: Callable[[str], object] = str, *, keeps_journal: bool = False
    ) -> "ScanLedger | None":
        """Return the ledger, None without a table; `on_problem` gets a sentence about each wrong item."""
        if not table:
            return None
        from ecr_scan_reporter.aws.ledger.table import ScanLedger

        return ScanLedger(self.make("dynamodb"), Caller(), table, on_problem, keeps_journal=keeps_journal)

    def suppressions(self, table: str, on_problem: Callable[[str], object]) -> "SuppressionsTable | None":
        """Return the suppressions, None without a table; `on_problem` gets a sentence about each wrong item."""
        if not table:
            return None
        from ecr_scan_reporter.aws.suppressions_table import SuppressionsTable

        return SuppressionsTable(self.make("dynamodb"), Caller(), table, on_problem)

    def configs(self, table: str, on_problem: Callable[[str], object]) -> "ConfigsTable | None":
        """Return the scan configurations, None without a table; `on_problem` gets a sentence about each wrong item."""
        if not table:
            return None
        from ecr_scan_reporter.aws.configs_table import ConfigsTable

        return ConfigsTable(self.make("dynamodb"), Caller(), table, on_problem)

    def registry(
        self, region: str | None = None, registry_id: str | None = None, role_arn: str | None = None
    ) -> EcrRegistry:
        if role_arn:
            client = self.make_as("ecr", role_arn, region)
            return EcrRegistry(client, self._caller((region, registry_id, role_arn)), registry_id)
        with self._lock:  # jobs run side by side
            key = (region, registry_id)
            if key not in self._registries:
                caller = self._caller((region, registry_id, None))
                self._registries[key] = EcrRegistry(self.make("ecr", region), caller, registry_id)
            return self._registries[key]

    def _caller(self, key: tuple[str | None, str | None, str | None]) -> Caller:
        """Return the caller of a registry, by region, account and role: all its jobs share one pace."""
        return self._callers.get(key) or self._callers.setdefault(key, Caller(time_is_up=lambda: self.time_is_up()))
