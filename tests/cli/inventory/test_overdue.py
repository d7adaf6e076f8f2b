"""`overdue`."""

import json
from dataclasses import replace

import pytest

from ecr_scan_reporter.domain.inventory.selection import ImageSort
from tests.cli.inventory.asking import LATE, PROXY, Asking, image, renamed, urgent_registry
from tests.cli.inventory.fake_inventory import FakeInventory, entry
from tests.unit.domain.inventory.snapshot_infos import KNOWING
from tests.unit.samples import ago

WHY = "exploited by ransomware (KEV, due 2026-02-10), EPSS 0.84"
LOG4J = "org.apache.logging.log4j:log4j-core 2.14.1"


@pytest.fixture
def urgent(asking: Asking) -> Asking:
    asking.inventory = urgent_registry()
    return asking


def test_the_longest_overdue_comes_first_with_its_image_owner_and_reason(urgent: Asking) -> None:
    assert urgent.lines("overdue") == [
        "2 findings overdue in 2 images",
        "Overdue Image Owner Vulnerability Severity Why Package Fixed in In use",
        "10 days infra/proxy:1.2 - CVE-2023-9 high EPSS 0.01 curl 7.88.1-10 - no",
        f"2 days payments/app:1.1 payments CVE-2021-44228 critical {WHY} {LOG4J} 2.15.0 yes",
    ]
    assert [sort for question, _, sort, *_ in urgent.inventory.asked if question == "images"] == [
        ImageSort.WORST,
        ImageSort.OVERDUE,
    ]


def test_the_deadlines_and_the_age_of_the_feeds_are_said(urgent: Asking) -> None:
    assert urgent.run("overdue").stderr.splitlines() == [
        "the deadlines in days, since a finding was seen first: exploited=7,critical=15,high=30",
        "KEV of 2026-01-29, EPSS of 2026-01-30 (https://www.first.org/epss)",
    ]


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ((), ["CVE-2023-9", "CVE-2021-44228"]),
        (("--exploited",), ["CVE-2021-44228"]),
        (("--severity", "critical"), ["CVE-2021-44228"]),
        (("--not-fixable",), ["CVE-2023-9"]),
        (("--in-use",), ["CVE-2021-44228"]),
        (("--owner", "payments"), ["CVE-2021-44228"]),
        (("--owner", "nobody"), []),
    ],
)
def test_the_filters_are_those_of_other_lists(urgent: Asking, filters: tuple[str, ...], names: list[str]) -> None:
    document = urgent.json("overdue", *filters)
    assert [item["vulnerability"] for item in document["items"]] == names
    assert document["total"] == len(names)
    assert urgent.lines("overdue", *filters)[0].startswith(f"{len(names)} finding")


def test_a_finding_has_its_deadline_in_json(urgent: Asking) -> None:
    found = urgent.json("overdue")
    assert [(item["dueOn"], item["overdueDays"]) for item in found["items"]] == [("2026-01-21", 10), ("2026-01-29", 2)]
    assert found["snapshot"]["remediationDays"] == "exploited=7,critical=15,high=30"


def test_a_table_has_the_first_findings_and_counts_all(urgent: Asking) -> None:
    late = [replace(LATE, name=f"CVE-2023-{number}") for number in range(700)]
    urgent.inventory = FakeInventory([entry(image(1, PROXY), *late, info=KNOWING)], KNOWING)
    result = urgent.run("overdue")
    assert result.stdout.splitlines()[0] == "700 findings overdue in 1 image"
    assert len(result.stdout.splitlines()) == 52
    assert result.stderr.startswith("and 650 more: --limit 0 for all\n")
    assert len(json.loads(urgent.run("overdue", "--output", "json", "--limit", "3").stdout)["items"]) == 3


def test_an_image_of_another_registry_with_the_same_name_and_digest_is_not_counted_twice(urgent: Asking) -> None:
    other = replace(PROXY, registry_id="210987654321")
    found = [entry(image(1, repository), LATE, info=KNOWING) for repository in (PROXY, other)]
    urgent.inventory = FakeInventory(found, KNOWING)
    assert len(urgent.json("overdue")["items"]) == 2


def test_sarif_has_the_overdue_findings_alone(urgent: Asking) -> None:
    runs = json.loads(urgent.run("overdue", "--output", "sarif").stdout)["runs"]
    assert [[each["ruleId"] for each in run["results"]] for run in runs] == [["CVE-2023-9"], ["CVE-2021-44228"]]


def test_without_deadlines_it_says_so(asking: Asking) -> None:
    result = asking.run("overdue")
    assert (result.exit_code, result.stdout) == (0, "0 findings overdue in 0 images\n")
    assert result.stderr.splitlines() == [
        "searched 3 images, 1 of them without a scan result",
        "nothing has a deadline: RemediationDays is off",
    ]


def test_a_suppressed_finding_cannot_be_asked_for(asking: Asking) -> None:
    assert asking.run("overdue", "--suppressed", "only").exit_code == 2


def test_an_old_copy_is_said_in_words(urgent: Asking) -> None:
    assert KNOWING.kev
    urgent.inventory = renamed(urgent.inventory, kev=replace(KNOWING.kev, fetched_at=ago(days=40)))
    assert "KEV is old: it could not be fetched since 2025-12-22" in urgent.run("overdue").stderr
