"""What one run of repositories_scanner looks at."""

from dataclasses import dataclass
from re import Pattern


@dataclass(frozen=True, slots=True)
class JobSelection:
    """Repositories whose name the filter matches; with `is_from_ecs`, the images of these that ECS runs.

    ECS is asked through `ecs_roles`, in this account where there are none. The jobs of a dry run start no scans.
    """

    repositories_filter: Pattern[str]
    is_from_ecs: bool = False
    ecs_roles: tuple[str, ...] = ()
    is_dry_run: bool = False
