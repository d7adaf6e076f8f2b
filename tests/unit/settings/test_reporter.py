import pytest

from ecr_scan_reporter.domain.reports.policy import NotifyOn, ReportPolicy
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import RATED_SEVERITIES
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.settings.reporter import NotificationMode, ReporterSettings
from tests.unit.settings.environments import TOPIC

read = ReporterSettings.from_environment


def test_reporter_needs_only_its_topic() -> None:
    assert read(TOPIC) == ReporterSettings(
        topic_arn=TOPIC["ECR_SNS_REPORT_TOPIC_ARN"],
        policy=ReportPolicy(dict.fromkeys(RATED_SEVERITIES, 0), known_exploited=1, epss_threshold=0.1),
        mode=NotificationMode.IMMEDIATE,
        ledger_table="",
        idempotency_table="",
        findings_bucket="",
        suppressions_table="",
        chat_topic_arn="",
        event_bus="",
        is_security_hub_enabled=False,
        keeps_journal=False,
        has_exploit_feeds=False,
    )


def test_every_variable_of_reporter_is_read() -> None:
    environment = {
        "CRITICAL": "1",
        "HIGH": "2",
        "MEDIUM": "30",
        "LOW": "400",
        "NOTIFY_ON": "changed",
        "NOTIFY_ON_SCAN_FAILURE": "no",
        "SCAN_LEDGER_TABLE": "ledger",
        "IDEMPOTENCY_TABLE": "ids",
        "FINDINGS_BUCKET": "findings",
        "OWNER_TAG_KEY": "team",
        "NOTIFICATION_MODE": "both",
        "SUPPRESSIONS_TABLE": "suppressions",
        "CHAT_TOPIC_ARN": "chat",
        "REPORT_EVENT_BUS": "bus",
        "SECURITY_HUB_ENABLED": "yes",
        "INVENTORY_ENABLED": "true",
        "EXPLOIT_FEEDS": "true",
        "KNOWN_EXPLOITED": "off",
        "EPSS_THRESHOLD": "0.5",
    }
    assert read(TOPIC | environment) == ReporterSettings(
        topic_arn=TOPIC["ECR_SNS_REPORT_TOPIC_ARN"],
        policy=ReportPolicy(
            thresholds={Severity.CRITICAL: 1, Severity.HIGH: 2, Severity.MEDIUM: 30, Severity.LOW: 400},
            notify_on_failure=False,
            notify_on=NotifyOn.CHANGED,
            owner_tag_key="team",
            suppressions_table="suppressions",
            known_exploited=None,
            epss_threshold=0.5,
        ),
        mode=NotificationMode.BOTH,
        ledger_table="ledger",
        idempotency_table="ids",
        findings_bucket="findings",
        suppressions_table="suppressions",
        chat_topic_arn="chat",
        event_bus="bus",
        is_security_hub_enabled=True,
        keeps_journal=True,
        has_exploit_feeds=True,
    )


@pytest.mark.parametrize("text", ["true", "True", "TRUE", "1", "yes", "YES", " true "])
def test_a_boolean_is_true(text: str) -> None:
    assert read(TOPIC | {"NOTIFY_ON_SCAN_FAILURE": text}).policy.notify_on_failure is True


@pytest.mark.parametrize("text", ["false", "False", "FALSE", "0", "no", "No"])
def test_a_boolean_is_false(text: str) -> None:
    assert read(TOPIC | {"NOTIFY_ON_SCAN_FAILURE": text}).policy.notify_on_failure is False


@pytest.mark.parametrize("environment", [{}, dict.fromkeys(TOPIC, ""), dict.fromkeys(TOPIC, "  ")])
def test_a_missing_variable_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        read(environment)
    assert str(refusal.value) == "ECR_SNS_REPORT_TOPIC_ARN is not set: it must be the ARN of the report topic"


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("CRITICAL", "-1", "a whole number from 0 to"),
        ("HIGH", "1.5", "a whole number from 0 to"),
        ("MEDIUM", "ten", "a whole number from 0 to"),
        ("LOW", "\u0661", "a whole number from 0 to"),
        ("LOW", "10000000000", "a whole number from 0 to"),
        ("NOTIFY_ON_SCAN_FAILURE", "on", "true or false, 1 or 0, yes or no"),
    ],
)
def test_a_wrong_value_is_refused_by_variable_value_and_what_is_allowed(name: str, value: str, allowed: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        read(TOPIC | {name: value})
    assert str(refusal.value).startswith(f"{name} is {value!r}: allowed is {allowed}")


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_variable_is_the_same_as_none(text: str) -> None:
    assert read(TOPIC | dict.fromkeys(("CRITICAL", "NOTIFY_ON_SCAN_FAILURE"), text)) == read(TOPIC)
