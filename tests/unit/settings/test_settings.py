import re
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.registry.images import TagStatus
from ecr_scan_reporter.domain.reports.policy import NotifyOn, ReportPolicy
from ecr_scan_reporter.domain.scanning.limits import ImageLimits
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.settings.images_scanner import ImagesScannerSettings
from ecr_scan_reporter.settings.reporter import NotificationMode, ReporterSettings
from ecr_scan_reporter.settings.repositories_scanner import RepositoriesScannerSettings
from tests.recorded_events import load_event

QUEUE = {"IMAGES_SCAN_JOBS_QUEUE_URL": "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"}
TOPIC = {"ECR_SNS_REPORT_TOPIC_ARN": "arn:aws:sns:eu-west-1:123456789012:report"}
ROLE = "arn:aws:iam::123456789012:role/ecs-reader"

Read = Callable[[Mapping[str, str]], object]
REPOSITORIES = RepositoriesScannerSettings.from_environment
IMAGES = ImagesScannerSettings.from_environment
REPORTER = ReporterSettings.from_environment


def test_repositories_scanner_needs_only_its_queue() -> None:
    settings = REPOSITORIES(QUEUE)
    assert settings.jobs_queue_url == QUEUE["IMAGES_SCAN_JOBS_QUEUE_URL"]
    assert settings.selection.repositories_filter.pattern == ".*"
    assert (settings.selection.is_from_ecs, settings.selection.ecs_roles) == (False, ())
    assert (settings.concurrency, settings.selection.is_dry_run) == (16, False)


def test_images_scanner_needs_only_its_queue() -> None:
    assert IMAGES(QUEUE) == ImagesScannerSettings(
        jobs_queue_url=QUEUE["IMAGES_SCAN_JOBS_QUEUE_URL"],
        policy=ScanPolicy(Duration(hours=168), keeps_ledger=True),
        ledger_table="",
        reporter_function="",
        concurrency=16,
    )


def test_reporter_needs_only_its_topic() -> None:
    assert REPORTER(TOPIC) == ReporterSettings(
        topic_arn=TOPIC["ECR_SNS_REPORT_TOPIC_ARN"],
        policy=ReportPolicy({Severity.CRITICAL: 0, Severity.HIGH: 0, Severity.MEDIUM: 0, Severity.LOW: 0}),
        mode=NotificationMode.IMMEDIATE,
        ledger_table="",
        idempotency_table="",
        findings_bucket="",
        suppressions_table="",
        chat_topic_arn="",
        event_bus="",
        is_security_hub_enabled=False,
    )


def test_every_variable_of_repositories_scanner_is_read() -> None:
    settings = REPOSITORIES(
        QUEUE
        | {
            "REPOSITORIES_FILTER_REGEXP": "team/.*",
            "ECS_DISCOVERY_ENABLED": "true",
            "ECS_DISCOVERY_ROLES": f"{ROLE}, {ROLE}-2",
            "SCANNER_THREADS": "4",
        }
    )
    assert settings.selection.repositories_filter.pattern == "team/.*"
    assert (settings.selection.is_from_ecs, settings.selection.ecs_roles) == (True, (ROLE, f"{ROLE}-2"))
    assert settings.concurrency == 4


def test_every_variable_of_images_scanner_is_read() -> None:
    environment = {
        "ECR_IMAGES_DURATION_DELTA": "1m2d",
        "IMAGES_FILTER_TAG_STATUS": "TAGGED",
        "MAX_IMAGES_PER_REPOSITORY": "50",
        "PULLED_WITHIN": "1m",
        "PUSHED_WITHIN": "6m",
        "MAX_SCANS_PER_DAY": "1000",
        "SCAN_LEDGER_TABLE": "ledger",
        "REPORTER_FUNCTION_NAME": "reporter",
        "SCANNER_THREADS": "32",
    }
    assert IMAGES(QUEUE | environment) == ImagesScannerSettings(
        jobs_queue_url=QUEUE["IMAGES_SCAN_JOBS_QUEUE_URL"],
        policy=ScanPolicy(
            max_age=Duration(months=1, hours=48),
            tag_status=TagStatus.TAGGED,
            limits=ImageLimits(50, Duration(months=1), Duration(months=6)),
            max_scans_per_day=1_000,
            keeps_ledger=True,
        ),
        ledger_table="ledger",
        reporter_function="reporter",
        concurrency=32,
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
    }
    assert REPORTER(TOPIC | environment) == ReporterSettings(
        topic_arn=TOPIC["ECR_SNS_REPORT_TOPIC_ARN"],
        policy=ReportPolicy(
            thresholds={Severity.CRITICAL: 1, Severity.HIGH: 2, Severity.MEDIUM: 30, Severity.LOW: 400},
            notify_on_failure=False,
            notify_on=NotifyOn.CHANGED,
            owner_tag_key="team",
        ),
        mode=NotificationMode.BOTH,
        ledger_table="ledger",
        idempotency_table="ids",
        findings_bucket="findings",
        suppressions_table="suppressions",
        chat_topic_arn="chat",
        event_bus="bus",
        is_security_hub_enabled=True,
    )


