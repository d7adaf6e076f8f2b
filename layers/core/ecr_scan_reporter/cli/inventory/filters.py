"""The options that filter images and findings."""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Any

import click

from ecr_scan_reporter.cli.inventory.choices import DURATION, Members
from ecr_scan_reporter.cli.parameters import with_options
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.selection import FindingFilter, ImageFilter, Selection, SuppressedFindings
from ecr_scan_reporter.domain.severities import Severity

_SEVERITY = click.option(
    "--severity", type=Members(Severity), metavar="LEVEL", help="Findings of this severity or a more severe one."
)
_EXPLOITED = click.option(
    "--exploited/--not-exploited",
    "is_exploited",
    default=None,
    help="Findings that are known to be exploited (KEV), or known not to be.",
)
_FIXABLE = click.option(
    "--fixable/--not-fixable",
    "is_fixable",
    default=None,
    help="Findings with a fixed version, or without.",
)


SUPPRESSED = "suppressed"


def _suppressed(default: SuppressedFindings) -> Callable[..., Any]:
    return click.option(
        "--suppressed",
        type=Members(SuppressedFindings),
        default=default.value,
        show_default=True,
        help="What to do with suppressed findings.",
    )


REPOSITORY = click.option("--repository", metavar="GLOB", help="Repositories, a glob: team/*.")
OWNER = click.option("--owner", metavar="NAME", help="Images of this owner.")
_IMAGES = {
    "repository": REPOSITORY,
    "tag": click.option("--tag", metavar="GLOB", help="Images with such a tag, a glob: 1.*."),
    "owner": OWNER,
    "statuses": click.option(
        "--status",
        "statuses",
        type=Members(CoverageStatus),
        multiple=True,
        metavar="STATUS",
        help=f"Images of this coverage; more than once for several: "
        f"{', '.join(Members(CoverageStatus).normalize_choice(status, None) for status in CoverageStatus)}.",
    ),
    "older_than": click.option("--older-than", type=DURATION, help="Images pushed longer ago: 90d."),
    "newer_than": click.option("--newer-than", type=DURATION, help="Images pushed within this time: 7d."),
    "unused": click.option("--unused", type=DURATION, help="Images not pulled, pushed or run for so long: 90d."),
    "is_in_use": click.option(
        "--in-use/--not-in-use", "is_in_use", default=None, help="Images that run, or are known not to run."
    ),
    "is_overdue": click.option(
        "--overdue/--not-overdue",
        "is_overdue",
        default=None,
        help="Images with a finding whose deadline has passed, or without one.",
    ),
}
_FINDINGS = {"severity": _SEVERITY, "is_exploited": _EXPLOITED, "is_fixable": _FIXABLE}


def image_filters(*without: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give a command with a `run` all filters but those named; it gets a `wanted`, a Selection."""
    given = {name: option for name, option in {**_IMAGES, **_FINDINGS}.items() if name not in without}

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(command)
        def with_filter(
            *, run: Any, suppressed: SuppressedFindings = SuppressedFindings.EXCLUDED, **options: Any
        ) -> Any:
            filters = {name: options.pop(name) for name in given}
            return command(run=run, wanted=selection(filters, suppressed, run.now), **options)

        hidden = () if SUPPRESSED in without else (_suppressed(SuppressedFindings.EXCLUDED),)
        return with_options(with_filter, (*given.values(), *hidden))

    return decorate


def finding_filters(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the filters of the findings of one image; it gets a `wanted`, a FindingFilter."""

    @wraps(command)
    def with_filter(*, suppressed: SuppressedFindings, **options: Any) -> Any:
        filters = {name: options.pop(name) for name in _FINDINGS}
        return command(wanted=FindingFilter(**filters, suppressed=suppressed), **options)

    return with_options(with_filter, (*_FINDINGS.values(), _suppressed(SuppressedFindings.INCLUDED)))


def selection(options: Mapping[str, Any], suppressed: SuppressedFindings, now: datetime) -> Selection:
    """Return what the options of a command select; absent ones select everything."""

    def before(name: str) -> datetime | None:
        duration = options.get(name)
        return duration.before(now) if duration else None

    of_findings = {name: options.get(name) for name in _FINDINGS}
    images = ImageFilter(
        repository=options.get("repository"),
        tag=options.get("tag"),
        owner=options.get("owner"),
        statuses=frozenset(options.get("statuses") or ()) or None,
        pushed_before=before("older_than"),
        pushed_after=before("newer_than"),
        unused_since=before("unused"),
        is_in_use=options.get("is_in_use"),
        is_overdue=options.get("is_overdue"),
        suppressed=suppressed,
        **of_findings,
    )
    return Selection(images, FindingFilter(**of_findings, suppressed=suppressed))
