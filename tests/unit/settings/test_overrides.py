"""The event of a manual invocation overrides the settings of repositories_scanner for one run."""

import re
from typing import Any

import pytest

from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.settings.repositories_scanner import RepositoriesScannerSettings
from tests.recorded_events import load_event
from tests.unit.settings.environments import QUEUE

ROLE = "arn:aws:iam::123456789012:role/ecs-reader"

SETTINGS = RepositoriesScannerSettings.from_environment(QUEUE)


def test_a_manual_invocation_overrides_the_settings_of_one_run() -> None:
    overridden = SETTINGS.overridden_by(
        {
            "jobsQueueUrl": "https://other",
            "repositoriesFilterRegexp": "ops/",
            "dryRun": True,
            "ecsDiscoveryRoles": [ROLE],
        }
    )
    assert overridden.jobs_queue_url == "https://other"
    assert overridden.selection.repositories_filter.pattern == "ops/"
    assert overridden.selection.is_dry_run
    assert (overridden.selection.is_from_ecs, overridden.selection.ecs_roles) == (True, (ROLE,))
    assert RepositoriesScannerSettings.from_environment(QUEUE) == SETTINGS


def test_roles_may_be_a_text_with_commas_too() -> None:
    overridden = SETTINGS.overridden_by({"ecsDiscoveryRoles": f"{ROLE},{ROLE}-2"})
    assert overridden.selection.ecs_roles == (ROLE, f"{ROLE}-2")


CONFIGS_ONLY = RepositoriesScannerSettings.from_environment(
    QUEUE | {"SCAN_CONFIGS_TABLE": "configs", "SCAN_CONFIGS_ONLY": "True", "REPOSITORIES_FILTER_REGEXP": "team/"}
)


def test_a_filter_of_the_run_holds_for_configurations_too_and_that_of_the_variable_does_not() -> None:
    assert CONFIGS_ONLY.selection.configs_filter.match("ops/tools")
    selection = CONFIGS_ONLY.overridden_by({"repositoriesFilterRegexp": "ops/"}).selection
    assert (selection.configs_filter.pattern, selection.is_configs_only) == ("ops/", True)


def test_a_run_that_names_roles_scans_what_ecs_runs_also_where_others_scan_configurations_alone() -> None:
    selection = CONFIGS_ONLY.overridden_by({"ecsDiscoveryRoles": [ROLE]}).selection
    assert (selection.is_from_ecs, selection.is_configs_only) == (True, False)


@pytest.mark.parametrize("event", [{}, {"dryRun": None, "jobsQueueUrl": None}, load_event("scheduled")])
def test_an_event_that_overrides_nothing_leaves_the_settings_as_they_are(event: dict[str, Any]) -> None:
    assert SETTINGS.overridden_by(event) == SETTINGS


@pytest.mark.parametrize("event", [None, [], "team/.*"])
def test_an_event_that_is_no_object_is_refused(event: Any) -> None:
    with pytest.raises(InvalidInputError, match=f"^the event is {re.escape(repr(event))}: allowed is a JSON object"):
        SETTINGS.overridden_by(event)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("jobsQueueUrl", ""),
        ("jobsQueueUrl", 7),
        ("repositoriesFilterRegexp", "["),
        ("repositoriesFilterRegexp", ["team"]),
        ("dryRun", "true"),
        ("ecsDiscoveryRoles", ["reader"]),
        ("ecsDiscoveryRoles", 7),
        ("ecsDiscoveryRoles", ""),
    ],
)
def test_a_wrong_override_is_refused_by_its_key(key: str, value: object) -> None:
    with pytest.raises(InvalidInputError, match=f"^{key} is "):
        SETTINGS.overridden_by({key: value})


@pytest.mark.parametrize(
    ("key", "nearest"),
    [
        ("dryrun", "dryRun"),
        ("dry_run", "dryRun"),
        ("repositoryFilterRegexp", "repositoriesFilterRegexp"),
        ("jobsQueueURL", "jobsQueueUrl"),
        ("ecsDiscoveryRole", "ecsDiscoveryRoles"),
    ],
)
def test_a_misspelt_override_is_refused_with_the_nearest_right_one(key: str, nearest: str) -> None:
    with pytest.raises(InvalidInputError) as refusal:
        SETTINGS.overridden_by({"dryRun": True, key: "x"})
    assert str(refusal.value) == (
        f"a key of the event is '{key}': allowed is one of dryRun, ecsDiscoveryRoles, jobsQueueUrl, "
        f"repositoriesFilterRegexp; the nearest is {nearest}"
    )


@pytest.mark.parametrize("key", ["region", "detail", "id", "time", "something else"])
def test_a_key_that_is_near_to_none_is_refused_too(key: str) -> None:
    with pytest.raises(InvalidInputError, match=rf"^a key of the event is '{key}': .*repositoriesFilterRegexp$"):
        SETTINGS.overridden_by({key: "x"})


def test_the_event_of_a_schedule_may_carry_overrides_and_no_other_keys() -> None:
    event = load_event("scheduled")
    assert SETTINGS.overridden_by(event | {"dryRun": True}).selection.is_dry_run
    with pytest.raises(InvalidInputError, match=r"^a key of the event is 'dryrun'"):
        SETTINGS.overridden_by(event | {"dryrun": True})
