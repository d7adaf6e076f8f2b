"""Variables of several functions: the age at which a scan expires, and the number of concurrent calls."""

from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.settings import variables
from ecr_scan_reporter.settings.variables import Environment

DEFAULT_CONCURRENCY = 16
DEFAULT_MAX_AGE = "7d"


def concurrency(environment: Environment) -> int:
    """Read the number of concurrent calls."""
    return variables.number(environment, "SCANNER_THREADS", default=DEFAULT_CONCURRENCY, lowest=1, highest=256)


def max_age(environment: Environment) -> Duration:
    """Read the age at which a scan expires."""
    return parse_duration(
        variables.text(environment, "ECR_IMAGES_DURATION_DELTA", DEFAULT_MAX_AGE), "ECR_IMAGES_DURATION_DELTA"
    )
