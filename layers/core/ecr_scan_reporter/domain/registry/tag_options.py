"""The options that the AWS tags of a repository set: its owner, and its own settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import THRESHOLD_SEVERITIES, Thresholds
from ecr_scan_reporter.errors import InvalidInputError

Value = TypeVar("Value")

PREFIX = "ecr-scan-reporter:"
DEFAULT_OWNER_KEY = "owner"
SCAN, MAX_AGE = f"{PREFIX}scan", f"{PREFIX}max-age"
THRESHOLDS = {f"{PREFIX}{severity.lower()}": severity for severity in THRESHOLD_SEVERITIES}
ALLOWED = ", ".join((SCAN, MAX_AGE, *THRESHOLDS))


@dataclass(frozen=True, slots=True)
class RepositoryOptions:
    """The options of a repository. `tag_warnings` has a sentence about each wrong tag, which has no effect."""

    is_excluded: bool = False
    max_age: Duration | None = None
    own_thresholds: Mapping[Severity, int] = field(default_factory=dict)
    owner: str = ""
    tag_warnings: tuple[str, ...] = ()

    def thresholds(self, general: Thresholds) -> Thresholds:
        """Return the thresholds of the repository: its own take precedence over the general ones."""
        return {severity: self.own_thresholds.get(severity, threshold) for severity, threshold in general.items()}


def parse_options(tags: Mapping[str, str], owner_key: str) -> RepositoryOptions:
    """Read the tags with the application's prefix, and the owner. A wrong tag is a warning, and no error."""
    tag_warnings: list[str] = []

    def read(tag: str, parse: Callable[[str, str], Value]) -> Value | None:
        try:
            return parse(tag, tags[tag].strip()) if tag in tags else None
        except InvalidInputError as error:
            tag_warnings.append(str(error))
            return None

    thresholds = {severity: read(tag, _threshold) for tag, severity in THRESHOLDS.items()}
    is_scanned, max_age = read(SCAN, _switch), read(MAX_AGE, lambda tag, text: parse_duration(text, f"tag {tag}"))
    unknown = [tag for tag in tags if tag.startswith(PREFIX) and tag not in {SCAN, MAX_AGE, *THRESHOLDS}]
    tag_warnings.extend(f"tag {tag} is not known: allowed are {ALLOWED}" for tag in unknown)
    return RepositoryOptions(
        is_excluded=is_scanned is False,
        max_age=max_age,
        own_thresholds={severity: threshold for severity, threshold in thresholds.items() if threshold is not None},
        owner=" ".join(tags.get(owner_key, "").split()),
        tag_warnings=tuple(tag_warnings),
    )


def _threshold(tag: str, text: str) -> int:
    if not text.isascii() or not text.isdecimal():
        raise InvalidInputError(f"tag {tag}", text, "a whole number of at least 0")
    return int(text)


def _switch(tag: str, text: str) -> bool:
    if text.lower() not in ("on", "off"):
        raise InvalidInputError(f"tag {tag}", text, "on or off")
    return text.lower() == "on"
