import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.registry.tag_options import RepositoryOptions, parse_options
from ecr_scan_reporter.domain.severities import Severity

GENERAL = {Severity.CRITICAL: 0, Severity.HIGH: 5, Severity.MEDIUM: 10, Severity.LOW: 50}


def test_a_repository_without_tags_says_nothing() -> None:
    assert parse_options({}, "owner") == RepositoryOptions()


def test_tags_of_others_are_left_alone() -> None:
    assert parse_options({"Name": "x", "aws:cloudformation:stack-name": "y"}, "owner") == RepositoryOptions()


def test_a_repository_has_thresholds_of_its_own_before_the_general_ones() -> None:
    options = parse_options({"ecr-scan-reporter:critical": "3", "ecr-scan-reporter:low": " 0 "}, "owner")
    assert options.thresholds(GENERAL) == {**GENERAL, Severity.CRITICAL: 3, Severity.LOW: 0}
    assert options.tag_warnings == ()


def test_a_repository_switches_a_level_off_and_another_one_on() -> None:
    options = parse_options({"ecr-scan-reporter:low": "OFF", "ecr-scan-reporter:undefined": "5"}, "owner")
    thresholds = options.thresholds(GENERAL)
    assert Severity.LOW in GENERAL
    assert (Severity.LOW in thresholds, thresholds[Severity.UNDEFINED]) == (False, 5)
    assert options.tag_warnings == ()


@pytest.mark.parametrize(("text", "is_excluded"), [("off", True), ("OFF", True), ("on", False), (" off ", True)])
def test_a_tag_excludes_a_repository(text: str, is_excluded: bool) -> None:
    assert parse_options({"ecr-scan-reporter:scan": text}, "owner").is_excluded is is_excluded


def test_a_repository_has_a_max_age_of_its_own() -> None:
    assert parse_options({"ecr-scan-reporter:max-age": "3d"}, "owner").max_age == Duration(hours=72)


@pytest.mark.parametrize(
    ("key", "tags", "owner"),
    [
        ("owner", {"owner": "team-payments"}, "team-payments"),
        ("team", {"owner": "somebody", "team": "data"}, "data"),
        ("owner", {"owner": "  a \n b "}, "a b"),
        ("owner", {"Owner": "case matters"}, ""),
        ("owner", {"owner": ""}, ""),
    ],
)
def test_the_owner_is_in_the_tag_with_the_chosen_key(key: str, tags: dict[str, str], owner: str) -> None:
    assert parse_options(tags, key).owner == owner


@pytest.mark.parametrize(
    ("tag", "value", "allowed"),
    [
        ("ecr-scan-reporter:critical", "many", "a whole number from 0 to 1000000000, or off"),
        ("ecr-scan-reporter:high", "-1", "a whole number from 0 to 1000000000, or off"),
        ("ecr-scan-reporter:high", "", "a whole number from 0 to 1000000000, or off"),
        ("ecr-scan-reporter:medium", "\u0663", "a whole number from 0 to 1000000000, or off"),
        ("ecr-scan-reporter:scan", "never", "on or off"),
        ("ecr-scan-reporter:max-age", "banana", "months, weeks, days and hours"),
    ],
)
def test_a_wrong_value_is_named_and_the_general_setting_holds(tag: str, value: str, allowed: str) -> None:
    options = parse_options({tag: value, "owner": "data"}, "owner")
    assert options.thresholds(GENERAL) == GENERAL
    assert (options.is_excluded, options.max_age, options.owner) == (False, None, "data")
    (problem,) = options.tag_warnings
    assert problem.startswith(f"tag {tag} is '{value}': allowed is {allowed}")


def test_a_misspelt_tag_of_ours_is_named() -> None:
    (problem,) = parse_options({"ecr-scan-reporter:critcal": "1"}, "owner").tag_warnings
    assert problem.startswith("tag ecr-scan-reporter:critcal is not known: allowed are ecr-scan-reporter:scan, ")


@given(st.dictionaries(st.sampled_from(["scan", "max-age", "critical", "low", "x"]), st.text(max_size=8)))
def test_no_tag_is_ever_fatal(tags: dict[str, str]) -> None:
    options = parse_options({f"ecr-scan-reporter:{key}": value for key, value in tags.items()}, "owner")
    assert set(options.thresholds(GENERAL)) == set(GENERAL)
