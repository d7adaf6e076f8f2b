"""The lifecycle policy for images that nobody uses: for people to review, nothing applies it.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html has the properties. By the last
pull (`sinceImagePulled`), ECR archives images and refuses to expire them:
https://github.com/aws/containers-roadmap/issues/921. It expires archived images (`sinceImageTransitioned`), after 90
days at the earliest: https://docs.aws.amazon.com/AmazonECR/latest/userguide/archive-image.html.
"""

from dataclasses import dataclass
from typing import Any

from ecr_scan_reporter.domain.inventory.answers import LeftBehind, RepositoryLeftBehind
from ecr_scan_reporter.errors import InvalidInputError

MIN_ARCHIVED_DAYS = 90

DIFFERENCES = (
    "ECR does not know where images run: it also archives an image in use that nobody pulls.",
    "ECR archives first and deletes 90 days later. An archived image cannot be pulled until it is restored.",
    "ECR goes by the last pull, and by the push only of images that were never pulled.",
    "The policy is for all images of the repository, those to come included, whatever was filtered.",
    "The policy replaces the one that the repository has: its rules must be merged by hand.",
    "It also deletes images that somebody archived by hand, 90 days after that.",
    "ECR keeps an image to which an index refers, until the index is gone.",
)
"""How the policy differs from the images that the inventory counts."""


@dataclass(frozen=True, slots=True)
class ProposedPolicy:
    """The policy for one repository, as `PutLifecyclePolicy` takes it, and the images for which it is made."""

    left_behind: RepositoryLeftBehind
    policy: dict[str, Any]


def proposed_policies(left_behind: LeftBehind, days: int) -> tuple[ProposedPolicy, ...]:
    """Return a policy for each repository with images that nobody has used for `days`, in their order.

    Raises InvalidInputError for days that ECR does not take.
    """
    policy = lifecycle_policy(days)
    return tuple(ProposedPolicy(repository, policy) for repository in left_behind.repositories)


def lifecycle_policy(days: int) -> dict[str, Any]:
    """Return a policy that archives images after `days` without a pull, and deletes them 90 days later.

    Of an image that was never pulled, ECR takes the push; DIFFERENCES has what else to know. Raises InvalidInputError.
    """
    if days < 1:
        raise InvalidInputError("the number of days", days, "a whole number from 1")
    return {
        "rules": [
            {
                "rulePriority": 1,
                "description": f"Archive images that nobody pulled for {days} days",
                "selection": _selection("sinceImagePulled", days),
                "action": {"type": "transition", "targetStorageClass": "archive"},
            },
            {
                "rulePriority": 2,
                "description": f"Delete images that were archived {MIN_ARCHIVED_DAYS} days ago",
                "selection": _selection("sinceImageTransitioned", MIN_ARCHIVED_DAYS) | {"storageClass": "archive"},
                "action": {"type": "expire"},
            },
        ]
    }


def _selection(count_type: str, days: int) -> dict[str, Any]:
    return {"tagStatus": "any", "countType": count_type, "countUnit": "days", "countNumber": days}
