import re

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.registry.images import TagStatus
from ecr_scan_reporter.domain.scanning.limits import ImageLimits
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.domain.scanning.selection import JobSelection
from ecr_scan_reporter.settings.inventory import InventorySettings

read = InventorySettings.from_environment
NEEDED = {"FINDINGS_BUCKET": "findings", "SCAN_LEDGER_TABLE": "ledger"}


def test_the_inventory_knows_which_images_the_scanners_select() -> None:
    settings = read(
        NEEDED
        | {
            "ECR_IMAGES_DURATION_DELTA": "1m",
            "REPOSITORIES_FILTER_REGEXP": "team/",
            "ECS_DISCOVERY_ENABLED": "True",
            "IMAGES_FILTER_TAG_STATUS": "TAGGED",
            "MAX_IMAGES_PER_REPOSITORY": "50",
            "PULLED_WITHIN": "1m",
            "PUSHED_WITHIN": "6m",
            "MAX_SCANS_PER_DAY": "1000",
        }
    )
    assert settings.selection == JobSelection(re.compile("team/"), is_from_ecs=True)
    assert settings.policy == ScanPolicy(
        Duration(months=1),
        TagStatus.TAGGED,
        ImageLimits(50, Duration(months=1), Duration(months=6)),
        max_scans_per_day=1_000,
    )


def test_by_default_the_scanners_select_everything() -> None:
    settings = read(NEEDED)
    assert (settings.selection, settings.policy) == (JobSelection(re.compile(".*")), ScanPolicy(Duration(hours=168)))


def test_the_inventory_knows_the_scan_configurations_where_there_is_a_table_of_them() -> None:
    assert read(NEEDED).configs_table == ""
    assert read(NEEDED | {"SCAN_CONFIGS_TABLE": "configs"}).configs_table == "configs"
