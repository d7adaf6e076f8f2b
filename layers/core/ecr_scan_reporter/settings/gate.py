"""The policy of a deployed application, by the parameters of its stack."""

from collections.abc import Mapping
from dataclasses import dataclass

from ecr_scan_reporter.domain.findings.importance import DEFAULT_EPSS_THRESHOLD, parse_epss_threshold
from ecr_scan_reporter.domain.findings.remediation import (
    DEFAULT_REMEDIATION_DAYS,
    RemediationDays,
    parse_remediation_days,
)
from ecr_scan_reporter.domain.thresholds import THRESHOLD_SEVERITIES, Thresholds, parse_threshold
from ecr_scan_reporter.errors import MissingInputError
from ecr_scan_reporter.settings.importance import DEFAULT_KNOWN_EXPLOITED


@dataclass(frozen=True, slots=True)
class StackPolicy:
    """What a deployed application reports. `known_exploited` and `epss_threshold` are None where they are off."""

    thresholds: Thresholds
    known_exploited: int | None
    epss_threshold: float | None
    remediation_days: RemediationDays

    @classmethod
    def from_parameters(cls, stack: str, parameters: Mapping[str, str]) -> "StackPolicy":
        """Read the parameters of a stack; what an earlier version lacks has its default.

        Raises MissingInputError for a stack of another application, InvalidInputError for a wrong value.
        """
        thresholds = {}
        for severity in THRESHOLD_SEVERITIES:
            name = f"{severity.capitalize()}Threshold"
            if name not in parameters:
                raise MissingInputError(f"the parameter {name} of the stack {stack}", "that of this application")
            thresholds[severity] = parse_threshold(parameters[name], name)

        def given(name: str, default: object) -> tuple[str, str]:
            return parameters.get(name, str(default)), name

        return cls(
            {severity: threshold for severity, threshold in thresholds.items() if threshold is not None},
            parse_threshold(*given("KnownExploitedThreshold", DEFAULT_KNOWN_EXPLOITED)),
            parse_epss_threshold(*given("EpssThreshold", DEFAULT_EPSS_THRESHOLD)),
            parse_remediation_days(*given("RemediationDays", DEFAULT_REMEDIATION_DAYS)),
        )