@pytest.mark.parametrize(
    ("read", "required", "missing"),
    [
        (REPOSITORIES, QUEUE, "IMAGES_SCAN_JOBS_QUEUE_URL is not set: it must be the URL of the jobs queue"),
        (IMAGES, QUEUE, "IMAGES_SCAN_JOBS_QUEUE_URL is not set: it must be the URL of the jobs queue"),
        (REPORTER, TOPIC, "ECR_SNS_REPORT_TOPIC_ARN is not set: it must be the ARN of the report topic"),
    ],
)
def test_a_missing_variable_is_named(read: Read, required: Mapping[str, str], missing: str) -> None:
    for environment in ({}, dict.fromkeys(required, ""), dict.fromkeys(required, "  ")):
        with pytest.raises(InvalidInputError) as refusal:
            read(environment)
        assert str(refusal.value) == missing


@pytest.mark.parametrize(
    ("read", "name", "value", "allowed"),
    [
        (REPOSITORIES, "REPOSITORIES_FILTER_REGEXP", "[", "a Python regular expression"),
        (REPOSITORIES, "ECS_DISCOVERY_ENABLED", "maybe", "true or false, 1 or 0, yes or no"),
        (REPOSITORIES, "ECS_DISCOVERY_ROLES", "reader", "the ARNs of IAM roles, separated by commas"),
        (REPOSITORIES, "SCANNER_THREADS", "0", "a whole number from 1 to 256"),
        (REPOSITORIES, "SCANNER_THREADS", "257", "a whole number from 1 to 256"),
        (IMAGES, "ECR_IMAGES_DURATION_DELTA", "banana", "months, weeks, days and hours"),
        (IMAGES, "ECR_IMAGES_DURATION_DELTA", "-1d", "months, weeks, days and hours"),
        (IMAGES, "IMAGES_FILTER_TAG_STATUS", "SOME", "one of ANY, TAGGED, UNTAGGED"),
        (IMAGES, "MAX_IMAGES_PER_REPOSITORY", "-1", "a whole number from 0 to"),
        (IMAGES, "MAX_SCANS_PER_DAY", "many", "a whole number from 0 to"),
        (IMAGES, "PULLED_WITHIN", "banana", "months, weeks, days and hours"),
        (IMAGES, "PUSHED_WITHIN", "1d1w", "months, weeks, days and hours"),
        (IMAGES, "SCANNER_THREADS", "4.5", "a whole number from 1 to 256"),
        (REPORTER, "CRITICAL", "-1", "a whole number from 0 to"),
        (REPORTER, "HIGH", "1.5", "a whole number from 0 to"),
        (REPORTER, "MEDIUM", "ten", "a whole number from 0 to"),
        (REPORTER, "LOW", "\u0661", "a whole number from 0 to"),
        (REPORTER, "LOW", "10000000000", "a whole number from 0 to"),
        (REPORTER, "NOTIFY_ON_SCAN_FAILURE", "on", "true or false, 1 or 0, yes or no"),
    ],
)
def test_a_wrong_value_is_refused_by_variable_value_and_what_is_allowed(
    read: Read, name: str, value: str, allowed: str
) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        read(QUEUE | TOPIC | {name: value})
    assert str(refusal.value).startswith(f"{name} is {value!r}: allowed is {allowed}")


@pytest.mark.parametrize("text", ["true", "True", "TRUE", "1", "yes", "YES", " true "])
def test_a_boolean_is_true(text: str) -> None:
    assert REPORTER(TOPIC | {"NOTIFY_ON_SCAN_FAILURE": text}).policy.notify_on_failure is True


@pytest.mark.parametrize("text", ["false", "False", "FALSE", "0", "no", "No"])
def test_a_boolean_is_false(text: str) -> None:
    assert REPORTER(TOPIC | {"NOTIFY_ON_SCAN_FAILURE": text}).policy.notify_on_failure is False


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_variable_is_the_same_as_none(text: str) -> None:
    names = ("IMAGES_FILTER_TAG_STATUS", "ECR_IMAGES_DURATION_DELTA", "SCANNER_THREADS", "PULLED_WITHIN")
    assert IMAGES(QUEUE | dict.fromkeys(names, text)) == IMAGES(QUEUE)
    assert REPORTER(TOPIC | dict.fromkeys(("CRITICAL", "NOTIFY_ON_SCAN_FAILURE"), text)) == REPORTER(TOPIC)


