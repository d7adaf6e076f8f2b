"""The dependencies of api."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import IO

from ecr_scan_reporter.aws.configs_table import ConfigsTable
from ecr_scan_reporter.aws.downloads import Downloads
from ecr_scan_reporter.aws.inventory_bucket import InventoryBucket
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.suppressions_table import SuppressionsTable
from ecr_scan_reporter.aws.token_secrets import TokenSecret
from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.bootstrap.current_inventory import CurrentInventory
from ecr_scan_reporter.bootstrap.environment import made_once
from ecr_scan_reporter.bootstrap.observability import warn
from ecr_scan_reporter.exporter.rendered import RenderedMetrics
from ecr_scan_reporter.settings.api import ApiSettings
from ecr_scan_reporter.settings.variables import Environment
from ecr_scan_reporter.use_cases.inventory.ports import Inventory
from ecr_scan_reporter.use_cases.inventory.snapshots import PublishedSnapshots

THREADS = 4


class Api:
    """The dependencies of api: what its answers are made of."""

    def __init__(self, settings: ApiSettings) -> None:
        self.settings = settings
        clients = Clients(THREADS)
        dynamodb, s3 = clients.make("dynamodb"), clients.make("s3")
        # Each invocation sets its own; a retry after it would be for nobody.
        self.time_is_up: Callable[[], bool] = lambda: False
        caller = Caller(time_is_up=lambda: self.time_is_up())
        bucket = InventoryBucket(s3, caller, settings.findings_bucket)
        self._inventory = CurrentInventory(PublishedSnapshots(bucket, _warn), _warn)
        self._downloads = Downloads(s3, caller, settings.findings_bucket)
        self.metrics = RenderedMetrics()
        self.suppressions = SuppressionsTable(dynamodb, caller, settings.suppressions_table, _warn)
        self.configs = ConfigsTable(dynamodb, caller, settings.configs_table, _warn)
        self.tokens = _Tokens(clients, caller, settings)

    def inventory(self) -> Inventory:
        """Return the current snapshot. Raises NoSnapshotError and CallFailedError."""
        return self._inventory()

    def publish(self, packed: IO[bytes], content_type: str, file_name: str) -> str:
        """Store a gzip file; return the address that downloads it. Raises CallFailedError."""
        return self._downloads.publish(packed, content_type, file_name)


class _Tokens:
    """The tokens that are valid now; none where there is no secret."""

    def __init__(self, clients: Clients, caller: Caller, settings: ApiSettings) -> None:
        self._clients, self._caller = clients, caller
        self._secrets = {arn: self._secret(arn) for arn in (settings.read_token_secret, settings.write_token_secret)}
        self._settings = settings

    def read(self, *, again: bool = False) -> Collection[str]:
        return self._values(self._settings.read_token_secret, again=again)

    def write(self, *, again: bool = False) -> Collection[str]:
        return self._values(self._settings.write_token_secret, again=again)

    def _values(self, arn: str, *, again: bool) -> Collection[str]:
        secret = self._secrets[arn]
        return secret.values(again=again) if secret else ()

    def _secret(self, arn: str) -> TokenSecret | None:
        return TokenSecret(self._clients.make("secretsmanager"), self._caller, arn, _now, _warn) if arn else None


def _now() -> datetime:
    return datetime.now(UTC)


_warn = warn("api: not read")


@made_once
def api(environment: Environment) -> Api:
    """Return the dependencies of api. Raises InvalidInputError, which names the wrong variable."""
    return Api(ApiSettings.from_environment(environment))
