import pytest

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.registry.images import TagStatus
from ecr_scan_reporter.domain.scanning.limits import ImageLimits
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.settings.images_scanner import ImagesScannerSettings
from tests.unit.settings.environments import QUEUE

read = ImagesScannerSettings.from_environment


def test_images_scanner_needs_only_its_queue() -> None:
    assert read(QUEUE) == ImagesScannerSettings(
        jobs_queue_url=QUEUE["IMAGES_SCAN_JOBS_QUEUE_URL"],
        policy=ScanPolicy(Duration(hours=168), keeps_ledger=True),
        ledger_table="",
        reporter_function="",
        keeps_journal=False,
        order_bucket="",
        concurrency=16,
    )


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
        "INVENTORY_ENABLED": "True",
        "FINDINGS_BUCKET": "findings",
        "SCANNER_THREADS": "32",
    }
    assert read(QUEUE | environment) == ImagesScannerSettings(
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
        keeps_journal=True,
        order_bucket="findings",
        concurrency=32,
    )


@pytest.mark.parametrize("text", ["any", "tagged", "Untagged"])
def test_the_tag_status_may_be_written_in_any_case(text: str) -> None:
    assert read(QUEUE | {"IMAGES_FILTER_TAG_STATUS": text}).policy.tag_status.value == text.upper()


@pytest.mark.parametrize("environment", [{"FINDINGS_BUCKET": "findings"}, {"INVENTORY_ENABLED": "True"}])
def test_without_an_inventory_there_is_no_order_of_scans_to_read(environment: dict[str, str]) -> None:
    assert read(QUEUE | environment).order_bucket == ""


def test_zero_is_no_limit() -> None:
    settings = read(QUEUE | {"MAX_IMAGES_PER_REPOSITORY": "0", "MAX_SCANS_PER_DAY": "0"})
    assert (settings.policy.limits.max_images, settings.policy.max_scans_per_day) == (None, None)


@pytest.mark.parametrize("environment", [{}, dict.fromkeys(QUEUE, ""), dict.fromkeys(QUEUE, "  ")])
def test_a_missing_variable_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        read(environment)
    assert str(refusal.value) == "IMAGES_SCAN_JOBS_QUEUE_URL is not set: it must be the URL of the jobs queue"


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("ECR_IMAGES_DURATION_DELTA", "banana", "months, weeks, days and hours"),
        ("ECR_IMAGES_DURATION_DELTA", "-1d", "months, weeks, days and hours"),
        ("IMAGES_FILTER_TAG_STATUS", "SOME", "one of ANY, TAGGED, UNTAGGED"),
        ("MAX_IMAGES_PER_REPOSITORY", "-1", "a whole number from 0 to"),
        ("MAX_SCANS_PER_DAY", "many", "a whole number from 0 to"),
        ("PULLED_WITHIN", "banana", "months, weeks, days and hours"),
        ("PUSHED_WITHIN", "1d1w", "months, weeks, days and hours"),
        ("SCANNER_THREADS", "4.5", "a whole number from 1 to 256"),
    ],
)
def test_a_wrong_value_is_refused_by_variable_value_and_what_is_allowed(name: str, value: str, allowed: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        read(QUEUE | {name: value})
    assert str(refusal.value).startswith(f"{name} is {value!r}: allowed is {allowed}")


@pytest.mark.parametrize("text", ["", "  "])
def test_an_empty_variable_is_the_same_as_none(text: str) -> None:
    names = ("IMAGES_FILTER_TAG_STATUS", "ECR_IMAGES_DURATION_DELTA", "SCANNER_THREADS", "PULLED_WITHIN")
    assert read(QUEUE | dict.fromkeys(names, text)) == read(QUEUE)
