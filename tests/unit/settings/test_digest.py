import pytest

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.settings.digest import DigestSettings
from tests.unit.settings.environments import TOPIC

REQUIRED = TOPIC | {"SCAN_LEDGER_TABLE": "ledger"}


def test_digest_needs_a_topic_and_a_ledger() -> None:
    settings = DigestSettings.from_environment(REQUIRED)
    assert settings == DigestSettings(
        REQUIRED["ECR_SNS_REPORT_TOPIC_ARN"], "ledger", Duration(hours=168), 80_000, "", "", "", ""
    )


def test_every_variable_of_digest_is_read() -> None:
    optional = {
        "ECR_IMAGES_DURATION_DELTA": "3d",
        "MAX_SCANS_PER_DAY": "500",
        "SUPPRESSIONS_TABLE": "rules",
        "IDEMPOTENCY_TABLE": "ids",
        "CHAT_TOPIC_ARN": "chat",
        "FINDINGS_BUCKET": "findings",
    }
    settings = DigestSettings.from_environment(REQUIRED | optional)
    assert (settings.max_age, settings.scans_per_day) == (Duration(hours=72), 500)
    assert settings.suppressions_table == "rules"
    assert (settings.idempotency_table, settings.chat_topic_arn) == ("ids", "chat")
    assert settings.findings_bucket == "findings"


@pytest.mark.parametrize("name", REQUIRED)
def test_a_missing_variable_is_named(name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"^{name} is not set"):
        DigestSettings.from_environment(REQUIRED | {name: " "})


def test_a_wrong_age_is_refused() -> None:
    with pytest.raises(InvalidInputError, match="ECR_IMAGES_DURATION_DELTA is 'banana'"):
        DigestSettings.from_environment(REQUIRED | {"ECR_IMAGES_DURATION_DELTA": "banana"})
