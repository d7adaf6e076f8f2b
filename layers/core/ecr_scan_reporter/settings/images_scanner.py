"""The settings of images_scanner, read once from the environment.

A wrong value raises InvalidInputError, which names the variable, the value and the allowed values.
"""

from dataclasses import dataclass

from ecr_scan_reporter.domain.registry.images import TagStatus
from ecr_scan_reporter.domain.scanning.limits import ImageLimits
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.settings import scanning, variables
from ecr_scan_reporter.settings.variables import Environment


@dataclass(frozen=True, slots=True)
class ImagesScannerSettings:
    """Settings of images_scanner."""

    jobs_queue_url: str
    policy: ScanPolicy
    ledger_table: str
    reporter_function: str
    keeps_journal: bool
    concurrency: int

    @classmethod
    def from_environment(cls, environment: Environment) -> "ImagesScannerSettings":
        """Read and validate the variables."""
        return cls(
            jobs_queue_url=variables.required(environment, "IMAGES_SCAN_JOBS_QUEUE_URL", "the URL of the jobs queue"),
            policy=ScanPolicy(
                max_age=scanning.max_age(environment),
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
            keeps_journal=variables.boolean(environment, "INVENTORY_ENABLED", default=False),
            concurrency=scanning.concurrency(environment),
        )
