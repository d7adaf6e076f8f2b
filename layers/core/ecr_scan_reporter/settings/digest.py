"""The settings of digest, read once from the environment.

A wrong value raises InvalidInputError, which names the variable, the value and the allowed values.
"""

from dataclasses import dataclass

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.scanning.policy import DEFAULT_SCANS_PER_DAY
from ecr_scan_reporter.settings import scanning, variables
from ecr_scan_reporter.settings.variables import Environment


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
    findings_bucket: str

    @classmethod
    def from_environment(cls, environment: Environment) -> "DigestSettings":
        """Read and validate the variables."""
        return cls(
            topic_arn=variables.required(environment, "ECR_SNS_REPORT_TOPIC_ARN", "the ARN of the report topic"),
            ledger_table=variables.required(environment, "SCAN_LEDGER_TABLE", "the name of the ledger table"),
            max_age=scanning.max_age(environment),
            scans_per_day=variables.limit(environment, "MAX_SCANS_PER_DAY") or DEFAULT_SCANS_PER_DAY,
            suppressions_table=variables.text(environment, "SUPPRESSIONS_TABLE", ""),
            idempotency_table=variables.text(environment, "IDEMPOTENCY_TABLE", ""),
            chat_topic_arn=variables.text(environment, "CHAT_TOPIC_ARN", ""),
            findings_bucket=variables.text(environment, "FINDINGS_BUCKET", ""),
        )
