import json
from itertools import pairwise
from typing import Any

import botocore.session
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.inventory.answers import LeftBehind, RepositoryLeftBehind
from ecr_scan_reporter.domain.inventory.left_behind import DIFFERENCES, lifecycle_policy, proposed_policies
from ecr_scan_reporter.errors import InvalidInputError
from tests.unit.samples import REPOSITORY, ago

TEXT = botocore.session.get_session().get_service_model("ecr").shape_for("LifecyclePolicyText")
# Which storage class a kind of count is about, and which actions ECR takes for it.
COUNTS = {
    "imageCountMoreThan": ("standard", {"expire", "transition"}),
    "sinceImagePushed": ("standard", {"expire", "transition"}),
    "sinceImagePulled": ("standard", {"transition"}),
    "sinceImageTransitioned": ("archive", {"expire"}),
}


def violations(policy: dict[str, Any]) -> list[str]:
    """Return what breaks the rules of https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html."""
    rules = policy["rules"]
    found = [each for rule in rules for each in _violations_of_rule(rule)]
    order = [(rule["rulePriority"], rule["selection"]["tagStatus"] == "any") for rule in rules]
    if any(one[0] >= other[0] or one[1] > other[1] for one, other in pairwise(order)):
        found.append("priorities are not unique, or a rule for any image is not last")
    classes = [
        rule["selection"].get("storageClass", "standard") for rule in rules if rule["selection"]["tagStatus"] == "any"
    ]
    if len(classes) > len(set(classes)):
        found.append("two rules for any image of a storage class")
    if not TEXT.metadata["min"] <= len(json.dumps(policy)) <= TEXT.metadata["max"]:
        found.append("the policy is too short or too long")
    return found


def _violations_of_rule(rule: dict[str, Any]) -> list[str]:
    selection, action = rule["selection"], rule["action"]
    storage_class, actions = COUNTS[selection["countType"]]
    needs_days = selection["countType"].startswith("since")
    checks = {
        "the priority is no positive integer": type(rule["rulePriority"]) is int and rule["rulePriority"] >= 1,
        "tagStatus": selection["tagStatus"] in {"tagged", "untagged", "any"},
        "only a rule of tags has a list of them": ("tagPatternList" in selection)
        == (selection["tagStatus"] == "tagged"),
        "the storage class of another count": selection.get("storageClass", "standard") == storage_class,
        "countUnit": selection.get("countUnit") == ("days" if needs_days else None),
        "countNumber": type(selection["countNumber"]) is int and selection["countNumber"] >= 1,
        "too soon for the archive": storage_class != "archive" or selection["countNumber"] >= 90,
        "an action that ECR refuses for this count": action["type"] in actions,
        "targetStorageClass": action.get("targetStorageClass")
        == ("archive" if action["type"] == "transition" else None),
    }
    return [what for what, holds in checks.items() if not holds]


def test_the_policy_archives_what_nobody_pulls_and_then_deletes_it() -> None:
    archive, delete = lifecycle_policy(180)["rules"]
    assert archive == {
        "rulePriority": 1,
        "description": "Archive images that nobody pulled for 180 days",
        "selection": {"tagStatus": "any", "countType": "sinceImagePulled", "countUnit": "days", "countNumber": 180},
        "action": {"type": "transition", "targetStorageClass": "archive"},
    }
    assert delete == {
        "rulePriority": 2,
        "description": "Delete images that were archived 90 days ago",
        "selection": {
            "tagStatus": "any",
            "countType": "sinceImageTransitioned",
            "countUnit": "days",
            "countNumber": 90,
            "storageClass": "archive",
        },
        "action": {"type": "expire"},
    }


@given(st.integers(1, 100_000))
def test_the_policy_keeps_to_the_rules_of_ecr(days: int) -> None:
    assert violations(lifecycle_policy(days)) == []


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        (0, {"action": {"type": "expire"}}),
        (0, {"rulePriority": 2}),
        (1, {"rulePriority": 1}),
        (1, {"action": {"type": "transition", "targetStorageClass": "archive"}}),
    ],
)
def test_a_policy_that_ecr_refuses_is_noticed(rule: int, wrong: dict[str, Any]) -> None:
    policy = lifecycle_policy(90)
    policy["rules"][rule] |= wrong
    assert violations(policy)


def test_a_deletion_that_is_too_soon_is_noticed() -> None:
    policy = lifecycle_policy(90)
    policy["rules"][1]["selection"]["countNumber"] = 89
    assert violations(policy) == ["too soon for the archive"]


@pytest.mark.parametrize("days", [0, -1])
def test_days_that_are_none_are_refused(days: int) -> None:
    with pytest.raises(InvalidInputError, match=r"the number of days is .*: allowed is a whole number from 1"):
        lifecycle_policy(days)
    with pytest.raises(InvalidInputError, match="the number of days"):
        proposed_policies(LeftBehind(ago(days=90), ()), days)


def test_each_repository_has_its_policy_in_the_order_of_the_answer() -> None:
    repositories = tuple(RepositoryLeftBehind(REPOSITORY, owner, 3, 4) for owner in ("b", "a"))
    proposed = proposed_policies(LeftBehind(ago(days=90), repositories), 90)
    assert [each.left_behind for each in proposed] == list(repositories)
    assert {json.dumps(each.policy) for each in proposed} == {json.dumps(lifecycle_policy(90))}


def test_the_differences_from_the_count_are_said() -> None:
    assert len(DIFFERENCES) >= 6
    assert "where images run" in DIFFERENCES[0]
