"""The environment of each function, read once, validated, frozen.

A wrong value raises InvalidInputError, which names the variable, the value and what is allowed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from re import Pattern
from typing import TypeGuard

from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.domain.events.invocations import check_keys
from ecr_scan_reporter.domain.registry.filter import compile_filter
from ecr_scan_reporter.domain.registry.images import TagStatus
from ecr_scan_reporter.domain.registry.tag_options import DEFAULT_OWNER_KEY
from ecr_scan_reporter.domain.reports.policy import NotifyOn, ReportPolicy
from ecr_scan_reporter.domain.scanning.limits import ImageLimits
from ecr_scan_reporter.domain.scanning.policy import DEFAULT_SCANS_PER_DAY, ScanPolicy
from ecr_scan_reporter.domain.thresholds import THRESHOLD_SEVERITIES
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.settings import variables
from ecr_scan_reporter.settings.variables import Environment

DEFAULT_CONCURRENCY = 16
# What the event of a manual invocation of repositories_scanner may override.
OVERRIDES = frozenset({"repositoriesFilterRegexp", "jobsQueueUrl", "ecsDiscoveryRoles", "dryRun"})


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
        check_keys(event, OVERRIDES)
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
            jobs_queue_url=variables.required(environment, "IMAGES_SCAN_JOBS_QUEUE_URL", "the URL of the jobs queue"),
            repositories_filter=compile_filter(
                variables.text(environment, "REPOSITORIES_FILTER_REGEXP", ".*"), "REPOSITORIES_FILTER_REGEXP"
            ),
            ecs_discovery_enabled=variables.boolean(environment, "ECS_DISCOVERY_ENABLED", default=False),
            ecs_discovery_roles=_roles("ECS_DISCOVERY_ROLES", variables.text(environment, "ECS_DISCOVERY_ROLES", "")),
            concurrency=variables.number(
                environment, "SCANNER_THREADS", default=DEFAULT_CONCURRENCY, lowest=1, highest=256
            ),
        )


@dataclass(frozen=True, slots=True)
class ImagesScannerSettings:
    """Settings of images_scanner."""

    jobs_queue_url: str
    policy: ScanPolicy
    ledger_table: str
    reporter_function: str
    concurrency: int

    @classmethod
    def from_environment(cls, environment: Environment) -> "ImagesScannerSettings":
        """Read and validate the variables."""
        return cls(
            jobs_queue_url=variables.required(environment, "IMAGES_SCAN_JOBS_QUEUE_URL", "the URL of the jobs queue"),
            policy=ScanPolicy(
                max_age=_max_age(environment),
                tag_status=variables.choice(environment, "IMAGES_FILTER_TAG_STATUS", TagStatus.ANY),
                limits=ImageLimits(
                    max_images=variables.limit(environment, "MAX_IMAGES_PER_REPOSITORY"),
                    pulled_within=variables.optional_duration(environment, "PULLED_WITHIN"),
                    pushed_within=variables.optional_duration(environment, "PUSHED_WITHIN"),
                ),
                max_scans_per_day=variables.limit(environment, "MAX_SCANS_PER_DAY"),
                keeps_ledger=True,
            ),
            ledger_table=variables.text(environment, "SCAN_LEDGER_TABLE", ""),
            reporter_function=variables.text(environment, "REPORTER_FUNCTION_NAME", ""),
            concurrency=variables.number(
                environment, "SCANNER_THREADS", default=DEFAULT_CONCURRENCY, lowest=1, highest=256
            ),
        )


@dataclass(frozen=True, slots=True)
class TerminalSettings:
    """Settings of the command line, where options and variables have been joined."""

    profile: str | None
    region: str | None
    registry_id: str | None
    repositories_filter: Pattern[str]
    policy: ScanPolicy
    ledger_table: str
    concurrency: int


class NotificationMode(StrEnum):
    """Whether people hear of a scan when it has ended, from the digest alone, or in both ways."""

    IMMEDIATE = "IMMEDIATE"
    DIGEST = "DIGEST"
    BOTH = "BOTH"


@dataclass(frozen=True, slots=True)
class TerminalSuppressionsSettings:
    """Settings of the commands for suppressions."""

    profile: str | None
    region: str | None
    table: str


@dataclass(frozen=True)
class ReporterSettings:
    """Settings of reporter."""

    topic_arn: str
    policy: ReportPolicy
    mode: NotificationMode
    ledger_table: str
    idempotency_table: str
    findings_bucket: str
    suppressions_table: str
    chat_topic_arn: str
    event_bus: str
    is_security_hub_enabled: bool

    @classmethod
    def from_environment(cls, environment: Environment) -> "ReporterSettings":
        """Read and validate the variables."""
        return cls(
            topic_arn=variables.required(environment, "ECR_SNS_REPORT_TOPIC_ARN", "the ARN of the report topic"),
            policy=ReportPolicy(
                thresholds={
                    severity: variables.number(environment, severity.value, default=0, lowest=0)
                    for severity in THRESHOLD_SEVERITIES
                },
                notify_on_failure=variables.boolean(environment, "NOTIFY_ON_SCAN_FAILURE", default=True),
                notify_on=variables.choice(environment, "NOTIFY_ON", NotifyOn.ALL),
                owner_tag_key=variables.text(environment, "OWNER_TAG_KEY", DEFAULT_OWNER_KEY),
            ),
            mode=variables.choice(environment, "NOTIFICATION_MODE", NotificationMode.IMMEDIATE),
            ledger_table=variables.text(environment, "SCAN_LEDGER_TABLE", ""),
            idempotency_table=variables.text(environment, "IDEMPOTENCY_TABLE", ""),
            findings_bucket=variables.text(environment, "FINDINGS_BUCKET", ""),
            suppressions_table=variables.text(environment, "SUPPRESSIONS_TABLE", ""),
            chat_topic_arn=variables.text(environment, "CHAT_TOPIC_ARN", ""),
            event_bus=variables.text(environment, "REPORT_EVENT_BUS", ""),
            is_security_hub_enabled=variables.boolean(environment, "SECURITY_HUB_ENABLED", default=False),
        )


@dataclass(frozen=True, slots=True)
class DigestSettings:
    """Settings of digest."""

    topic_arn: str
    ledger_table: str
    max_age: Duration
    scans_per_day: int
    suppressions_table: str
    idempotency_table: str
    chat_topic_arn: str

    @classmethod
    def from_environment(cls, environment: Environment) -> "DigestSettings":
        """Read and validate the variables."""
        return cls(
            topic_arn=variables.required(environment, "ECR_SNS_REPORT_TOPIC_ARN", "the ARN of the report topic"),
            ledger_table=variables.required(environment, "SCAN_LEDGER_TABLE", "the name of the ledger table"),
            max_age=_max_age(environment),
            scans_per_day=variables.limit(environment, "MAX_SCANS_PER_DAY") or DEFAULT_SCANS_PER_DAY,
            suppressions_table=variables.text(environment, "SUPPRESSIONS_TABLE", ""),
            idempotency_table=variables.text(environment, "IDEMPOTENCY_TABLE", ""),
            chat_topic_arn=variables.text(environment, "CHAT_TOPIC_ARN", ""),
        )


# The same as the parameter EcsDiscoveryRoles of the template.
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=.@_/-]+")


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


def _max_age(environment: Environment) -> Duration:
    return parse_duration(variables.text(environment, "ECR_IMAGES_DURATION_DELTA", "7d"), "ECR_IMAGES_DURATION_DELTA")
