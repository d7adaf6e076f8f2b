"""`images` and `image`."""

import json
from dataclasses import replace
from typing import Any

import pytest

from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.selection import ImageSort, SuppressedFindings
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from tests.cli.inventory.asking import APP, CURL, LOG4SHELL, PROXY, Asking, image
from tests.cli.inventory.fake_inventory import FakeInventory, entry
from tests.unit.samples import digest

PACKAGE = "CVE-2021-44228 org.apache.logging.log4j:log4j-core 2.14.1"


def test_a_row_has_the_numbers_of_an_image_and_none_where_nothing_is_known(asking: Asking) -> None:
    assert asking.lines("images") == [
        "3 images",
        "Image Owner Status Critical High Medium Low Fixable Suppressed In use Scanned Pushed Size",
        "payments/app:1.1 (latest) payments current 1 1 0 0 1 1 yes 2026-01-30 2026-01-21 1.5 GB",
        "payments/app:1.2 payments current 0 1 0 0 0 0 - 2026-01-30 2026-01-11 1.5 GB",
        "infra/proxy:1.30 - never-scanned - - - - - - no - 2025-04-06 1.5 GB",
    ]


def test_an_image_whose_findings_are_not_read_yet_is_not_shown_as_clean(asking: Asking) -> None:
    asking.inventory = FakeInventory([entry(image(1, is_pending=True))])
    assert asking.lines("images")[2] == "payments/app:1.1 not read yet - - - - 2026-01-30 2026-01-21 1.5 GB"
    assert "findings not read yet" in asking.lines("image", "payments/app:1.1")


def test_the_rest_is_counted(asking: Asking) -> None:
    asking.inventory = FakeInventory([entry(image(number)) for number in range(1, 1101)])
    result = asking.run("images")
    assert (len(result.stdout.splitlines()), result.stderr) == (52, "and 1,050 more: --limit 0 for all\n")
    assert len(asking.lines("images", "--limit", "0")) == 1102
    assert len(asking.json("images")["items"]) == 1100


@pytest.mark.parametrize("sort", ImageSort)
def test_the_order_can_be_chosen(asking: Asking, sort: ImageSort) -> None:
    asking.lines("images", "--sort", sort.value)
    assert asking.inventory.asked[0][2] is sort


def test_images_without_any_are_none(asking: Asking) -> None:
    asking.inventory = FakeInventory()
    assert asking.lines("images") == ["0 images"]
    assert asking.json("images")["items"] == []


def test_a_card_has_what_is_known_of_an_image(asking: Asking) -> None:
    asking.inventory = FakeInventory(
        [
            entry(
                image(1, tags=("1.1", "latest"), owner="payments", is_in_use=True, places=("prod/web", "prod/jobs")),
                LOG4SHELL,
                CURL,
                replace(CURL, name="CVE-2024-9", suppressed_by="a"),
            )
        ]
    )
    assert asking.lines("image", "payments/app:1.1") == [
        "payments/app:1.1",
        f"digest {digest(1)}",
        "registry 123456789012, eu-west-1",
        "tags 1.1, latest",
        "owner payments",
        "status current: scanned in time",
        "scanned 2026-01-30 12:00 UTC",
        "pushed 2026-01-21 12:00 UTC",
        "pulled not known",
        "size 1.5 GB",
        "in use yes: prod/web, prod/jobs",
        "findings 1 critical, 1 high; 1 fixable; 1 suppressed",
        "",
        "Update to fixes",
        "org.apache.logging.log4j:log4j-core 2.14.1 2.15.0 1 critical",
        "",
        "Severity Vulnerability Package Known of it Suppressed by",
        f"critical {PACKAGE} an exploit is available; fixed in 2.15.0; score 10.0; found 9 days ago -",
        "high CVE-2023-38545 curl 7.88.1-10 score 8.8; found 3 days ago -",
        "high CVE-2024-9 curl 7.88.1-10 score 8.8; found 3 days ago a",
    ]


