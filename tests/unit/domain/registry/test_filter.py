import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.registry.filter import compile_filter, is_selected
from ecr_scan_reporter.errors import InvalidInputError


@pytest.mark.parametrize(
    ("expression", "repository", "selected"),
    [
        pytest.param(".*", "team/app", True, id="everything"),
        pytest.param("team/", "team/app", True, id="the beginning is enough"),
        pytest.param("team/app", "team/app-old", True, id="not necessarily to the end"),
        pytest.param("team/app$", "team/app-old", False, id="to the end when it says so"),
        pytest.param("app", "team/app", False, id="not in the middle"),
        pytest.param(".*app", "team/app", True, id="in the middle when it says so"),
        pytest.param("(team|ops)/.*", "ops/tools", True, id="one of two"),
        pytest.param("(?!legacy/)", "legacy/app", False, id="all but some"),
        pytest.param("(?!legacy/)", "team/app", True, id="the others"),
        pytest.param("TEAM", "team/app", False, id="case matters"),
        pytest.param("(?i)TEAM", "team/app", True, id="unless it says that it does not"),
    ],
)
def test_a_filter_matches_from_the_start_of_the_name(expression: str, repository: str, selected: bool) -> None:
    assert is_selected(repository, compile_filter(expression)) is selected


@pytest.mark.parametrize("expression", ["[", "*", "(", "a{2,1}", "(?P<n", "\\"])
def test_a_wrong_regular_expression_is_refused_by_name_and_value(expression: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        compile_filter(expression, "REPOSITORIES_FILTER_REGEXP")
    assert str(refusal.value).startswith(
        f"REPOSITORIES_FILTER_REGEXP is {expression!r}: allowed is a Python regular expression"
    )


@given(st.from_regex(r"[a-z0-9]+(/[a-z0-9]+)*", fullmatch=True))
def test_a_plain_name_selects_itself(name: str) -> None:
    assert is_selected(name, compile_filter(name))
