"""The variables that the template sets are those that the functions read."""

import logging

import pytest
from aws_lambda_powertools import Logger

from tests.not_empty import not_empty
from tests.template.declared import parameters, template, variables_of
from tests.template.function_settings import REQUIRED, SETTINGS, names_read_by


@pytest.mark.parametrize("name", SETTINGS)
def test_every_variable_of_a_function_is_one_that_its_settings_read(name: str) -> None:
    assert set(variables_of(name)) <= names_read_by(name)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_setting_is_set_but_the_number_of_threads_and_what_lambda_sets(name: str) -> None:
    assert names_read_by(name) - set(variables_of(name)) <= {"AWS_REGION", "SCANNER_THREADS"}


def test_the_variables_of_all_functions_are_those_of_powertools() -> None:
    variables = not_empty(template["Globals"]["Function"]["Environment"]["Variables"])
    assert [name for name in variables if not name.startswith("POWERTOOLS_")] == []


@pytest.mark.parametrize("name", SETTINGS)
def test_the_defaults_of_the_parameters_are_the_defaults_of_the_settings(name: str) -> None:
    defaults = {
        variable: str(parameters[value["Ref"]]["Default"])
        for variable, value in variables_of(name).items()
        if value.get("Ref") in parameters
    }
    settings = SETTINGS[name]
    assert settings.from_environment(REQUIRED | not_empty(defaults)) == settings.from_environment(REQUIRED)


@pytest.mark.parametrize("name", ["ImagesScanner", "Digest", "Inventory"])
def test_the_scanner_the_digest_and_the_inventory_have_the_same_budget(name: str) -> None:
    assert variables_of(name)["MAX_SCANS_PER_DAY"] == {"Ref": "MaxScansPerDay"}


@pytest.mark.parametrize("function", ["RepositoriesScanner", "ImagesScanner"])
def test_the_inventory_orders_the_images_that_the_scanners_select(function: str) -> None:
    inventory, scanner = variables_of("Inventory"), variables_of(function)
    shared = not_empty(
        {
            *("REPOSITORIES_FILTER_REGEXP", "IMAGES_FILTER_TAG_STATUS", "MAX_IMAGES_PER_REPOSITORY", "PULLED_WITHIN"),
            *("PUSHED_WITHIN", "ECR_IMAGES_DURATION_DELTA", "ECS_DISCOVERY_ENABLED"),
        }
        & set(scanner)
    )
    assert {name: inventory[name] for name in shared} == {name: scanner[name] for name in shared}


@pytest.mark.parametrize("level", not_empty(parameters["LogLevel"]["AllowedValues"]))
def test_powertools_knows_each_log_level(level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", level)
    assert Logger(service=f"test-{level}").log_level == getattr(logging, level)
