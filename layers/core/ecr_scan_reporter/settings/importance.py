"""The settings of what is important, which several functions share."""

from dataclasses import dataclass

from ecr_scan_reporter.domain.findings.importance import DEFAULT_EPSS_THRESHOLD, parse_epss_threshold
from ecr_scan_reporter.domain.findings.remediation import (
    DEFAULT_REMEDIATION_DAYS,
    RemediationDays,
    parse_remediation_days,
)
from ecr_scan_reporter.domain.thresholds import parse_threshold
from ecr_scan_reporter.settings import variables
from ecr_scan_reporter.settings.variables import Environment

DEFAULT_KNOWN_EXPLOITED = 1


@dataclass(frozen=True, slots=True)
class ImportanceSettings:
    """What is important: from which EPSS a finding is likely to be exploited, and when a finding must be gone.

    `known_exploited` is the number of exploited findings from which an image is reported. It and `epss_threshold` are
    None where they are off.
    """

    epss_threshold: float | None
    known_exploited: int | None
    remediation_days: RemediationDays


def importance(environment: Environment) -> ImportanceSettings:
    """Read and validate the variables. Raises InvalidInputError, which names the wrong one."""
    return ImportanceSettings(
        epss_threshold=parse_epss_threshold(
            variables.text(environment, "EPSS_THRESHOLD", str(DEFAULT_EPSS_THRESHOLD)), "EPSS_THRESHOLD"
        ),
        known_exploited=parse_threshold(
            variables.text(environment, "KNOWN_EXPLOITED", str(DEFAULT_KNOWN_EXPLOITED)), "KNOWN_EXPLOITED"
        ),
        remediation_days=parse_remediation_days(
            variables.text(environment, "REMEDIATION_DAYS", DEFAULT_REMEDIATION_DAYS), "REMEDIATION_DAYS"
        ),
    )
