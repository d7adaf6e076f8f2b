"""Whether the registry scans its images itself."""

from typing import Any

import pytest

from tests.unit.aws.ecr.stubbed_registry import StubbedRegistry


@pytest.mark.parametrize(
    ("configuration", "is_enhanced"),
    [({"scanType": "ENHANCED", "rules": []}, True), ({"scanType": "BASIC", "rules": []}, False), ({}, False)],
)
def test_the_configuration_of_the_registry_says_which_scanning_it_uses(
    ecr: StubbedRegistry, configuration: dict[str, Any], is_enhanced: bool
) -> None:
    ecr.answers("get_registry_scanning_configuration", {"scanningConfiguration": configuration}, {})
    assert ecr.registry.is_enhanced() is is_enhanced


def test_the_configuration_is_asked_once_in_a_quarter_of_an_hour(ecr: StubbedRegistry) -> None:
    ecr.answers("get_registry_scanning_configuration", {"scanningConfiguration": {"scanType": "ENHANCED"}}, {})
    assert [ecr.registry.is_enhanced() for _ in range(5)] == [True] * 5
    ecr.clock.time += 901
    ecr.answers("get_registry_scanning_configuration", {"scanningConfiguration": {"scanType": "BASIC"}}, {})
    assert not ecr.registry.is_enhanced()


def test_the_scanner_tries_to_scan_where_the_configuration_may_not_be_read(ecr: StubbedRegistry) -> None:
    ecr.refuses("get_registry_scanning_configuration", "AccessDeniedException")
    assert not ecr.registry.is_enhanced()


@pytest.mark.parametrize(("answers_for", "is_enhanced"), [("999999999999", True), ("123456789012", False)])
def test_a_named_registry_is_enhanced_only_when_it_is_the_callers_own_of_which_ecr_answers(
    other_ecr: StubbedRegistry, answers_for: str, is_enhanced: bool
) -> None:
    answer = {"registryId": answers_for, "scanningConfiguration": {"scanType": "ENHANCED", "rules": []}}
    other_ecr.answers("get_registry_scanning_configuration", answer, {})
    assert other_ecr.registry.is_enhanced() is is_enhanced
    assert other_ecr.registry.registry_id == "999999999999"


def test_whether_scanning_is_enhanced_is_asked_again_after_a_fault(ecr: StubbedRegistry) -> None:
    ecr.refuses("get_registry_scanning_configuration", "ThrottlingException", "Rate exceeded")
    assert not ecr.registry.is_enhanced()
    enhanced = {"registryId": "123456789012", "scanningConfiguration": {"scanType": "ENHANCED", "rules": []}}
    ecr.answers("get_registry_scanning_configuration", enhanced, {})
    assert ecr.registry.is_enhanced()
