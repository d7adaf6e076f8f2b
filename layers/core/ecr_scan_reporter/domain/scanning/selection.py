"""The selection of one run of repositories_scanner."""

from dataclasses import dataclass
from re import Pattern


@dataclass(frozen=True, slots=True)
class JobSelection:
    """Repositories whose name the filter matches; with `is_from_ecs`, only their images that ECS runs.

    `ecs_roles` read ECS in other accounts; without roles, ECS is that of this account. A dry run starts no scans.
    """

    repositories_filter: Pattern[str]
    is_from_ecs: bool = False
    ecs_roles: tuple[str, ...] = ()
    is_dry_run: bool = False
