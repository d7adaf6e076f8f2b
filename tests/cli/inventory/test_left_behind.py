"""`left-behind`."""

import json
from dataclasses import replace
from datetime import datetime

import pytest

from tests.cli.inventory.asking import APP, CURL, PROXY, Asking, image
from tests.cli.inventory.fake_inventory import FakeInventory, entry
from tests.unit.samples import ago


def test_a_repository_has_a_row_with_its_bytes(asking: Asking) -> None:
    old = {"pushed_at": ago(days=100), "size_bytes": 60_000_000_000}
    asking.inventory = FakeInventory(
        [
            entry(image(1, APP, owner="payments", **old), CURL),
            entry(image(2, APP, **old)),
            entry(image(3, PROXY, **old)),
        ]
    )
    assert asking.lines("left-behind", "--unused", "90d") == [
        "3 images unused since 2025-11-02: 180.0 GB, 1 finding, in 2 repositories",
        "Repository Owner Images Size Critical High Medium Low",
        "payments/app payments 2 120.0 GB 0 1 0 0",
        "infra/proxy - 1 60.0 GB 0 0 0 0",
    ]


@pytest.mark.parametrize(("arguments", "since"), [((), ago(days=90)), (("--unused", "2w"), ago(days=14))])
def test_the_time_is_the_one_asked_for(asking: Asking, arguments: tuple[str, ...], since: datetime) -> None:
    asking.run("left-behind", *arguments)
    assert asking.inventory.asked[0][1] == since


def test_nothing_left_behind_is_said(asking: Asking) -> None:
    result = asking.run("left-behind", "--unused", "36m")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "no image is unused since 2023-01-31\n")


def test_the_policies_are_json_to_review_and_nothing_is_applied(asking: Asking) -> None:
    result = asking.run("left-behind", "--unused", "90d", "--policy")
    [policy] = json.loads(result.stdout)
    assert (policy["repositoryName"], policy["images"]) == ("infra/proxy", 1)
    assert policy["lifecyclePolicy"]["rules"][0]["selection"]["countNumber"] == 90
    assert result.stderr.startswith("Review the policies; nothing was applied:\n- ECR does not know where images run")


def test_the_policies_are_all_unless_a_limit_is_given(asking: Asking) -> None:
    repositories = [replace(APP, name=f"team/{number}") for number in range(60)]
    old = [entry(image(1, repository, pushed_at=ago(days=100))) for repository in repositories]
    asking.inventory = FakeInventory(old)
    assert len(json.loads(asking.run("left-behind", "--policy").stdout)) == 60
    assert len(json.loads(asking.run("left-behind", "--policy", "--limit", "2").stdout)) == 2


def test_no_policies_are_an_empty_list(asking: Asking) -> None:
    result = asking.run("left-behind", "--unused", "36m", "--policy")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])
    assert "Review" not in result.stderr


def test_a_policy_is_for_whole_days(asking: Asking) -> None:
    result = asking.run("left-behind", "--unused", "12h", "--policy")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "the number of days is 0" in result.stderr
