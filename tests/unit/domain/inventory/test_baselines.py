import pytest

from ecr_scan_reporter.domain.inventory.baselines import LEAST, share_to_ask
from ecr_scan_reporter.domain.inventory.deadline import building_seconds


@pytest.mark.parametrize("missing", [0, 1, 400, 10_000, 100_000])
def test_every_image_is_asked_about_within_a_day(missing: int) -> None:
    builds = 0
    while missing > 0:
        missing -= share_to_ask(missing)
        builds += 1
    assert builds <= 48


def test_a_build_asks_about_a_part_of_a_large_registry() -> None:
    assert share_to_ask(100_000) == 8_334
    assert share_to_ask(3) == LEAST


def test_a_build_leaves_time_to_write_what_it_has() -> None:
    assert building_seconds(900) == 630
    assert building_seconds(None) is None
