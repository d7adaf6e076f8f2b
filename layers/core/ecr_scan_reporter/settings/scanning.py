"""Variables that several functions read: how old a scan may become, and how many calls run at a time."""

from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.settings import variables
from ecr_scan_reporter.settings.variables import Environment

DEFAULT_CONCURRENCY = 16


def concurrency(environment: Environment) -> int:
    """Read how many calls run at a time."""
    return variables.number(environment, "SCANNER_THREADS", default=DEFAULT_CONCURRENCY, lowest=1, highest=256)


def max_age(environment: Environment) -> Duration:
    """Read the age from which a scan is repeated."""
    return parse_duration(variables.text(environment, "ECR_IMAGES_DURATION_DELTA", "7d"), "ECR_IMAGES_DURATION_DELTA")
