import pytest

from ecr_scan_reporter.domain.given import given_text
from ecr_scan_reporter.errors import InvalidInputError


def test_a_text_is_returned_as_it_is() -> None:
    assert given_text(" team/app ", "repositoryName of the job") == " team/app "


@pytest.mark.parametrize("value", ["", None, 7, ["team/app"], {}])
def test_a_value_that_is_no_text_or_empty_is_refused_by_its_name(value: object) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        given_text(value, "repositoryName of the job")
    assert str(refusal.value) == f"repositoryName of the job is {value!r}: allowed is a text that is not empty"
