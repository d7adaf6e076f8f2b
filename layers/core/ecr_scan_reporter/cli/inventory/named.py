"""The vulnerability, or the package, that a question names."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import click

from ecr_scan_reporter.cli.parameters import with_options
from ecr_scan_reporter.domain.inventory.names import is_glob, is_vulnerability_name, package_globs
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, SuppressedFindings

PACKAGE, VULNERABILITY = "package", "vulnerability"
_KINDS = (
    click.option("--package", "kind", flag_value=PACKAGE, help="NAME is a package, whatever it looks like."),
    click.option(
        "--vulnerability", "kind", flag_value=VULNERABILITY, help="NAME is a vulnerability, whatever it looks like."
    ),
)


def kind_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what its NAME is; it gets it as `kind`, None where it is not said."""
    return with_options(command, _KINDS)


@dataclass(frozen=True, slots=True)
class Named:
    """What a question names. No finding is in two of the filters."""

    name: str
    is_vulnerability: bool
    filters: tuple[FindingFilter, ...]

    @property
    def is_one(self) -> bool:
        """True for one vulnerability: its name need not be repeated in each row."""
        return self.is_vulnerability and not is_glob(self.name)

    def only_suppressed(self) -> tuple[FindingFilter, ...]:
        """Return the filters of the same findings where they are suppressed."""
        return tuple(replace(each, suppressed=SuppressedFindings.ONLY) for each in self.filters)


def named(name: str, kind: str | None, wanted: FindingFilter) -> Named:
    """Return what a name means, of the findings that are wanted."""
    if kind == VULNERABILITY or (kind is None and is_vulnerability_name(name)):
        return Named(name, True, (replace(wanted, vulnerability=name),))
    return Named(name, False, tuple(replace(wanted, package=glob) for glob in package_globs(name)))