def test_an_update_is_not_made_for_suppressed_findings(asking: Asking) -> None:
    asking.inventory = FakeInventory([entry(image(1), replace(LOG4SHELL, suppressed_by="a"))])
    assert "Update to fixes" not in asking.lines("image", "payments/app:1.1")


def test_an_image_without_a_result_has_the_reason(asking: Asking) -> None:
    facts: dict[str, Any] = {
        "status": CoverageStatus.UNSUPPORTED_SYSTEM,
        "scan_status": ScanStatus.FAILED,
        "description": "No scratch.",
    }
    asking.inventory = FakeInventory([entry(image(1, **facts))])
    lines = asking.lines("image", "payments/app:1.1")
    expected = {
        "status unsupported-system: operating system not supported",
        "reason No scratch.",
        "findings not known",
        "in use not known",
        "owner not known",
    }
    assert expected <= {*lines}


def test_a_digest_that_several_repositories_have_shows_each_or_the_one_of_a_repository(asking: Asking) -> None:
    asking.inventory = FakeInventory([entry(image(1), CURL), entry(image(1, PROXY))])
    assert {"payments/app:1.1", "infra/proxy:1.1"} <= {*asking.lines("image", digest(1))}
    lines = asking.lines("image", digest(1)[:20], "--repository", APP.name)
    assert ("payments/app:1.1" in lines, "infra/proxy:1.1" in lines) == (True, False)


def test_the_findings_of_an_image_are_filtered(asking: Asking) -> None:
    items = asking.json("image", "payments/app:1.1", "--severity", "high", "--not-fixable")["items"]
    assert [found["vulnerability"] for found in items[0]["findings"]] == ["CVE-2023-38545"]
    assert asking.inventory.asked[0][3] is SuppressedFindings.INCLUDED
    asking.lines("image", "payments/app:1.1", "--suppressed", "only")
    assert asking.inventory.asked[1][3] is SuppressedFindings.ONLY


def test_the_card_of_many_findings_is_cut(asking: Asking) -> None:
    asking.inventory = FakeInventory([entry(image(1), *(replace(CURL, name=f"CVE-{n:04}") for n in range(60)))])
    result = asking.run("image", "payments/app:1.1")
    assert ("CVE-0049" in result.stdout, "CVE-0050" in result.stdout) == (True, False)
    assert result.stderr == "and 10 more: --limit 0 for all\n"
    assert "CVE-0059" in asking.run("image", "payments/app:1.1", "--limit", "0").stdout


@pytest.mark.parametrize(
    ("reference", "near"),
    [
        ("payments/app:1.3", "such as payments/app:1.2, payments/app:1.1"),
        ("123456789012.dkr.ecr.eu-west-1.amazonaws.com/payments/app:1.3", "such as payments/app:1.2"),
        ("payments/app@sha256:1", "such as payments/app:latest"),
        ("payment/app:1.1", "such as payments/app"),
        ("nothing-like-it", "which `images` lists"),
    ],
)
def test_an_image_that_is_not_there_exits_with_2_and_names_the_nearest(
    asking: Asking, reference: str, near: str
) -> None:
    result = asking.run("image", reference)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: the image is '{reference}': allowed is one of the inventory, {near}")


def test_as_json_an_image_has_its_findings(asking: Asking) -> None:
    [item] = asking.json("image", "payments/app:1.1")["items"]
    assert (item["repository"], item["imageTags"]) == ("payments/app", ["latest", "1.1"])
    assert [found["severity"] for found in item["findings"]] == ["CRITICAL", "HIGH", "LOW"]


def test_images_as_sarif_have_their_findings(asking: Asking) -> None:
    result = asking.run("images", "--output", "sarif")
    runs = json.loads(result.stdout)["runs"]
    assert [len(run["results"]) for run in runs] == [2, 1]
    assert result.stderr == "1 image without a scan result: not in the file\n"
