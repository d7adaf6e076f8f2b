import pytest

from benchmarks.lake_cost import FINDINGS_DAY, IMAGES_MONTH, KEPT_DAYS, Lake
from scripts.template_check.source import load_template


def test_a_day_is_kept_as_long_as_the_template_says() -> None:
    rules = load_template()["Resources"]["FindingsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
    [everything] = [rule for rule in rules if "ExpirationInDays" in rule and "Prefix" not in rule]
    assert everything["ExpirationInDays"] == KEPT_DAYS


def test_a_lake_of_100000_images_has_140_gigabytes_in_the_end() -> None:
    lake = Lake(100_000)
    assert lake.day_bytes == 350_400_000
    assert lake.stored == pytest.approx(140.16 * 0.023)
    # 21 files of findings and one of images, and two lists, each day
    assert lake.written == pytest.approx(24 * 365 / 12 * 0.000005)
    assert lake.writing == pytest.approx(89.6 * 1769 / 1024 * 365 / 12 * 0.0000133334)


def test_a_question_costs_what_it_reads_and_athena_bills_ten_megabytes_at_least() -> None:
    assert Lake(100_000).question(FINDINGS_DAY) == pytest.approx(0.3412 * 5 / 1000)
    assert Lake(100_000).question(IMAGES_MONTH) == pytest.approx(0.276 * 5 / 1000)
    assert Lake(1_000).question(FINDINGS_DAY) == pytest.approx(0.01 * 5 / 1000)
