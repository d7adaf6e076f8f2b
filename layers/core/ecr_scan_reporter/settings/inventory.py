"""The settings of inventory, read once from the environment.

A wrong value raises InvalidInputError, which names the variable, the value and the allowed values.
"""

from dataclasses import dataclass

from ecr_scan_reporter.domain.registry.filter import compile_filter
from ecr_scan_reporter.domain.registry.tag_options import DEFAULT_OWNER_KEY
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.domain.scanning.selection import JobSelection
from ecr_scan_reporter.settings import scanning, variables
from ecr_scan_reporter.settings.importance import ImportanceSettings
from ecr_scan_reporter.settings.importance import importance as read_importance
from ecr_scan_reporter.settings.scan_policy import scan_policy
from ecr_scan_reporter.settings.variables import Environment


@dataclass(frozen=True, slots=True)
class InventorySettings:
    """Settings of inventory. `selection` and `policy` are those of the scanners: what they scan, and how often."""

    findings_bucket: str
    ledger_table: str
    suppressions_table: str
    selection: JobSelection
    policy: ScanPolicy
    owner_tag_key: str
    has_lake: bool
    concurrency: int
    importance: ImportanceSettings
    has_exploit_feeds: bool
    configs_table: str = ""

    @classmethod
    def from_environment(cls, environment: Environment) -> "InventorySettings":
        """Read and validate the variables."""
        return cls(
            findings_bucket=variables.required(environment, "FINDINGS_BUCKET", "the name of the findings bucket"),
            ledger_table=variables.required(environment, "SCAN_LEDGER_TABLE", "the name of the ledger table"),
            suppressions_table=variables.text(environment, "SUPPRESSIONS_TABLE", ""),
            selection=JobSelection(
                compile_filter(
                    variables.text(environment, "REPOSITORIES_FILTER_REGEXP", ".*"), "REPOSITORIES_FILTER_REGEXP"
                ),
                is_from_ecs=variables.boolean(environment, "ECS_DISCOVERY_ENABLED", default=False),
            ),
            policy=scan_policy(environment),
            owner_tag_key=variables.text(environment, "OWNER_TAG_KEY", DEFAULT_OWNER_KEY),
            has_lake=variables.boolean(environment, "ANALYTICS_ENABLED", default=False),
            concurrency=scanning.concurrency(environment),
            importance=read_importance(environment),
            has_exploit_feeds=variables.boolean(environment, "EXPLOIT_FEEDS", default=False),
            configs_table=variables.text(environment, "SCAN_CONFIGS_TABLE", ""),
        )
