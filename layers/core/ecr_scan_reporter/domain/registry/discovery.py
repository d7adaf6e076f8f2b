"""Which images that ECS runs the application may scan."""

import re
from dataclasses import dataclass

from ecr_scan_reporter.domain.registry.images import Repository

_FUNCTION = re.compile(r"arn:[a-z-]+:lambda:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12}):function:.+")


@dataclass(frozen=True, slots=True)
class Home:
    """The account and the region in which the application is deployed."""

    account: str
    region: str

    def registry_of(self, account: str | None, region: str | None) -> tuple[str, str]:
        """Return the account and region of a registry, of which None means that of the application."""
        return account or self.account, region or self.region


def home_of(function_arn: object) -> Home | None:
    """Return the account and region of a Lambda function, None when the text is no ARN of a function."""
    match = _FUNCTION.fullmatch(function_arn) if isinstance(function_arn, str) else None
    return Home(match["account"], match["region"]) if match else None


def is_reachable(repository: Repository, home: Home, role_arn: str | None) -> bool:
    """Return whether the application may scan a repository, itself or through a role.

    Its own grants name one account and region. A role may reach each region of its account: its policy decides.
    """
    is_ours = (repository.registry_id, repository.region) == (home.account, home.region)
    return is_ours or is_of_role(repository, role_arn)


def is_of_role(repository: Repository, role_arn: str | None) -> bool:
    """Return whether a repository is in the account of a role."""
    return role_arn is not None and role_arn.split(":")[4] == repository.registry_id
