"""The options that the AWS tags of a repository set: its owner, and its own settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import THRESHOLD_SEVERITIES, Thresholds, parse_threshold
from ecr_scan_reporter.errors import InvalidInputError

Value = TypeVar("Value")

PREFIX = "ecr-scan-reporter:"
DEFAULT_OWNER_KEY = "owner"
SCAN, MAX_AGE = f"{PREFIX}scan", f"{PREFIX}max-age"
THRESHOLDS = {f"{PREFIX}{severity.lower()}": severity for severity in THRESHOLD_SEVERITIES}
KNOWN_EXPLOITED = f"{PREFIX}known-exploited"
ALLOWED = ", ".join((SCAN, MAX_AGE, *THRESHOLDS, KNOWN_EXPLOITED))


@dataclass(frozen=True, slots=True)
class RepositoryOptions:
    """What a repository says of itself. An own threshold of None switches its level off; that of exploited findings
    holds where there is one.

    `tag_warnings` names each tag that is wrong, and has no effect.
    """

    is_excluded: bool = False
    max_age: Duration | None = None
    own_thresholds: Mapping[Severity, int | None] = field(default_factory=dict)
    has_own_known_exploited: bool = False
    own_known_exploited: int | None = None
    owner: str = ""
    tag_warnings: tuple[str, ...] = ()

    def thresholds(self, general: Thresholds) -> Thresholds:
        """Return the thresholds that hold for the repository: its own before the general ones; `off` removes one."""
        own = {**general, **self.own_thresholds}
        return {severity: threshold for severity in Severity if (threshold := own.get(severity)) is not None}

    def known_exploited(self, general: int | None) -> int | None:
        """Return from how many exploited findings on an image is reported: its own before the general, None for off."""
        return self.own_known_exploited if self.has_own_known_exploited else general


def parse_options(tags: Mapping[str, str], owner_key: str) -> RepositoryOptions:
    """Read the tags with the application's prefix, and the owner. A wrong tag is a warning, and no error."""
    tag_warnings: list[str] = []

    def read(tag: str, parse: Callable[[str, str], Value]) -> Value | None:
        try:
            return parse(tag, tags[tag].strip()) if tag in tags else None
        except InvalidInputError as error:
            tag_warnings.append(str(error))
            return None

    own_thresholds = _own_thresholds(tags, tag_warnings)
    own_known_exploited = read(KNOWN_EXPLOITED, lambda tag, text: (parse_threshold(text, f"tag {tag}"),))
    is_scanned, max_age = read(SCAN, _switch), read(MAX_AGE, lambda tag, text: parse_duration(text, f"tag {tag}"))
    unknown = [
        tag for tag in tags if tag.startswith(PREFIX) and tag not in {SCAN, MAX_AGE, KNOWN_EXPLOITED, *THRESHOLDS}
    ]
    tag_warnings.extend(f"tag {tag} is not known: allowed are {ALLOWED}" for tag in unknown)
    return RepositoryOptions(
        is_excluded=is_scanned is False,
        max_age=max_age,
        own_thresholds=own_thresholds,
        has_own_known_exploited=own_known_exploited is not None,
        own_known_exploited=own_known_exploited[0] if own_known_exploited else None,
        owner=" ".join(tags.get(owner_key, "").split()),
        tag_warnings=tuple(tag_warnings),
    )


def _own_thresholds(tags: Mapping[str, str], tag_warnings: list[str]) -> Mapping[Severity, int | None]:
    own: dict[Severity, int | None] = {}
    for tag, severity in THRESHOLDS.items():
        try:
            own |= {severity: parse_threshold(tags[tag].strip(), f"tag {tag}")} if tag in tags else {}
        except InvalidInputError as error:
            tag_warnings.append(str(error))
    return own


def _switch(tag: str, text: str) -> bool:
    if text.lower() not in ("on", "off"):
        raise InvalidInputError(f"tag {tag}", text, "on or off")
    return text.lower() == "on"
