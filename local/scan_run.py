"""One run of the chain from outside: the log lines of the functions, and the messages in an inbox."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from local.application import Application
from local.inbox import Document, Inbox, Message
from local.waiting import DeadlinePassedError, wait_until


class RunFailedError(Exception):
    """A function logged an error, so the run cannot complete."""


@dataclass(frozen=True)
class RunState:
    """The state of one run, from the log lines of the functions."""

    jobs: int
    repository_lines: list[Document]
    image_lines: list[Document]
    ended_lines: list[Document]
    error_lines: list[Document]
    messages: list[Message]

    @property
    def images(self) -> int:
        """The number of examined images."""
        return sum(line["images"] for line in self.repository_lines)

    @property
    def started(self) -> int:
        """The number of started scans."""
        return sum(line["started"] for line in self.repository_lines)

    @property
    def reports(self) -> int:
        """The number of reported scans."""
        return sum(1 for line in self.ended_lines if line["reported"])

    @property
    def is_queue_done(self) -> bool:
        """True when every repository is scanned."""
        return len(self.repository_lines) >= self.jobs

    @property
    def is_through(self) -> bool:
        """True when every scan has ended, and every message has arrived."""
        return self.is_queue_done and len(self.ended_lines) >= self.started and len(self.messages) >= self.reports

    def __str__(self) -> str:
        return (
            f"{len(self.repository_lines)} of {self.jobs} jobs, {self.images} images, {self.started} scans started, "
            f"{len(self.ended_lines)} ended, {len(self.messages)} of {self.reports} reports"
        )

    def reasons(self) -> Counter[str]:
        """The number of images by the reason of the decision."""
        total: Counter[str] = Counter()
        for line in self.repository_lines:
            total.update(line["reasons"])
        return total


class ScanRun:
    """One invocation of repositories_scanner and everything that follows from it."""

    def __init__(self, application: Application, inbox: Inbox) -> None:
        self._application = application
        self._inbox = inbox
        # Log lines and messages of earlier runs, which do not count.
        self._scanner_lines = len(application.log_lines("ImagesScannerFunctionName"))
        self._reporter_lines = len(application.log_lines("ReporterFunctionName"))
        self._messages = len(inbox.collect())
        self._jobs = 0

    def begin(self, event: Document | None = None) -> int:
        """Invoke repositories_scanner; return the number of jobs that it sent."""
        self._jobs = int(self._application.scan_repositories(event)["jobs"])
        return self._jobs

    def state(self) -> RunState:
        """Return the state of the run now."""
        scanner = self._application.log_lines("ImagesScannerFunctionName")[self._scanner_lines :]
        reporter = self._application.log_lines("ReporterFunctionName")[self._reporter_lines :]
        return RunState(
            jobs=self._jobs,
            repository_lines=[line for line in scanner if "isFinished" in line],
            image_lines=[line for line in scanner if "isDue" in line],
            ended_lines=[line for line in reporter if "reported" in line],
            error_lines=[line for line in scanner + reporter if line.get("level") == "ERROR"],
            messages=self._inbox.collect()[self._messages :],
        )

    def wait(self, on_state: Callable[[RunState], None] | None = None) -> RunState:
        """Wait until the run is complete, while it makes progress. Raises RunFailedError, DeadlinePassedError."""
        progress = ""

        def state_when_through() -> RunState | None:
            nonlocal progress
            state = self.state()
            progress = str(state)
            if on_state:
                on_state(state)
            if state.error_lines:
                raise RunFailedError(str(state.error_lines[0].get("message")))
            return state if state.is_through else None

        try:
            return wait_until(
                "every scan has ended, and every report has arrived", state_when_through, lambda: progress
            )
        except DeadlinePassedError as error:
            raise DeadlinePassedError(f"{error}; so far {self.state()}") from error
