"""The settings of repositories_scanner, read once from the environment.

A wrong value raises InvalidInputError, which names the variable, the value and the allowed values.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeGuard

from ecr_scan_reporter.domain.events.invocations import check_keys
from ecr_scan_reporter.domain.given import given_text
from ecr_scan_reporter.domain.registry.filter import compile_filter
from ecr_scan_reporter.domain.scanning.selection import JobSelection
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.settings import scanning, variables
from ecr_scan_reporter.settings.variables import Environment

# The keys of a manual invocation.
OVERRIDES = frozenset({"repositoriesFilterRegexp", "jobsQueueUrl", "ecsDiscoveryRoles", "dryRun"})


@dataclass(frozen=True, slots=True)
class RepositoriesScannerSettings:
    """Settings of repositories_scanner."""

    jobs_queue_url: str
    selection: JobSelection
    concurrency: int
    configs_table: str = ""

    def overridden_by(self, event: Mapping[str, object]) -> "RepositoriesScannerSettings":
        """Return the settings of one run. The event of a manual invocation takes precedence over the environment.

        Raises InvalidInputError, which names the wrong key.
        """
        if not isinstance(event, Mapping):
            raise InvalidInputError("the event", event, "a JSON object, {} to override nothing")
        check_keys(event, OVERRIDES)
        url, expression, dry_run = (event.get(key) for key in ("jobsQueueUrl", "repositoriesFilterRegexp", "dryRun"))
        roles = event.get("ecsDiscoveryRoles")
        changes: dict[str, Any] = {}
        if roles is not None:
            text = ",".join(roles) if _is_texts(roles) else given_text(roles, "ecsDiscoveryRoles")
            roles_of_run = _roles("ecsDiscoveryRoles", text)
            changes |= {"is_from_ecs": True, "ecs_roles": roles_of_run, "is_configs_only": False}
        if expression is not None:
            name = "repositoriesFilterRegexp"
            # Who names repositories in an invocation wants these alone; the variable is for the list of the registry.
            changes["repositories_filter"] = compile_filter(given_text(expression, name), name)
            changes["configs_filter"] = changes["repositories_filter"]
        if dry_run is not None:
            if not isinstance(dry_run, bool):
                raise InvalidInputError("dryRun", dry_run, "true or false")
            changes["is_dry_run"] = dry_run
        return replace(
            self,
            jobs_queue_url=self.jobs_queue_url if url is None else given_text(url, "jobsQueueUrl"),
            selection=replace(self.selection, **changes),
        )

    @classmethod
    def from_environment(cls, environment: Environment) -> "RepositoriesScannerSettings":
        """Read and validate the variables."""
        configs_table = variables.text(environment, "SCAN_CONFIGS_TABLE", "")
        return cls(
            jobs_queue_url=variables.required(environment, "IMAGES_SCAN_JOBS_QUEUE_URL", "the URL of the jobs queue"),
            selection=JobSelection(
                repositories_filter=compile_filter(
                    variables.text(environment, "REPOSITORIES_FILTER_REGEXP", ".*"), "REPOSITORIES_FILTER_REGEXP"
                ),
                is_from_ecs=variables.boolean(environment, "ECS_DISCOVERY_ENABLED", default=False),
                ecs_roles=_roles("ECS_DISCOVERY_ROLES", variables.text(environment, "ECS_DISCOVERY_ROLES", "")),
                is_configs_only=_is_configs_only(environment, configs_table),
            ),
            concurrency=scanning.concurrency(environment),
            configs_table=configs_table,
        )


def _is_configs_only(environment: Environment, configs_table: str) -> bool:
    name = "SCAN_CONFIGS_ONLY"
    is_only = variables.boolean(environment, name, default=False)
    if is_only and not configs_table:
        raise InvalidInputError(name, environment[name], "False without SCAN_CONFIGS_TABLE")
    return is_only


# As in the parameter EcsDiscoveryRoles of the template.
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=.@_/-]+")


def _roles(name: str, text: str) -> tuple[str, ...]:
    roles = tuple(part.strip() for part in text.split(",") if part.strip())
    for role in roles:
        if not _ROLE.fullmatch(role):
            raise InvalidInputError(name, role, "the ARNs of IAM roles, separated by commas")
    return roles


def _is_texts(value: object) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(entry, str) for entry in value)
