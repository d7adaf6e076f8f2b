from dataclasses import replace

import pytest

from benchmarks.cost import (
    ALARMS,
    ALARMS_OF_OPTIONS,
    Line,
    Registry,
    bill,
    dollars,
    dollars_beyond_free,
    job_seconds,
)
from benchmarks.cost_document import DOCUMENT, with_tables
from benchmarks.figures import Figures
from scripts.template_check.source import load_template, of_type


@pytest.fixture
def figures() -> Figures:
    return Figures.read()


def test_the_document_shows_what_the_model_says(figures: Figures) -> None:
    text = DOCUMENT.read_text()
    assert text == with_tables(text, figures)


def test_the_alarms_are_those_of_the_template() -> None:
    alarms = of_type(load_template()["Resources"], "AWS::CloudWatch::Alarm").values()
    optional = [alarm for alarm in alarms if alarm["Condition"] not in {"HasAlarms", "HasScheduleAlarm"}]
    assert (len(alarms) - len(optional), len(optional)) == (ALARMS, ALARMS_OF_OPTIONS)


def test_a_registry_of_1000_images_has_ten_jobs_and_193_scans_a_day() -> None:
    registry = Registry(1_000)
    assert registry.repositories == 10
    assert registry.scans == pytest.approx(1_000 / 7 + 50)


def test_the_queue_is_polled_five_times_every_twenty_seconds(figures: Figures) -> None:
    polling = next(line for line in bill(Registry(1_000), figures) if "polling" in line.what)
    assert polling.used == pytest.approx(5 * 3 * 60 * 24 * 365 / 12)
    assert polling.dollars == pytest.approx(0.2628)


def test_lines_by_image_are_ten_times_as_much_for_ten_times_the_images(figures: Figures) -> None:
    small, large = (
        {line.what: line.dollars for line in bill(Registry(images), figures)} for images in (10_000, 100_000)
    )
    for what in ("ledger, read", "ledger and idempotency, written", "findings, written", "messages"):
        assert large[what] == pytest.approx(10 * small[what])


def test_lines_of_one_price_share_what_is_free() -> None:
    lines = [Line("one", used=80, price=0.5, free=100), Line("other", used=40, price=0.5, free=100)]
    assert dollars(lines) == 60
    assert dollars_beyond_free(lines) == 10


def test_a_job_takes_longer_with_less_of_a_processor_but_never_less_than_its_latency(figures: Figures) -> None:
    registry = Registry(1_000)
    assert job_seconds(registry, figures, 256) > job_seconds(registry, figures, 512)
    idle = replace(figures, cpu_seconds_a_job=0, cpu_seconds_an_image=0, cpu_seconds_a_call=0)
    assert job_seconds(registry, idle, 256) == job_seconds(registry, idle, 1_769) > 0.04


def test_no_more_is_scanned_in_a_day_than_ecr_allows() -> None:
    million = Registry(1_000_000)
    assert million.scans == 100_000
    assert (Registry(100_000).round_days, million.round_days) == (7, 20)
    assert Registry(700_000, new_a_day=0).rescans == 80_000
