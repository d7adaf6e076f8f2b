"""Variables of the policy of scans: which images, at what age, how many in a day."""

from ecr_scan_reporter.domain.registry.images import TagStatus
from ecr_scan_reporter.domain.scanning.limits import ImageLimits
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.settings import scanning, variables
from ecr_scan_reporter.settings.variables import Environment


def scan_policy(environment: Environment, *, keeps_ledger: bool = False) -> ScanPolicy:
    """Read the policy."""
    return ScanPolicy(
        max_age=scanning.max_age(environment),
        tag_status=variables.choice(environment, "IMAGES_FILTER_TAG_STATUS", TagStatus.ANY),
        limits=ImageLimits(
            max_images=variables.limit(environment, "MAX_IMAGES_PER_REPOSITORY"),
            pulled_within=variables.optional_duration(environment, "PULLED_WITHIN"),
            pushed_within=variables.optional_duration(environment, "PUSHED_WITHIN"),
        ),
        max_scans_per_day=variables.limit(environment, "MAX_SCANS_PER_DAY"),
        keeps_ledger=keeps_ledger,
    )
