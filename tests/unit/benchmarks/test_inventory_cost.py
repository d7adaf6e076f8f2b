from dataclasses import replace

import pytest

from benchmarks.cost import DAYS, Line, Registry
from benchmarks.figures import Figures
from benchmarks.inventory_cost import BUILDS_A_DAY, PERIOD, READ_TWICE, Inventory, inventory_bill, memory_mb
from scripts.template_check.source import load_template


@pytest.fixture
def figures() -> Figures:
    return Figures.read()


def lines(images: int, figures: Figures) -> dict[str, Line]:
    return {line.what: line for line in inventory_bill(Inventory(Registry(images)), figures)}


def test_a_build_runs_as_often_and_has_as_much_memory_as_the_template_says() -> None:
    parameters = load_template()["Parameters"]
    assert parameters["InventorySchedule"]["Default"] == f"rate({PERIOD.seconds // 60} minutes)"
    assert BUILDS_A_DAY == 48
    assert parameters["InventoryMemoryMegabytes"]["Default"] == memory_mb(100_000)


def test_half_of_the_journal_is_read_twice(figures: Figures) -> None:
    assert READ_TWICE == 1.5
    registry = Registry(100_000)
    read = lines(100_000, figures)["results and snapshots, read"]
    assert read.used == pytest.approx((registry.scans * 1.5 + 48 * 4) * DAYS)


def test_a_day_of_snapshots_is_stored(figures: Figures) -> None:
    stored = lines(100_000, figures)["snapshots, stored"]
    assert stored.used == pytest.approx(50 * 0.055)
    assert stored.dollars == pytest.approx(2.75 * 0.023)


def test_the_journal_has_an_item_for_each_result_change_and_job(figures: Figures) -> None:
    written = lines(1_000, figures)["journal, written"]
    assert written.used == pytest.approx(((1_000 / 7 + 50) * 2 + 10) * DAYS)


def test_a_build_takes_longer_for_more_images_but_never_less_than_its_start_and_its_waiting(figures: Figures) -> None:
    assert Inventory(Registry(1_000)).seconds(figures) < Inventory(Registry(100_000)).seconds(figures) < 630
    idle = replace(figures, cpu_seconds_a_job=0, cpu_seconds_an_image=0)
    assert Inventory(Registry(100_000)).seconds(idle) > 1 + 1_000 / 8 * 0.04


def test_results_of_before_the_installation_cost_two_objects_and_an_item_each() -> None:
    assert Inventory(Registry(100_000)).once == pytest.approx(1.0625)
