"""Which of the images that ECS runs can be scanned from here."""

import re
from dataclasses import dataclass

from ecr_scan_reporter.domain.registry.images import Repository

_FUNCTION = re.compile(r"arn:[a-z-]+:lambda:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):function:.+")


@dataclass(frozen=True, slots=True)
class Home:
    """The account and the region in which the application is deployed."""

    account: str
    region: str


def home_of(function_arn: object) -> Home | None:
    """Return where a Lambda function is, None when this is no function's ARN."""
    match = _FUNCTION.fullmatch(function_arn) if isinstance(function_arn, str) else None
    return Home(match["account"], match["region"]) if match else None


def is_reachable(repository: Repository, home: Home, role_arn: str | None) -> bool:
    """True for what our own grants allow, which name one account and region; and for the account of a role.

    A role may reach each region of its account: its own policy decides.
    """
    is_ours = (repository.registry_id, repository.region) == (home.account, home.region)
    return is_ours or is_of_role(repository, role_arn)


def is_of_role(repository: Repository, role_arn: str | None) -> bool:
    """True when a repository is in the account of a role."""
    return role_arn is not None and role_arn.split(":")[4] == repository.registry_id
