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


def test_another_registry_is_not_asked_because_ecr_would_answer_for_this_one(other_ecr: StubbedRegistry) -> None:
    assert not other_ecr.registry.is_enhanced()


def test_whether_scanning_is_enhanced_is_asked_again_after_a_fault(ecr: StubbedRegistry) -> None:
    ecr.refuses("get_registry_scanning_configuration", "ThrottlingException", "Rate exceeded")
    assert not ecr.registry.is_enhanced()
    enhanced = {"registryId": "123456789012", "scanningConfiguration": {"scanType": "ENHANCED", "rules": []}}
    ecr.answers("get_registry_scanning_configuration", enhanced, {})
    assert ecr.registry.is_enhanced()
