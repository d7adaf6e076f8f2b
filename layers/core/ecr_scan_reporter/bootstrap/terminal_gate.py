"""The dependencies of the gate on the command line."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cached_property

from ecr_scan_reporter.aws.ecr import EcrRegistry
from ecr_scan_reporter.aws.feed_objects import FeedObjects
from ecr_scan_reporter.aws.findings_bucket import FindingsBucket
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.sessions import make_client
from ecr_scan_reporter.aws.stacks import Stacks
from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.bootstrap.terminal_session import profile_session
from ecr_scan_reporter.domain.exploits.documents import parse_exploits
from ecr_scan_reporter.domain.exploits.known import NOTHING_KNOWN, Exploits
from ecr_scan_reporter.domain.exploits.scores import keep_scores
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import CallFailedError, InvalidInputError, MissingInputError
from ecr_scan_reporter.settings.command_line import TerminalGateSettings
from ecr_scan_reporter.settings.gate import StackPolicy
from ecr_scan_reporter.use_cases.exploits.current import EXPLOITS_KEY
from ecr_scan_reporter.use_cases.exploits.files import EPSS_KEY, epss_scores
from ecr_scan_reporter.use_cases.exploits.of_names import NO_SCORE_IS_HIGH
from ecr_scan_reporter.use_cases.gate.scans import Clock

CONCURRENCY = 4


class TerminalGate:
    """The registry, and what a deployed application knows. Calls raise CallFailedError, wrong names InvalidInputError.

    Nothing of the application that is named is optional: without the right to read it, there is no verdict.
    """

    def __init__(self, settings: TerminalGateSettings) -> None:
        self._settings = settings
        self._clients = Clients(CONCURRENCY, profile_session(settings.profile, settings.region))

    @property
    def region(self) -> str:
        """The region of the application, and of an image that is named without one."""
        return str(self._clients.session.region_name)

    def registry(self, registry: tuple[str, str] | None) -> EcrRegistry:
        """Return the registry of an account and a region; without them that of the session."""
        registry_id, region = registry or (None, None)
        return self._clients.registry(region, registry_id)

    def policy(self) -> StackPolicy | None:
        """Return the policy of the stack, None without one."""
        stack = self._settings.stack
        return StackPolicy.from_parameters(stack, self._stacks.parameters(stack)) if stack else None

    @cached_property
    def table(self) -> str:
        """The name of the suppressions table, empty where none is named."""
        return self._named(self._settings.suppressions_table, "SuppressionsTableName")

    def suppressions(self, on_problem: Callable[[str], object]) -> list[Suppression]:
        """Return the suppressions of the account; `on_problem` gets a sentence about each wrong item."""
        table = self._clients.suppressions(self.table, on_problem)
        with _naming("the suppressions table", self.table, "ResourceNotFoundException"):
            return list(table.all()) if table else []

    def exploits(self) -> Exploits:
        """Return what the application knows of exploits."""
        with _naming("the findings bucket", self._bucket, "NoSuchBucket"):
            stored = self.history.load(EXPLOITS_KEY) if self.history else None
        return parse_exploits(stored.content) if stored else NOTHING_KNOWN

    def scores_of(self, names: Collection[str]) -> Mapping[str, float]:
        """Return the EPSS of CVEs from the last good copy of the whole feed. Raises MissingInputError without one."""
        packed = FeedObjects(self._clients.make("s3"), Caller(), self._bucket).get(EPSS_KEY)
        if packed is None:
            raise MissingInputError(f"{EPSS_KEY} of the bucket {self._bucket}", "the copy that exploit_feeds stores")
        return keep_scores(epss_scores(packed)[1], names, NO_SCORE_IS_HIGH)[0]

    @cached_property
    def history(self) -> FindingsBucket | None:
        """The stored results of the application, None where no bucket is named."""
        return FindingsBucket(self._clients.make("s3"), Caller(), self._bucket) if self._bucket else None

    @cached_property
    def _bucket(self) -> str:
        return self._named(self._settings.findings_bucket, "FindingsBucketName")

    def _named(self, name: str, output: str) -> str:
        return name or (self._stacks.output(self._settings.stack, output) if self._settings.stack else "")

    @cached_property
    def _stacks(self) -> Stacks:
        return Stacks(make_client("cloudformation", session=self._clients.session), Caller())


@contextmanager
def _naming(what: str, name: str, code: str) -> Iterator[None]:
    """Raise InvalidInputError in place of an error of AWS that says that there is no such thing."""
    try:
        yield
    except CallFailedError as error:
        if error.code != code:
            raise
        raise InvalidInputError(what, name, "one of this account and region") from error


def system_clock() -> Clock:
    """Return the clock of this machine."""
    return Clock(lambda: datetime.now(UTC), time.sleep)
