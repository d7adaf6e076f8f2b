"""The policy of a deployed application, by the parameters of its stack."""

from pathlib import Path

import pytest
import yaml

from ecr_scan_reporter.domain.findings.remediation import RemediationDays
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError, MissingInputError
from ecr_scan_reporter.settings.gate import StackPolicy

PARAMETERS = {
    "CriticalThreshold": "0",
    "HighThreshold": "10",
    "MediumThreshold": "off",
    "LowThreshold": "off",
    "UndefinedThreshold": "5",
}


def test_thresholds_are_those_of_the_stack_and_the_rest_has_defaults() -> None:
    found = StackPolicy.from_parameters("prod", PARAMETERS)
    assert found.thresholds == {Severity.CRITICAL: 0, Severity.HIGH: 10, Severity.UNDEFINED: 5}
    assert (found.known_exploited, found.epss_threshold) == (1, 0.1)
    assert str(found.remediation_days) == "exploited=7,critical=15,high=30"


def test_what_the_stack_says_of_importance_holds() -> None:
    given = {"KnownExploitedThreshold": "off", "EpssThreshold": "0.5", "RemediationDays": "high=3"}
    found = StackPolicy.from_parameters("prod", PARAMETERS | given)
    assert (found.known_exploited, found.epss_threshold) == (None, 0.5)
    assert found.remediation_days == RemediationDays(None, {Severity.HIGH: 3})


@pytest.mark.parametrize("name", PARAMETERS)
def test_a_stack_of_another_application_is_no_policy(name: str) -> None:
    with pytest.raises(MissingInputError, match=f"the parameter {name} of the stack prod"):
        StackPolicy.from_parameters("prod", {key: value for key, value in PARAMETERS.items() if key != name})


def test_a_wrong_value_is_named() -> None:
    with pytest.raises(InvalidInputError, match="HighThreshold is 'many'"):
        StackPolicy.from_parameters("prod", PARAMETERS | {"HighThreshold": "many"})


class _Loader(yaml.SafeLoader):
    """Reads the template; what its functions give does not matter here."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: None)


def test_the_template_has_these_parameters() -> None:
    template = yaml.load(Path("template.yaml").read_text(encoding="utf-8"), Loader=_Loader)
    assert PARAMETERS.keys() <= template["Parameters"].keys()
