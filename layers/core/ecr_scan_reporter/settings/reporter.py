"""The settings of reporter, read once from the environment.

A wrong value raises InvalidInputError, which names the variable, the value and the allowed values.
"""

from dataclasses import dataclass
from enum import StrEnum

from ecr_scan_reporter.domain.registry.tag_options import DEFAULT_OWNER_KEY
from ecr_scan_reporter.domain.reports.policy import NotifyOn, ReportPolicy
from ecr_scan_reporter.settings import variables
from ecr_scan_reporter.settings.importance import importance as read_importance
from ecr_scan_reporter.settings.variables import Environment


class NotificationMode(StrEnum):
    """Whether people get a report of each scan, the digest, or both."""

    IMMEDIATE = "IMMEDIATE"
    DIGEST = "DIGEST"
    BOTH = "BOTH"


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
    keeps_journal: bool
    has_exploit_feeds: bool

    @classmethod
    def from_environment(cls, environment: Environment) -> "ReporterSettings":
        """Read and validate the variables."""
        importance = read_importance(environment)
        return cls(
            topic_arn=variables.required(environment, "ECR_SNS_REPORT_TOPIC_ARN", "the ARN of the report topic"),
            policy=ReportPolicy(
                thresholds=variables.thresholds(environment),
                notify_on_failure=variables.boolean(environment, "NOTIFY_ON_SCAN_FAILURE", default=True),
                notify_on=variables.choice(environment, "NOTIFY_ON", NotifyOn.ALL),
                owner_tag_key=variables.text(environment, "OWNER_TAG_KEY", DEFAULT_OWNER_KEY),
                suppressions_table=variables.text(environment, "SUPPRESSIONS_TABLE", ""),
                known_exploited=importance.known_exploited,
                epss_threshold=importance.epss_threshold,
            ),
            mode=variables.choice(environment, "NOTIFICATION_MODE", NotificationMode.IMMEDIATE),
            ledger_table=variables.text(environment, "SCAN_LEDGER_TABLE", ""),
            idempotency_table=variables.text(environment, "IDEMPOTENCY_TABLE", ""),
            findings_bucket=variables.text(environment, "FINDINGS_BUCKET", ""),
            suppressions_table=variables.text(environment, "SUPPRESSIONS_TABLE", ""),
            chat_topic_arn=variables.text(environment, "CHAT_TOPIC_ARN", ""),
            event_bus=variables.text(environment, "REPORT_EVENT_BUS", ""),
            is_security_hub_enabled=variables.boolean(environment, "SECURITY_HUB_ENABLED", default=False),
            keeps_journal=variables.boolean(environment, "INVENTORY_ENABLED", default=False),
            has_exploit_feeds=variables.boolean(environment, "EXPLOIT_FEEDS", default=False),
        )
