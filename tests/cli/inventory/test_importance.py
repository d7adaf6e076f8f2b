"""Why something is urgent, and of when that is known, in all lists that show it."""

import re

import pytest

from ecr_scan_reporter.domain.inventory.selection import ImageSort
from tests.cli.inventory.asking import Asking, urgent_registry

FEEDS = "KEV of 2026-01-29, EPSS of 2026-01-30 (https://www.first.org/epss)"
WHY = "exploited by ransomware (KEV, due 2026-02-10), EPSS 0.84"
LOG4J = "org.apache.logging.log4j:log4j-core 2.14.1"
LISTS = (
    ["images"],
    ["vulnerabilities"],
    ["where", "log4j-core"],
    ["image", "payments/app:1.1"],
    ["summary"],
    ["overdue"],
)


@pytest.fixture
def urgent(asking: Asking) -> Asking:
    asking.inventory = urgent_registry()
    return asking


def test_images_have_the_numbers_of_exploited_and_overdue_findings(urgent: Asking) -> None:
    assert urgent.lines("images", "--sort", "overdue") == [
        "2 images",
        "Image Owner Status Critical High Medium Low Fixable Exploited Overdue In use Scanned Pushed Size",
        "infra/proxy:1.2 - current 0 1 0 0 0 0 1 (10 days) no 2026-01-30 2026-01-11 1.5 GB",
        "payments/app:1.1 payments current 1 1 0 0 1 1 1 (2 days) yes 2026-01-30 2026-01-21 1.5 GB",
    ]
    assert urgent.inventory.asked[0][2] is ImageSort.OVERDUE


def test_vulnerabilities_have_the_reason_for_their_place(urgent: Asking) -> None:
    lines = urgent.lines("vulnerabilities")
    assert lines[1] == "Vulnerability Severity Why Score Images In use Packages Fixed in"
    assert f"CVE-2021-44228 critical {WHY} 10.0 1 1 {LOG4J.split()[0]} 2.15.0" in lines


def test_an_image_that_has_a_package_has_the_most_important_reason(urgent: Asking) -> None:
    [_, heading, row] = urgent.lines("where", "log4j-core")
    assert heading == "Image Owner Severity Why Vulnerabilities Package Fixed in First seen In use"
    assert row == f"payments/app:1.1 payments critical {WHY} CVE-2021-44228 {LOG4J} 2.15.0 2026-01-22 yes"


def test_a_card_says_why_an_image_is_urgent_and_which_deadlines_its_findings_have(urgent: Asking) -> None:
    lines = urgent.lines("image", "payments/app:1.1")
    assert lines[lines.index("findings 1 critical, 1 high; 1 fixable") + 1 :][:4] == [
        "exploited 1 (KEV), 1 of them by ransomware",
        "with an exploit 1",
        "likely 1 with EPSS at or above the threshold",
        "overdue 1 (2 days)",
    ]
    assert lines[-3:] == [
        "Severity Vulnerability Package Deadline Known of it",
        f"critical CVE-2021-44228 {LOG4J} overdue by 2 days {WHY}; fixed in 2.15.0; score 10.0; found 9 days ago",
        "high CVE-2023-38545 curl 7.88.1-10 due in 27 days score 8.8; found 3 days ago",
    ]


def test_the_summary_counts_what_is_exploited_and_overdue(urgent: Asking) -> None:
    assert urgent.lines("summary")[-4:] == [
        "exploited 1 (KEV), 1 of them by ransomware",
        "with an exploit 1",
        "likely 1 with EPSS at or above the threshold",
        "overdue 2",
    ]
    counts = "Images Scanned Critical High Medium Low Exploited Overdue All findings Critical CVEs High CVEs All CVEs"
    assert urgent.lines("summary", "--by", "owner")[:2] == [f"Owner {counts}", "payments 1 1 1 1 0 0 1 1 2 1 1 2"]


@pytest.mark.parametrize("command", LISTS, ids=" ".join)
def test_the_age_of_the_feeds_is_said_last(urgent: Asking, command: list[str]) -> None:
    assert urgent.run(*command).stderr.splitlines()[-1] == FEEDS


@pytest.mark.parametrize("command", LISTS, ids=" ".join)
def test_documents_have_the_copies_of_the_feeds(urgent: Asking, command: list[str]) -> None:
    snapshot = urgent.json(*command)["snapshot"]
    assert [snapshot[feed]["version"] for feed in ("kev", "epss")] == ["2026.01.29", "v2026.06.15"]
    assert f"\n{FEEDS}\n" in urgent.run(*command, "--output", "markdown").stdout


def test_a_feed_that_is_unknown_is_said_where_its_values_are_shown(asking: Asking) -> None:
    unknown = [
        "KEV is unknown: KEV is off or was never fetched",
        "EPSS is unknown: EPSS is off or was never fetched. A value is Amazon Inspector's (https://www.first.org/epss)",
    ]
    assert asking.run("vulnerabilities").stderr.splitlines() == unknown
    assert asking.run("vulnerabilities", "curl").stderr == ""
    assert asking.run("images").stderr == ""


def test_live_without_an_application_says_that_nothing_is_known_of_exploits(asking: Asking) -> None:
    said = "KEV and EPSS are unknown: with --live, --stack or --findings-bucket names the copies to read\n"
    assert asking.run("images", "--live", stack="").stderr == said
    assert asking.run("images", "--live").stderr == ""


def test_only_what_is_exploited_is_exported(urgent: Asking) -> None:
    items = urgent.json("export", "--exploited")["items"]
    assert [(item["vulnerability"], item["knownExploited"]["ransomware"]) for item in items] == [
        ("CVE-2021-44228", True)
    ]
    assert [item["vulnerability"] for item in urgent.json("export", "--not-exploited")["items"]] == [
        "CVE-2023-38545",
        "CVE-2023-9",
    ]


@pytest.mark.parametrize("command", LISTS, ids=" ".join)
def test_a_terminal_of_80_columns_shows_whole_headings_and_numbers(
    urgent: Asking, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    text = re.sub("\x1b\\[[0-9;]*m", "", urgent.run(*command, width=80).stdout)
    assert max(map(len, text.splitlines())) <= 80
    words = {"images": ["Exploited", "Overdue", "(10 days)"], "image": ["Deadline", "overdue by", "(KEV)"]}
    assert [word for word in words.get(command[0], []) if word not in text] == []
