"""The dependencies of the commands for scan configurations."""

from collections.abc import Callable
from functools import cached_property

from ecr_scan_reporter.aws.config_objects import ConfigObjects
from ecr_scan_reporter.aws.configs_table import ConfigsTable
from ecr_scan_reporter.aws.identity import caller_identity
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.stacks import Stacks
from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.bootstrap.terminal_session import profile_session
from ecr_scan_reporter.errors import MissingInputError
from ecr_scan_reporter.settings.command_line import TerminalConfigsSettings
from ecr_scan_reporter.settings.scanning import DEFAULT_CONCURRENCY


class TerminalConfigs:
    """The table, the caller and the objects of S3. `on_problem` gets a sentence about each item that cannot be read."""

    def __init__(self, settings: TerminalConfigsSettings, on_problem: Callable[[str], object]) -> None:
        self._settings, self._on_problem = settings, on_problem
        self._clients = Clients(DEFAULT_CONCURRENCY, profile_session(settings.profile, settings.region))

    @cached_property
    def table_name(self) -> str:
        """The name of the table. Raises MissingInputError where nothing names one."""
        stack = self._settings.stack
        if self._settings.table:
            return self._settings.table
        if not stack:
            raise MissingInputError("the table of scan configurations", "named by --stack, or by SCAN_CONFIGS_TABLE")
        stacks = Stacks(self._clients.make("cloudformation"), Caller())
        try:
            return stacks.output(stack, "ScanConfigsTableName")
        except MissingInputError as error:
            allowed = "deployed, with EnableApi=True or ScanConfigsOnly=True"
            raise MissingInputError(f"the table of scan configurations of the stack {stack}", allowed) from error

    @cached_property
    def table(self) -> ConfigsTable:
        """The table. Raises MissingInputError where nothing names one."""
        return ConfigsTable(self._clients.make("dynamodb"), Caller(), self.table_name, self._on_problem)

    @property
    def objects(self) -> ConfigObjects:
        """The objects of S3."""
        return ConfigObjects(self._clients.make("s3"), Caller())

    @property
    def region(self) -> str:
        """The region of the session."""
        return str(self._clients.session.region_name)

    @property
    def account(self) -> str:
        """The account of the caller. Raises CallFailedError."""
        return caller_identity(self._clients.make("sts"), Caller()).account
