"""A parameter accepts exactly the values that the functions take."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.settings.reporter import ReporterSettings
from ecr_scan_reporter.settings.repositories_scanner import RepositoriesScannerSettings
from tests.not_empty import not_empty
from tests.template.declared import accepts, parameters
from tests.template.function_settings import READ_BY_FUNCTIONS, REQUIRED, takes

LOOSE = {"RepositoriesFilterRegexp": "no pattern of CloudFormation describes a regular expression"}


@pytest.mark.parametrize(
    ("function", "variable", "parameter"), not_empty([read for read in READ_BY_FUNCTIONS if read[2] not in LOOSE])
)
@given(data=st.data())
def test_the_functions_accept_whatever_a_parameter_accepts(
    function: str, variable: str, parameter: str, data: st.DataObject
) -> None:
    declared = parameters[parameter]
    assert declared["Type"] == "String", "a Number may have a fraction"
    values = st.sampled_from(declared.get("AllowedValues", [""]))
    if "AllowedPattern" in declared:
        ascii_characters = st.characters(codec="ascii", exclude_characters="\n")
        values = st.from_regex(declared["AllowedPattern"].removesuffix("$") + r"\Z", alphabet=ascii_characters)
    assert takes(function, variable, data.draw(values))


def test_a_wrong_regular_expression_stops_the_scanner_and_the_parameter_says_so() -> None:
    assert accepts("RepositoriesFilterRegexp", "team/(")
    with pytest.raises(InvalidInputError, match="REPOSITORIES_FILTER_REGEXP"):
        RepositoriesScannerSettings.from_environment(REQUIRED | {"REPOSITORIES_FILTER_REGEXP": "team/("})
    assert "stops the scanner at its start" in parameters["RepositoriesFilterRegexp"]["Description"]


NUMBERS = not_empty([read for read in READ_BY_FUNCTIONS if "10{9}" in str(parameters[read[2]])])


@pytest.mark.parametrize(("function", "variable", "parameter"), NUMBERS)
@given(number=st.integers() | st.integers(999_999_990, 1_000_000_010))
def test_a_parameter_takes_the_numbers_that_the_functions_take(
    function: str, variable: str, parameter: str, number: int
) -> None:
    assert accepts(parameter, str(number)) == takes(function, variable, str(number))


@pytest.mark.parametrize(("function", "variable", "parameter"), NUMBERS)
@pytest.mark.parametrize("text", ["-1", "1.5", "1e3", "ten", "\u0661", "0x10"])
def test_template_and_functions_refuse_a_value_that_is_no_whole_number(
    function: str, variable: str, parameter: str, text: str
) -> None:
    assert not accepts(parameter, text)
    assert not takes(function, variable, text)


role_texts = st.lists(
    st.from_regex(r"arn:aws(-cn|-us-gov)?:iam::[0-9\u0660-\u0669]{11,13}:(role|user)/[ -~]{1,12}", fullmatch=True),
    max_size=3,
)


@given(roles=role_texts)
def test_a_parameter_takes_the_roles_that_the_functions_take(roles: list[str]) -> None:
    text = ",".join(roles)
    try:
        settings = RepositoriesScannerSettings.from_environment(REQUIRED | {"ECS_DISCOVERY_ROLES": text})
    except InvalidInputError:
        assert not accepts("EcsDiscoveryRoles", text)
    else:
        # The functions forgive blanks around a comma, and commas too many; IAM would not: the template splits the text.
        assert accepts("EcsDiscoveryRoles", ",".join(settings.selection.ecs_roles))


@pytest.mark.parametrize(
    ("text", "is_taken"),
    [
        ("", True),
        ("arn:aws:events:eu-west-1:123456789012:event-bus/default", True),
        ("arn:aws-us-gov:events:us-gov-west-1:123456789012:event-bus/team/our.bus_1", True),
        ("arn:aws:events:eu-west-1:123456789012:event-bus/", False),
        ("arn:aws:events:eu-west-1:123456789012:event-bus/our bus", False),
        ("arn:aws:events:eu-west-1:123456789012:rule/default", False),
        ("default", False),
    ],
)
def test_an_event_bus_is_named_by_its_arn_and_arrives_as_it_is(text: str, is_taken: bool) -> None:
    assert accepts("EventBusArn", text) is is_taken
    assert ReporterSettings.from_environment(REQUIRED | {"REPORT_EVENT_BUS": text}).event_bus == text
