"""The functions: their handlers, their logs, and which of them are always there."""

import importlib

import pytest

from tests.template.cloudformation import target
from tests.template.declared import functions, resources


@pytest.mark.parametrize("name", functions)
def test_every_handler_exists_and_can_be_called(name: str) -> None:
    module, _, attribute = functions[name]["Properties"]["Handler"].rpartition(".")
    assert callable(getattr(importlib.import_module(module), attribute))


def test_there_are_the_three_functions_of_the_chain_and_those_that_a_parameter_asks_for() -> None:
    always = {name for name, function in functions.items() if "Condition" not in function}
    assert always == {"RepositoriesScanner", "ImagesScanner", "Reporter"}


@pytest.mark.parametrize("name", functions)
def test_every_function_keeps_its_log_for_a_limited_time(name: str) -> None:
    group = resources[target(functions[name]["Properties"]["LoggingConfig"]["LogGroup"])]
    assert group["Type"] == "AWS::Logs::LogGroup"
    assert group["Properties"]["RetentionInDays"] == {"Ref": "LogRetentionDays"}
