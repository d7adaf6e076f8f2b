"""The dependencies of the command line."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from ecr_scan_reporter.aws.identity import Identity, caller_identity
from ecr_scan_reporter.aws.ledger.none import NoLedger
from ecr_scan_reporter.aws.reporter_function import DeployedReporters
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.sessions import make_client
from ecr_scan_reporter.aws.stacks import Stacks
from ecr_scan_reporter.aws.stored_results import StoredResults
from ecr_scan_reporter.aws.suppressions_table import SuppressionsTable
from ecr_scan_reporter.aws.token_secrets import Secrets
from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.bootstrap.terminal_session import profile_session
from ecr_scan_reporter.concurrency.task_groups import ThreadedTaskGroup
from ecr_scan_reporter.concurrency.threads import ThreadedMap
from ecr_scan_reporter.settings.command_line import (
    TerminalAccountSettings,
    TerminalSettings,
    TerminalSuppressionsSettings,
)
from ecr_scan_reporter.settings.scanning import DEFAULT_CONCURRENCY

REPOSITORIES_AT_A_TIME = 8
# The reporter's timeout, in the template.
REPORTER_SECONDS = 300


class TerminalScanner:
    """The registry, the ledger and the threads of the commands for scanning."""

    def __init__(self, settings: TerminalSettings) -> None:
        clients = Clients(settings.concurrency, profile_session(settings.profile, settings.region))
        self.registry = clients.registry(registry_id=settings.registry_id)
        self.ledger = clients.ledger(settings.ledger_table) or NoLedger()
        threads = ThreadPoolExecutor(settings.concurrency)
        self.concurrently, self.task_group = ThreadedMap(threads, settings.concurrency), ThreadedTaskGroup(threads)
        # Repositories wait for their images, so they have threads of their own.
        self.across_repositories = ThreadedMap(ThreadPoolExecutor(REPOSITORIES_AT_A_TIME), REPOSITORIES_AT_A_TIME)


class TerminalSuppressions:
    """The table, the caller and the stored results of the commands for suppressions.

    `on_problem` gets a sentence about each item or object that cannot be read.
    """

    def __init__(self, settings: TerminalSuppressionsSettings, on_problem: Callable[[str], object]) -> None:
        self._clients = Clients(DEFAULT_CONCURRENCY, profile_session(settings.profile, settings.region))
        self.region = self._clients.session.region_name
        self._on_problem = on_problem
        self.table = SuppressionsTable(self._clients.make("dynamodb"), Caller(), settings.table, on_problem)

    def identity(self) -> Identity:
        """Return whose credentials are used."""
        return caller_identity(self._clients.make("sts"), Caller())

    def results(self, bucket: str) -> StoredResults:
        """Return the results of a findings bucket."""
        threads = self._clients.threads()
        return StoredResults(self._clients.make("s3"), Caller(), threads, bucket, self._on_problem)


class TerminalStacks:
    """The deployed stacks, their reporters, and their secrets."""

    def __init__(self, settings: TerminalAccountSettings) -> None:
        session = profile_session(settings.profile, settings.region)
        self.stacks = Stacks(make_client("cloudformation", session=session), Caller())
        functions = make_client("lambda", session=session, read_timeout_seconds=REPORTER_SECONDS)
        self.reporter = DeployedReporters(functions, Caller())
        self.secrets = Secrets(make_client("secretsmanager", session=session), Caller())