@pytest.mark.parametrize("text", ["any", "tagged", "Untagged"])
def test_the_tag_status_may_be_written_in_any_case(text: str) -> None:
    assert IMAGES(QUEUE | {"IMAGES_FILTER_TAG_STATUS": text}).policy.tag_status.value == text.upper()


def test_zero_is_no_limit() -> None:
    settings = IMAGES(QUEUE | {"MAX_IMAGES_PER_REPOSITORY": "0", "MAX_SCANS_PER_DAY": "0"})
    assert (settings.policy.limits.max_images, settings.policy.max_scans_per_day) == (None, None)


def test_a_manual_invocation_overrides_the_settings_of_one_run() -> None:
    settings = REPOSITORIES(QUEUE)
    overridden = settings.overridden_by(
        {
            "jobsQueueUrl": "https://other",
            "repositoriesFilterRegexp": "ops/",
            "dryRun": True,
            "ecsDiscoveryRoles": [ROLE],
        }
    )
    assert overridden.jobs_queue_url == "https://other"
    assert overridden.selection.repositories_filter.pattern == "ops/"
    assert overridden.selection.is_dry_run
    assert (overridden.selection.is_from_ecs, overridden.selection.ecs_roles) == (True, (ROLE,))
    assert settings == REPOSITORIES(QUEUE)


def test_roles_may_be_a_text_with_commas_too() -> None:
    overridden = REPOSITORIES(QUEUE).overridden_by({"ecsDiscoveryRoles": f"{ROLE},{ROLE}-2"})
    assert overridden.selection.ecs_roles == (ROLE, f"{ROLE}-2")


@pytest.mark.parametrize("event", [{}, {"dryRun": None, "jobsQueueUrl": None}, load_event("scheduled")])
def test_an_event_that_overrides_nothing_leaves_the_settings_as_they_are(event: dict[str, Any]) -> None:
    assert REPOSITORIES(QUEUE).overridden_by(event) == REPOSITORIES(QUEUE)


@pytest.mark.parametrize("event", [None, [], "team/.*"])
def test_an_event_that_is_no_object_is_refused(event: Any) -> None:
    with pytest.raises(InvalidInputError, match=f"^the event is {re.escape(repr(event))}: allowed is a JSON object"):
        REPOSITORIES(QUEUE).overridden_by(event)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("jobsQueueUrl", ""),
        ("jobsQueueUrl", 7),
        ("repositoriesFilterRegexp", "["),
        ("repositoriesFilterRegexp", ["team"]),
        ("dryRun", "true"),
        ("ecsDiscoveryRoles", ["reader"]),
        ("ecsDiscoveryRoles", 7),
        ("ecsDiscoveryRoles", ""),
    ],
)
def test_a_wrong_override_is_refused_by_its_key(key: str, value: object) -> None:
    with pytest.raises(InvalidInputError, match=f"^{key} is "):
        REPOSITORIES(QUEUE).overridden_by({key: value})


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("dryrun", "dryRun"),
        ("dry_run", "dryRun"),
        ("repositoryFilterRegexp", "repositoriesFilterRegexp"),
        ("jobsQueueURL", "jobsQueueUrl"),
        ("ecsDiscoveryRole", "ecsDiscoveryRoles"),
    ],
)
def test_a_misspelt_override_is_refused_with_the_nearest_right_one(key: str, nearest: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        REPOSITORIES(QUEUE).overridden_by({"dryRun": True, key: "x"})
    assert str(refusal.value) == (
        f"a key of the event is '{key}': allowed is one of dryRun, ecsDiscoveryRoles, jobsQueueUrl, "
        f"repositoriesFilterRegexp; the nearest is {nearest}"
    )


@pytest.mark.parametrize("key", ["region", "detail", "id", "time", "something else"])
def test_a_key_that_is_near_to_none_is_refused_too(key: str) -> None:
    with pytest.raises(InvalidInputError, match=rf"^a key of the event is '{key}': .*repositoriesFilterRegexp$"):
        REPOSITORIES(QUEUE).overridden_by({key: "x"})


def test_the_event_of_a_schedule_may_carry_overrides_and_no_other_keys() -> None:
    event = load_event("scheduled")
    assert REPOSITORIES(QUEUE).overridden_by(event | {"dryRun": True}).selection.is_dry_run
    with pytest.raises(InvalidInputError, match=r"^a key of the event is 'dryrun'"):
        REPOSITORIES(QUEUE).overridden_by(event | {"dryrun": True})
