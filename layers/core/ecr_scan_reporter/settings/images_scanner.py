"""The settings of images_scanner, read once from the environment.

A wrong value raises InvalidInputError, which names the variable, the value and the allowed values.
"""

from dataclasses import dataclass

from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.settings import scanning, variables
from ecr_scan_reporter.settings.scan_policy import scan_policy
from ecr_scan_reporter.settings.variables import Environment


@dataclass(frozen=True, slots=True)
class ImagesScannerSettings:
    """Settings of images_scanner. `order_bucket` has the order of scans, empty without an inventory."""

    jobs_queue_url: str
    policy: ScanPolicy
    ledger_table: str
    reporter_function: str
    keeps_journal: bool
    order_bucket: str
    concurrency: int

    @classmethod
    def from_environment(cls, environment: Environment) -> "ImagesScannerSettings":
        """Read and validate the variables."""
        has_inventory = variables.boolean(environment, "INVENTORY_ENABLED", default=False)
        bucket = variables.text(environment, "FINDINGS_BUCKET", "")
        return cls(
            jobs_queue_url=variables.required(environment, "IMAGES_SCAN_JOBS_QUEUE_URL", "the URL of the jobs queue"),
            policy=scan_policy(environment, keeps_ledger=True),
            ledger_table=variables.text(environment, "SCAN_LEDGER_TABLE", ""),
            reporter_function=variables.text(environment, "REPORTER_FUNCTION_NAME", ""),
            keeps_journal=has_inventory,
            order_bucket=bucket if has_inventory else "",
            concurrency=scanning.concurrency(environment),
        )
