"""The options of the commands for suppressions."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from ecr_scan_reporter.cli.parameters import PROFILE, Parsed, region_option, with_options
from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.fields import parse_author
from ecr_scan_reporter.domain.suppressions.kinds import DEFAULT_KIND, Justification, SuppressionKind
from ecr_scan_reporter.settings.command_line import TerminalSuppressionsSettings

_TABLE = click.option(
    "--table",
    metavar="NAME",
    required=True,
    envvar="SUPPRESSIONS_TABLE",
    show_envvar=True,
    help="Suppressions table of a deployed application.",
)
_REGION = region_option("Region of the table, and of the registry.")

_AUTHOR = Parsed("name", parse_author)
AUTHOR = click.option("--author", type=_AUTHOR, help="Author of new suppressions; by default, the ARN of the caller.")

_FIELDS = (
    click.option("--cve", required=True, metavar="GLOB", help="The vulnerabilities: CVE-2024-1234, CVE-2024-*."),
    click.option("--reason", required=True, metavar="TEXT", help="Why these findings need no report."),
    click.option(
        "--until",
        required=True,
        metavar="DATE",
        help="Last day of the suppression: 2027-03-31; 90d or 6m from today; fixed, as long as no fix is known (with "
        "basic scanning, which knows of none, the same as never); or never.",
    ),
    click.option("--repository", metavar="GLOB", help="Suppress only in these repositories: team/*."),
    click.option("--tag", metavar="GLOB", help="Suppress only in images with such a tag."),
    click.option("--package", metavar="GLOB", help="Suppress only in these packages."),
    click.option(
        "--severity",
        type=click.Choice([severity.value for severity in Severity], case_sensitive=False),
        help="Suppress only findings of at most this severity.",
    ),
    click.option(
        "--kind",
        type=click.Choice([kind.value for kind in SuppressionKind], case_sensitive=False),
        help=f"What the suppression says of the findings; by default, {DEFAULT_KIND}.",
    ),
    click.option(
        "--justification",
        type=click.Choice([justification.value for justification in Justification], case_sensitive=False),
        metavar="NAME",
        help=f"Why images are not affected: {', '.join(Justification)}. Not with {DEFAULT_KIND}.",
    ),
    click.option("--id", metavar="ID", help="Id of the suppression; by default, made of the options above."),
)

_FILTERS = (
    click.option("--repository", metavar="NAME", help="Show only suppressions that hold for this repository."),
    click.option("--cve", metavar="NAME", help="Show only suppressions that hold for this vulnerability."),
    click.option(
        "--ending-within",
        type=Parsed("duration", parse_duration),
        help="Show only suppressions that end within this time from today: 14d.",
    ),
)

BUCKET = click.option(
    "--findings-bucket",
    metavar="NAME",
    default="",
    envvar="FINDINGS_BUCKET",
    show_envvar=True,
    help="Count in the results of this bucket what a suppression hides, for --dry-run and warnings.",
)

_EXPORT = (
    click.option(
        "--format",
        "format_",
        type=click.Choice(["yaml", "json", "openvex"]),
        default="yaml",
        show_default=True,
        help="yaml and json can be imported again.",
    ),
    click.option(
        "--findings-bucket",
        metavar="NAME",
        default="",
        envvar="FINDINGS_BUCKET",
        show_envvar=True,
        help="openvex: name exactly the images that the suppressions match.",
    ),
    click.option(
        "--registry-id",
        metavar="ACCOUNT",
        default="",
        help="openvex, without a bucket: the registry; by default, that of the caller.",
    ),
    click.option(
        "--author", type=_AUTHOR, help="openvex: author of the document; by default, who made the suppressions."
    ),
)


def table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of the suppressions table; it gets them as `settings`, further ones by name."""

    @wraps(command)
    def with_settings(*, profile: str | None, region: str | None, table: str, **further: Any) -> Any:
        return command(settings=TerminalSuppressionsSettings(profile, region, table), **further)

    return with_options(with_settings, (_TABLE, PROFILE, _REGION))


def field_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command an option for each field of a suppression."""
    return with_options(command, _FIELDS)


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command options that select suppressions."""
    return with_options(command, _FILTERS)


def export_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of an export."""
    return with_options(command, _EXPORT)
