from dataclasses import replace
from datetime import timedelta

import pytest

from ecr_scan_reporter.domain.configs.configs import ScanConfig, describe_config, in_order, named_images
from ecr_scan_reporter.domain.registry.images import Repository
from tests.unit.samples import NOW

CONFIG = ScanConfig("a", NOW, "us-west-2", "123456789012", "team/app", ("1.2", "latest"))


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        (replace(CONFIG, id="b", created=NOW - timedelta(1)), True),
        (replace(CONFIG, tags=("latest", "1.2")), True),
        (replace(CONFIG, tags=("latest",)), False),
        (replace(CONFIG, tags=None), False),
        (replace(CONFIG, region="us-east-1"), False),
        (replace(CONFIG, registry="210987654321"), False),
        (replace(CONFIG, repository="team/other"), False),
    ],
)
def test_two_have_the_same_content_when_they_name_the_same_images(other: ScanConfig, is_same: bool) -> None:
    assert CONFIG.has_content_of(other) is is_same


def test_one_that_gets_another_content_keeps_its_id_and_moment() -> None:
    other = ScanConfig("b", NOW + timedelta(1), "eu-west-1", "210987654321", "base")
    assert CONFIG.with_content_of(other) == ScanConfig("a", NOW, "eu-west-1", "210987654321", "base")


def test_it_is_in_a_registry_of_its_own() -> None:
    assert CONFIG.place == Repository("123456789012", "us-west-2", "team/app")


def test_it_is_described_by_its_images() -> None:
    assert describe_config(CONFIG) == "team/app in us-west-2 of account 123456789012, tags 1.2, latest"
    assert describe_config(replace(CONFIG, tags=None)) == "team/app in us-west-2 of account 123456789012"


def test_the_oldest_is_the_first() -> None:
    newer, twin = replace(CONFIG, created=NOW + timedelta(1)), replace(CONFIG, id="0")
    assert in_order([newer, CONFIG, twin]) == [twin, CONFIG, newer]


@pytest.mark.parametrize(
    ("tags", "named"),
    [
        ([("1.2", "latest")], ("1.2", "latest")),
        ([("1.2",), ("latest", "1.2"), ("3",)], ("1.2", "latest", "3")),
        ([("1.2",), None], None),
        ([None, ("1.2",)], None),
        ([None], None),
    ],
)
def test_configurations_of_one_repository_together_name_all_their_tags_or_the_whole_of_it(
    tags: list[tuple[str, ...] | None], named: tuple[str, ...] | None
) -> None:
    other = replace(CONFIG, region="us-east-1")
    assert named_images([other, *(replace(CONFIG, tags=each) for each in tags)]) == {
        other.place: other.tags,
        CONFIG.place: named,
    }
