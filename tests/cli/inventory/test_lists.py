"""`vulnerabilities`, `summary` and `coverage`."""

import pytest

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.selection import TotalsBy
from ecr_scan_reporter.domain.severities import Severity
from tests.cli.inventory.asking import CURL, LOG4SHELL, PROXY, Asking, image
from tests.cli.inventory.fake_inventory import FakeInventory, entry

NOTE = "searched 3 images, 1 of them without a scan result"


def test_a_vulnerability_has_one_row_with_the_reason_for_its_place(asking: Asking) -> None:
    assert asking.lines("vulnerabilities") == [
        "2 vulnerabilities",
        "Vulnerability Severity Why Score Images In use Packages Fixed in",
        "CVE-2021-44228 critical an exploit is available 10.0 1 1 org.apache.logging.log4j:log4j-core 2.15.0",
        "CVE-2023-38545 high - 8.8 2 1 curl -",
    ]


@pytest.mark.parametrize(
    ("name", "names"),
    [
        ("CVE-2021-*", ["CVE-2021-44228"]),
        ("cve-2023-38545", ["CVE-2023-38545"]),
        ("curl", ["CVE-2023-38545"]),
        ("log4j-core", ["CVE-2021-44228"]),
        ("*log4j*", ["CVE-2021-44228"]),
        ("CVE-2000-1", []),
    ],
)
def test_vulnerabilities_are_found_by_name_and_by_package(asking: Asking, name: str, names: list[str]) -> None:
    items = asking.json("vulnerabilities", name)["items"]
    assert [item["vulnerability"] for item in items] == names


def test_the_packages_of_a_group_are_named_where_none_has_the_name_itself(asking: Asking) -> None:
    note = "no package is named log4j-core: these are of *[:/]log4j-core\n"
    assert asking.run("vulnerabilities", "log4j-core").stderr.startswith(note)
    assert asking.run("vulnerabilities", "curl").stderr == ""


def test_no_vulnerability_is_said_with_how_far_it_is_known(asking: Asking) -> None:
    result = asking.run("vulnerabilities", "CVE-2000-1")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "0 vulnerabilities\n", f"{NOTE}\n")


def test_the_summary_tells_findings_from_vulnerabilities(asking: Asking) -> None:
    assert asking.lines("summary") == [
        "3 images, 2 with a scan result",
        "Severity Findings Vulnerabilities Suppressed",
        "critical 1 1 0",
        "high 2 1 0",
        "medium 0 0 0",
        "low 0 0 1",
    ]


def test_a_severity_beyond_low_has_a_row_where_there_are_findings(asking: Asking) -> None:
    asking.inventory = FakeInventory([entry(image(1), Finding("CVE-1", Severity.UNDEFINED))])
    assert asking.lines("summary")[-1] == "undefined 1 1"
    assert asking.lines("summary", "--by", "repository")[-1] == "payments/app 1 1 0 0 0 0 1 1 0 0 1"


@pytest.mark.parametrize(
    ("by", "rows"),
    [
        ("repository", ["payments/app 2 2 1 2 0 0 1 3 1 1 2", "infra/proxy 1 0 0 0 0 0 0 0 0 0 0"]),
        ("owner", ["payments 2 2 1 2 0 0 1 3 1 1 2", "not known 1 0 0 0 0 0 0 0 0 0 0"]),
    ],
)
def test_the_summary_of_each_part_has_findings_and_vulnerabilities(asking: Asking, by: str, rows: list[str]) -> None:
    counts = "Images Scanned Critical High Medium Low Suppressed All findings Critical CVEs High CVEs All CVEs"
    assert asking.lines("summary", "--by", by) == [f"{by.capitalize()} {counts}", *rows]


def test_a_summary_of_nothing_says_so(asking: Asking) -> None:
    result = asking.run("summary", "--by", "owner", "--owner", "nobody")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "there are no such images\n")


def test_the_coverage_has_the_share_and_the_meaning_of_each_status(asking: Asking) -> None:
    assert asking.lines("coverage") == [
        "2 of 3 images scanned in time",
        "Status Images Share Meaning",
        "current 2 66.7 % Scanned in time",
        "never-scanned 1 33.3 % Never scanned",
    ]


def test_the_coverage_of_each_part_has_a_column_for_each_status_that_there_is(asking: Asking) -> None:
    assert asking.lines("coverage", "--by", "repository") == [
        "Repository Images In time current never-scanned Oldest scan",
        "payments/app 2 100.0 % 2 0 2026-01-30",
        "infra/proxy 1 0.0 % 0 1 -",
    ]


@pytest.mark.parametrize("command", ["summary", "coverage"])
def test_many_parts_are_cut(asking: Asking, command: str) -> None:
    entries = [entry(image(number, owner=f"team-{number}")) for number in range(1, 61)]
    asking.inventory = FakeInventory(entries)
    result = asking.run(command, "--by", "owner")
    assert (len(result.stdout.splitlines()), result.stderr) == (51, "and 10 more: --limit 0 for all\n")
    assert len(asking.lines(command, "--by", "owner", "--limit", "0")) == 61
    assert len(asking.json(command, "--by", "owner")["items"]) == 60


@pytest.mark.parametrize("command", ["summary", "coverage"])
@pytest.mark.parametrize("by", TotalsBy)
def test_the_parts_are_those_asked_for(asking: Asking, command: str, by: TotalsBy) -> None:
    asking.lines(command, "--by", by.value)
    assert asking.inventory.asked[0][:2] == (command, by)


def test_several_packages_of_a_vulnerability_are_summed_up(asking: Asking) -> None:
    findings = [Finding("CVE-1-1", Severity.HIGH, f"lib{number}", "1") for number in range(5)]
    asking.inventory = FakeInventory([entry(image(1), *findings), entry(image(2, PROXY), LOG4SHELL, CURL)])
    assert asking.lines("vulnerabilities", "CVE-1-1")[2] == "CVE-1-1 high - 1 lib0, lib1, lib2 +2 -"
