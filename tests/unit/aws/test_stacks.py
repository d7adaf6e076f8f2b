from typing import Any

import pytest

from ecr_scan_reporter.aws.stacks import Stacks
from ecr_scan_reporter.errors import CallFailedError, InvalidInputError, MissingInputError
from tests.unit.aws.clients import stubbed_client
from tests.unit.aws.clock import make_caller


def stacks(answer: dict[str, Any] | None = None, code: str = "") -> Stacks:
    """Return stacks of which CloudFormation gives this answer, or this error."""
    client, stub = stubbed_client("cloudformation")
    if code:
        stub.add_client_error("describe_stacks", code, "Stack with id prod does not exist")
    else:
        stack = {"StackName": "prod", "CreationTime": "2026-01-31T12:00:00Z", "StackStatus": "CREATE_COMPLETE"}
        stub.add_response("describe_stacks", {"Stacks": [stack | (answer or {})]}, {"StackName": "prod"})
    return Stacks(client, make_caller())


def test_an_output_is_found_by_its_name() -> None:
    outputs = [{"OutputKey": "A", "OutputValue": "a"}, {"OutputKey": "B", "OutputValue": "b"}]
    assert stacks({"Outputs": outputs}).output("prod", "B") == "b"


@pytest.mark.parametrize("answer", [{}, {"Outputs": [{"OutputKey": "A", "OutputValue": "a"}]}])
def test_a_stack_without_the_output_is_named(answer: dict[str, Any]) -> None:
    with pytest.raises(MissingInputError, match="the output B of the stack prod"):
        stacks(answer).output("prod", "B")


def test_a_stack_that_is_not_there_is_named() -> None:
    with pytest.raises(InvalidInputError, match="the stack is 'prod': allowed is one of this account and region"):
        stacks(code="ValidationError").output("prod", "B")


def test_another_refusal_is_an_error_of_the_call() -> None:
    with pytest.raises(CallFailedError, match="AccessDenied"):
        stacks(code="AccessDenied").output("prod", "B")


def test_the_parameters_of_a_stack_have_their_values() -> None:
    given = [{"ParameterKey": "A", "ParameterValue": "1"}, {"ParameterKey": "B"}]
    assert stacks({"Parameters": given}).parameters("prod") == {"A": "1", "B": ""}
    assert stacks().parameters("prod") == {}


def test_the_parameters_of_a_stack_that_is_not_there_are_an_error() -> None:
    with pytest.raises(InvalidInputError, match="the stack is 'prod'"):
        stacks(code="ValidationError").parameters("prod")
