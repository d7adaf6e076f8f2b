"""The environment of each function, read once, validated, frozen.

A wrong value raises InvalidInputError, which names the variable, the value and what is allowed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from re import Pattern
from typing import TypeGuard, TypeVar

from ecr_scan_reporter.domain.changes import NotifyOn
from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.domain.image_limits import ImageLimits
from ecr_scan_reporter.domain.images import TagStatus
from ecr_scan_reporter.domain.repository_filter import compile_filter
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import THRESHOLD_SEVERITIES
from ecr_scan_reporter.errors import InvalidInputError, MissingInputError

Environment = Mapping[str, str]
Choice = TypeVar("Choice", bound=StrEnum)

DEFAULT_CONCURRENCY = 16

_TRUE, _FALSE = frozenset({"true", "1", "yes"}), frozenset({"false", "0", "no"})


@dataclass(frozen=True, slots=True)
class RepositoriesScannerSettings:
    """Settings of repositories_scanner."""

    jobs_queue_url: str
    repositories_filter: Pattern[str]
    ecs_discovery_enabled: bool
    ecs_discovery_roles: tuple[str, ...]
    concurrency: int
    is_dry_run: bool = False

    def overridden_by(self, event: Mapping[str, object]) -> "RepositoriesScannerSettings":
        """Return the settings of one run: what the event of a manual invocation names beats the environment."""
        if not isinstance(event, Mapping):
            raise InvalidInputError("the event", event, "a JSON object, {} to override nothing")
        url, expression, dry_run = (event.get(key) for key in ("jobsQueueUrl", "repositoriesFilterRegexp", "dryRun"))
        roles = event.get("ecsDiscoveryRoles")
        overridden = self
        if roles is not None:
            text = ",".join(roles) if _is_texts(roles) else _given_text("ecsDiscoveryRoles", roles)
            overridden = replace(
                overridden, ecs_discovery_enabled=True, ecs_discovery_roles=_roles("ecsDiscoveryRoles", text)
            )
        if url is not None:
            overridden = replace(overridden, jobs_queue_url=_given_text("jobsQueueUrl", url))
        if expression is not None:
            text = _given_text("repositoriesFilterRegexp", expression)
            overridden = replace(overridden, repositories_filter=compile_filter(text, "repositoriesFilterRegexp"))
        if dry_run is not None:
            if not isinstance(dry_run, bool):
                raise InvalidInputError("dryRun", dry_run, "true or false")
            overridden = replace(overridden, is_dry_run=dry_run)
        return overridden

    @classmethod
    def from_environment(cls, environment: Environment) -> "RepositoriesScannerSettings":
        """Read and validate the variables."""
        return cls(
            jobs_queue_url=_required(environment, "IMAGES_SCAN_JOBS_QUEUE_URL", "the URL of the jobs queue"),
            repositories_filter=compile_filter(
                _text(environment, "REPOSITORIES_FILTER_REGEXP", ".*"), "REPOSITORIES_FILTER_REGEXP"
            ),
            ecs_discovery_enabled=_boolean(environment, "ECS_DISCOVERY_ENABLED", default=False),
            ecs_discovery_roles=_roles("ECS_DISCOVERY_ROLES", _text(environment, "ECS_DISCOVERY_ROLES", "")),
            concurrency=_number(environment, "SCANNER_THREADS", default=DEFAULT_CONCURRENCY, lowest=1, highest=256),
        )


@dataclass(frozen=True, slots=True)
class ImagesScannerSettings:
    """Settings of images_scanner."""

    jobs_queue_url: str
    max_age: Duration
    tag_status: TagStatus
    limits: ImageLimits
    max_scans_per_day: int | None
    ledger_table: str
    concurrency: int

    @classmethod
    def from_environment(cls, environment: Environment) -> "ImagesScannerSettings":
        """Read and validate the variables."""
        return cls(
            jobs_queue_url=_required(environment, "IMAGES_SCAN_JOBS_QUEUE_URL", "the URL of the jobs queue"),
            max_age=parse_duration(_text(environment, "ECR_IMAGES_DURATION_DELTA", "7d"), "ECR_IMAGES_DURATION_DELTA"),
            tag_status=_choice(environment, "IMAGES_FILTER_TAG_STATUS", TagStatus.ANY),
            limits=ImageLimits(
                max_images=_limit(environment, "MAX_IMAGES_PER_REPOSITORY"),
                pulled_within=_optional_duration(environment, "PULLED_WITHIN"),
                pushed_within=_optional_duration(environment, "PUSHED_WITHIN"),
            ),
            max_scans_per_day=_limit(environment, "MAX_SCANS_PER_DAY"),
            ledger_table=_text(environment, "SCAN_LEDGER_TABLE", ""),
            concurrency=_number(environment, "SCANNER_THREADS", default=DEFAULT_CONCURRENCY, lowest=1, highest=256),
        )


@dataclass(frozen=True, slots=True)
class TerminalSettings:
    """Settings of the command line, where options and variables have been joined."""

    profile: str | None
    region: str | None
    registry_id: str | None
    repositories_filter: Pattern[str]
    max_age: Duration
    tag_status: TagStatus
    limits: ImageLimits
    max_scans_per_day: int | None
    ledger_table: str
    concurrency: int


@dataclass(frozen=True)
class ReporterSettings:
    """Settings of reporter."""

    topic_arn: str
    thresholds: Mapping[Severity, int]
    notify_on_failure: bool
    notify_on: NotifyOn
    ledger_table: str
    idempotency_table: str
    findings_bucket: str

    @classmethod
    def from_environment(cls, environment: Environment) -> "ReporterSettings":
        """Read and validate the variables."""
        return cls(
            topic_arn=_required(environment, "ECR_SNS_REPORT_TOPIC_ARN", "the ARN of the report topic"),
            thresholds={
                severity: _number(environment, severity.value, default=0, lowest=0) for severity in THRESHOLD_SEVERITIES
            },
            notify_on_failure=_boolean(environment, "NOTIFY_ON_SCAN_FAILURE", default=True),
            notify_on=_choice(environment, "NOTIFY_ON", NotifyOn.ALL),
            ledger_table=_text(environment, "SCAN_LEDGER_TABLE", ""),
            idempotency_table=_text(environment, "IDEMPOTENCY_TABLE", ""),
            findings_bucket=_text(environment, "FINDINGS_BUCKET", ""),
        )


_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/\S+")


def _roles(name: str, text: str) -> tuple[str, ...]:
    roles = tuple(part.strip() for part in text.split(",") if part.strip())
    for role in roles:
        if not _ROLE.fullmatch(role):
            raise InvalidInputError(name, role, "the ARNs of IAM roles, separated by commas")
    return roles


def _is_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)


def _given_text(key: str, value: object) -> str:
    if not isinstance(value, str) or not value:
        raise InvalidInputError(key, value, "a text that is not empty")
    return value


def _text(environment: Environment, name: str, default: str) -> str:
    """An empty variable is the same as none: that is what a template writes for a parameter left empty."""
    return environment.get(name, "").strip() or default


def _required(environment: Environment, name: str, meaning: str) -> str:
    text = _text(environment, name, "")
    if not text:
        raise MissingInputError(name, meaning)
    return text


def _number(environment: Environment, name: str, *, default: int, lowest: int, highest: int = 1_000_000_000) -> int:
    text = _text(environment, name, str(default))
    if not text.isascii() or not text.isdecimal() or not lowest <= int(text) <= highest:
        raise InvalidInputError(name, text, f"a whole number from {lowest} to {highest}")
    return int(text)


def _limit(environment: Environment, name: str) -> int | None:
    """Read a limit; 0, as nothing, is no limit."""
    return _number(environment, name, default=0, lowest=0) or None


def _optional_duration(environment: Environment, name: str) -> Duration | None:
    text = _text(environment, name, "")
    return parse_duration(text, name) if text else None


def _boolean(environment: Environment, name: str, *, default: bool) -> bool:
    text = _text(environment, name, str(default))
    if text.lower() not in _TRUE | _FALSE:
        raise InvalidInputError(name, text, "true or false, 1 or 0, yes or no")
    return text.lower() in _TRUE


def _choice(environment: Environment, name: str, default: Choice) -> Choice:
    text = _text(environment, name, default.value)
    choices = type(default)
    if text.upper() not in choices.__members__:
        raise InvalidInputError(name, text, f"one of {', '.join(choices.__members__)}")
    return choices[text.upper()]
