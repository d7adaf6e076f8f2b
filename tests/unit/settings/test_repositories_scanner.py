import pytest

from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.settings.repositories_scanner import RepositoriesScannerSettings
from tests.unit.settings.environments import QUEUE

ROLE = "arn:aws:iam::123456789012:role/ecs-reader"

read = RepositoriesScannerSettings.from_environment


def test_repositories_scanner_needs_only_its_queue() -> None:
    settings = read(QUEUE)
    assert settings.jobs_queue_url == QUEUE["IMAGES_SCAN_JOBS_QUEUE_URL"]
    assert settings.selection.repositories_filter.pattern == ".*"
    assert (settings.selection.is_from_ecs, settings.selection.ecs_roles) == (False, ())
    assert (settings.concurrency, settings.selection.is_dry_run) == (16, False)
    assert (settings.configs_table, settings.selection.is_configs_only) == ("", False)


def test_every_variable_of_repositories_scanner_is_read() -> None:
    settings = read(
        QUEUE
        | {
            "REPOSITORIES_FILTER_REGEXP": "team/.*",
            "ECS_DISCOVERY_ENABLED": "true",
            "ECS_DISCOVERY_ROLES": f"{ROLE}, {ROLE}-2",
            "SCANNER_THREADS": "4",
            "SCAN_CONFIGS_TABLE": "configs",
            "SCAN_CONFIGS_ONLY": "True",
        }
    )
    assert settings.selection.repositories_filter.pattern == "team/.*"
    assert (settings.selection.is_from_ecs, settings.selection.ecs_roles) == (True, (ROLE, f"{ROLE}-2"))
    assert settings.concurrency == 4
    assert (settings.configs_table, settings.selection.is_configs_only) == ("configs", True)


@pytest.mark.parametrize("environment", [{}, dict.fromkeys(QUEUE, ""), dict.fromkeys(QUEUE, "  ")])
def test_a_missing_variable_is_named(environment: dict[str, str]) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        read(environment)
    assert str(refusal.value) == "IMAGES_SCAN_JOBS_QUEUE_URL is not set: it must be the URL of the jobs queue"


@pytest.mark.parametrize(
    ("name", "value", "allowed"),
    [
        ("REPOSITORIES_FILTER_REGEXP", "[", "a Python regular expression"),
        ("ECS_DISCOVERY_ENABLED", "maybe", "true or false, 1 or 0, yes or no"),
        ("ECS_DISCOVERY_ROLES", "reader", "the ARNs of IAM roles, separated by commas"),
        ("SCAN_CONFIGS_ONLY", "perhaps", "true or false, 1 or 0, yes or no"),
        ("SCAN_CONFIGS_ONLY", "True", "False without SCAN_CONFIGS_TABLE"),
        ("SCANNER_THREADS", "0", "a whole number from 1 to 256"),
        ("SCANNER_THREADS", "257", "a whole number from 1 to 256"),
    ],
)
def test_a_wrong_value_is_refused_by_variable_value_and_what_is_allowed(name: str, value: str, allowed: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        read(QUEUE | {name: value})
    assert str(refusal.value).startswith(f"{name} is {value!r}: allowed is {allowed}")
