"""The parameters as people see them: described, grouped, used."""

from typing import Any

import pytest

from ecr_scan_reporter.domain.registry.images import TagStatus
from ecr_scan_reporter.domain.reports.policy import NotifyOn
from ecr_scan_reporter.settings.reporter import NotificationMode
from scripts.template_check.source import texts
from tests.template.declared import parameters, resources, template

interface = template["Metadata"]["AWS::CloudFormation::Interface"]


@pytest.mark.parametrize("name", parameters)
def test_every_parameter_is_described_labelled_and_in_one_group(name: str) -> None:
    groups = [group for group in interface["ParameterGroups"] if name in group["Parameters"]]
    assert len(groups) == 1
    assert parameters[name]["Description"]
    assert interface["ParameterLabels"][name]["default"]
    assert "Default" in parameters[name]


def test_no_group_or_label_names_a_parameter_that_is_not_there() -> None:
    grouped = [name for group in interface["ParameterGroups"] for name in group["Parameters"]]
    assert sorted(grouped) == sorted(parameters)
    assert set(interface["ParameterLabels"]) == set(parameters)


@pytest.mark.parametrize("name", parameters)
def test_every_parameter_is_used(name: str) -> None:
    assert name in set(texts([resources, template["Conditions"], template["Globals"]]))


def test_the_tag_statuses_are_those_of_the_functions() -> None:
    assert parameters["ImagesTagStatus"]["AllowedValues"] == [status.value for status in TagStatus]


@pytest.mark.parametrize(("parameter", "choices"), [("NotifyOn", NotifyOn), ("NotificationMode", NotificationMode)])
def test_the_choices_are_those_of_the_functions(parameter: str, choices: Any) -> None:
    assert parameters[parameter]["AllowedValues"] == [choice.value for choice in choices]
