"""The selection of one run of repositories_scanner."""

import re
from dataclasses import dataclass
from re import Pattern

EVERY_NAME = re.compile("")


@dataclass(frozen=True, slots=True)
class JobSelection:
    """Repositories whose name the filter matches; with `is_from_ecs`, only their images that ECS runs.

    `ecs_roles` read ECS in other accounts; without roles, ECS is that of this account. A dry run starts no scans.
    Scan configurations whose repository `configs_filter` matches come beside, or alone with `is_configs_only`.
    """

    repositories_filter: Pattern[str]
    is_from_ecs: bool = False
    ecs_roles: tuple[str, ...] = ()
    is_dry_run: bool = False
    is_configs_only: bool = False
    configs_filter: Pattern[str] = EVERY_NAME
