"""`where`."""

import json

import pytest

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.selection import FindingFilter
from ecr_scan_reporter.domain.severities import Severity
from tests.cli.inventory.asking import CURL, LOG4SHELL, Asking, image
from tests.cli.inventory.fake_inventory import FakeInventory, entry

LOG4J = "org.apache.logging.log4j:log4j-core 2.14.1"
NOTE = "searched 3 images, 1 of them without a scan result"


def test_a_vulnerability_has_a_row_for_each_image_and_an_exact_total(asking: Asking) -> None:
    assert asking.lines("where", "CVE-2021-44228") == [
        "1 image in 1 repository has CVE-2021-44228",
        "Image Owner Severity Why Package Fixed in First seen In use",
        f"payments/app:1.1 (latest) payments critical an exploit is available {LOG4J} 2.15.0 2026-01-22 yes",
    ]


def test_a_package_is_found_by_its_name_without_the_group_and_has_its_vulnerabilities(asking: Asking) -> None:
    lines = asking.lines("where", "log4j-core")
    assert lines[0] == "1 image in 1 repository has log4j-core"
    assert "CVE-2021-44228" in lines[2]


def test_an_image_with_a_package_in_both_forms_is_counted_once(asking: Asking) -> None:
    plain = image(1), LOG4SHELL, Finding("CVE-2021-45046", Severity.HIGH, "log4j-core", "2.15.0")
    asking.inventory = FakeInventory([entry(*plain)])
    lines = asking.lines("where", "log4j-core")
    assert lines[0] == "1 image in 1 repository has log4j-core"
    assert "critical an exploit is available CVE-2021-45046, CVE-2021-44228 log4j-core 2.15.0, org.apache" in lines[2]


def test_what_other_images_have_is_not_known_without_a_scan_result(asking: Asking) -> None:
    assert asking.run("where", "curl").stderr == f"{NOTE}\n"


@pytest.mark.parametrize("output", ["table", "json", "csv"])
def test_nothing_found_is_said_with_how_far_it_is_known(asking: Asking, output: str) -> None:
    result = asking.run("where", "CVE-2020-1", "--output", output)
    said = result.stdout if output == "table" else result.stderr
    assert (result.exit_code, said) == (0, f"no image has CVE-2020-1: {NOTE}\n")


def test_a_suppressed_finding_is_not_found_and_not_hidden(asking: Asking) -> None:
    result = asking.run("where", "CVE-2011-3374")
    assert result.stdout == f"no image has CVE-2011-3374: {NOTE}\n"
    assert result.stderr == "1 finding of it suppressed: --suppressed only shows where\n"
    lines = asking.lines("where", "CVE-2011-3374", "--suppressed", "only")
    assert lines[0] == "1 image in 1 repository has CVE-2011-3374 suppressed"
    assert lines[2].endswith("apt")


def test_without_images_it_says_so(asking: Asking) -> None:
    asking.inventory = FakeInventory()
    assert asking.lines("where", "curl") == ["no image has curl: there are no such images"]


@pytest.mark.parametrize(
    ("arguments", "filters"),
    [
        (["CVE-1-1"], [FindingFilter(vulnerability="CVE-1-1")]),
        (["curl"], [FindingFilter(package="curl"), FindingFilter(package="*[:/]curl")]),
        (["CVE-1-1", "--package"], [FindingFilter(package="CVE-1-1"), FindingFilter(package="*[:/]CVE-1-1")]),
        (["curl", "--vulnerability"], [FindingFilter(vulnerability="curl")]),
    ],
)
def test_what_a_name_means_can_be_said(asking: Asking, arguments: list[str], filters: list[FindingFilter]) -> None:
    asking.run("where", *arguments, "--suppressed", "excluded")
    asked = dict.fromkeys(wanted for question, wanted, *_ in asking.inventory.asked if question == "where")
    assert [*asked][: len(filters)] == filters


def test_a_table_has_the_first_images_and_counts_all(asking: Asking) -> None:
    asking.inventory = FakeInventory([entry(image(number), CURL) for number in range(1, 701)])
    result = asking.run("where", "curl")
    assert result.stdout.splitlines()[0] == "700 images in 1 repository have curl"
    assert (len(result.stdout.splitlines()), result.stderr) == (52, "and 650 more: --limit 0 for all\n")
    assert len(asking.lines("where", "curl", "--limit", "0")) == 702
    assert len(asking.lines("where", "curl", "--limit", "3")) == 5


def test_the_formats_of_programs_have_every_finding(asking: Asking) -> None:
    asking.inventory = FakeInventory([entry(image(number), CURL) for number in range(1, 701)])
    document = asking.json("where", "curl")
    assert (document["total"], len(document["items"])) == (700, 700)
    limited = json.loads(asking.run("where", "curl", "--output", "json", "--limit", "2").stdout)
    assert (limited["total"], len(limited["items"])) == (700, 2)


def test_sarif_has_only_the_findings_of_the_question(asking: Asking) -> None:
    runs = json.loads(asking.run("where", "curl", "--output", "sarif").stdout)["runs"]
    assert [[result["ruleId"] for result in run["results"]] for run in runs] == [["CVE-2023-38545"]] * 2
