"""The last full result of an image, read from the document that the reporter stored (`result_document`)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any, TypeVar

from ecr_scan_reporter.domain.findings.changes import Baseline
from ecr_scan_reporter.domain.findings.findings import UNNAMED, Finding
from ecr_scan_reporter.domain.registry.arns import parse_repository_arn, repository_arn
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError

Value = TypeVar("Value")

NAME = "the stored result"


@dataclass(frozen=True, slots=True)
class StoredResult:
    """The full result of one image's last scan. `completed_at` is in UTC, None where ECR gave no moment."""

    repository: Repository
    digest: str
    tags: tuple[str, ...]
    completed_at: datetime | None
    findings: tuple[Finding, ...]

    @property
    def baseline(self) -> Baseline:
        """The scan that a later one is compared with."""
        return Baseline(self.digest, self.completed_at, self.findings)


def parse_stored_result(document: object) -> StoredResult:
    """Read the document of the findings bucket.

    Raises InvalidInputError that names the first wrong member, its value and what is allowed. Unknown members are
    skipped: a later version may write them.
    """
    result = _Fields(document, NAME)
    return StoredResult(
        repository=_repository(result),
        digest=result.text("imageDigest"),
        tags=result.each("imageTags", _tag),
        completed_at=_Fields(result.value("scan"), f"scan of {NAME}").moment("completedAt"),
        findings=result.each("findings", _finding),
    )


def _repository(result: "_Fields") -> Repository:
    repository = Repository(result.text("registryId"), result.text("region"), result.text("repository"))
    if parse_repository_arn(repository_arn(repository)) != repository:
        raise InvalidInputError(f"registry, region and repository of {NAME}", str(repository), "a repository of ECR")
    return repository


def _tag(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise InvalidInputError(name, value, "a text")
    return value


def _finding(value: object, name: str) -> Finding:
    finding = _Fields(value, name)
    return Finding(
        name=finding.optional_text("name") or UNNAMED,
        severity=Severity.parse(finding.optional_text("severity")),
        package=finding.optional_text("package"),
        version=finding.optional_text("version"),
        score=finding.number("score"),
        uri=finding.optional_text("uri"),
        description=finding.optional_text("description"),
        also=finding.each("alsoIn", _package) if "alsoIn" in finding else (),
        fix_available=finding.optional_text("fixAvailable"),
        fixed_in=finding.optional_text("fixedIn"),
        exploit_available=finding.boolean("exploitAvailable"),
        epss=finding.number("epss"),
        first_seen_at=finding.moment("firstSeenAt"),
        suppressed_by=finding.optional_text("suppressedBy"),
    )


def _package(value: object, name: str) -> tuple[str, str]:
    package = _Fields(value, name)
    return package.optional_text("package"), package.optional_text("version")


class _Fields:
    """The members of one JSON object. Its name stands in the error of each member."""

    def __init__(self, value: object, name: str) -> None:
        if not isinstance(value, Mapping):
            raise InvalidInputError(name, value, "a JSON object")
        self._members: Mapping[Any, Any] = value
        self._name = name

    def __contains__(self, key: str) -> bool:
        return key in self._members

    def value(self, key: str) -> Any:
        """Return any value, None where it is absent."""
        return self._members.get(key)

    def text(self, key: str) -> str:
        """Return a text that must not be empty."""
        value = self.value(key)
        if not isinstance(value, str) or not value:
            raise self._error(key, "a text that is not empty")
        return value

    def optional_text(self, key: str) -> str:
        """Return a text, empty where it is absent."""
        value = self._members.get(key, "")
        if not isinstance(value, str):
            raise self._error(key, "a text")
        return value

    def number(self, key: str) -> float | None:
        """Return a finite number, None where it is absent."""
        value = self.value(key)
        if value is None:
            return None
        try:
            # JSON's true is a number to Python, and its numbers may be larger than a float.
            number = float(value) if isinstance(value, int | float) and not isinstance(value, bool) else float("nan")
        except OverflowError as error:
            raise self._error(key, "a finite number") from error
        if not isfinite(number):
            raise self._error(key, "a finite number")
        return number

    def boolean(self, key: str) -> bool | None:
        """Return true or false, None where it is absent."""
        value = self.value(key)
        if value is not None and not isinstance(value, bool):
            raise self._error(key, "true or false")
        return value

    def moment(self, key: str) -> datetime | None:
        """Return a moment in UTC, None where it is absent."""
        text = self.value(key)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is None:
                raise ValueError("no time zone")
            return moment.astimezone(UTC)
        except (TypeError, ValueError, OverflowError) as error:
            raise self._error(key, "a moment with its time zone, such as 2026-01-31T12:00:00Z") from error

    def each(self, key: str, parse: Callable[[object, str], Value]) -> tuple[Value, ...]:
        """Return what `parse` makes of each entry of a list, which gets the entry and its name."""
        entries = self.value(key)
        if not isinstance(entries, list):
            raise self._error(key, "a list")
        return tuple(parse(entry, f"{key}[{place}] of {self._name}") for place, entry in enumerate(entries))

    def _error(self, key: str, allowed: str) -> InvalidInputError:
        return InvalidInputError(f"{key} of {self._name}", self.value(key), allowed)
