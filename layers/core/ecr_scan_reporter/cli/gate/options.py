"""The options of the gate."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ecr_scan_reporter.cli.gate.outputs import WRITERS, parse_report
from ecr_scan_reporter.cli.inventory.choices import DURATION, Members
from ecr_scan_reporter.cli.inventory.listing_options import LIMIT, TABLE
from ecr_scan_reporter.cli.parameters import PROFILE, Parsed, region_option, with_options
from ecr_scan_reporter.domain.findings.remediation import DEFAULT_REMEDIATION_DAYS, parse_remediation_days
from ecr_scan_reporter.domain.gate.conditions import DEFAULT_CONDITIONS, parse_conditions
from ecr_scan_reporter.domain.gate.timeouts import parse_timeout
from ecr_scan_reporter.domain.inventory.references import NamedImage, parse_reference
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError

ALLOWED_IMAGE = "repository:tag, repository@sha256:..., or a URI of ECR"
_DIGEST_LENGTH = len("sha256:") + 64


def parse_image(text: str) -> tuple[str, NamedImage]:
    """Read which image is meant: one, by its repository. Raises InvalidInputError."""
    named = parse_reference(text)
    digest = named.digest or ""
    if not named.repository or (digest and len(digest) != _DIGEST_LENGTH):
        raise InvalidInputError("the image", text, ALLOWED_IMAGE)
    return text, named


IMAGE = Parsed("image", parse_image)

_OPTIONS = (
    click.option(
        "--fail-on",
        type=Parsed("conditions", parse_conditions),
        help=f"What must not ship: critical=1,high=10,exploited,epss>=0.5,overdue, or off. Without it, what --stack "
        f"reports, else {DEFAULT_CONDITIONS}.",
    ),
    click.option("--only-fixable", is_flag=True, help="Leave out findings that have no fix yet."),
    click.option("--baseline", type=IMAGE, help="Count only what is new, or more severe, since this image."),
    click.option(
        "--ignore",
        type=click.Path(dir_okay=False, exists=True, path_type=Path),
        help="Suppressions of this pipeline, a YAML file as for `suppressions import`.",
    ),
    click.option(
        "--stack",
        metavar="NAME",
        default="",
        help="Stack of the deployed application: its thresholds, suppressions, exploit feeds and deadlines.",
    ),
    click.option(
        "--table",
        metavar="NAME",
        default="",
        envvar="SUPPRESSIONS_TABLE",
        show_envvar=True,
        help="Suppressions table, in place of that of --stack.",
    ),
    click.option(
        "--findings-bucket",
        metavar="NAME",
        default="",
        envvar="FINDINGS_BUCKET",
        show_envvar=True,
        help="Bucket with exploit feeds and stored results, in place of that of --stack.",
    ),
    click.option(
        "--remediation-days",
        type=Parsed("days", lambda text: parse_remediation_days(text, "the days")),
        help=f"Deadlines of --fail-on overdue. Without it, those of --stack, else {DEFAULT_REMEDIATION_DAYS}.",
    ),
    click.option(
        "--max-age",
        type=DURATION,
        default="24h",
        show_default=True,
        help="A result of at most this age is fresh; else a scan is started.",
    ),
    click.option(
        "--timeout",
        type=Parsed("time", parse_timeout),
        default="15m",
        show_default=True,
        help="How long to wait for a scan: 90s, 15m, 1h.",
    ),
    click.option(
        "--report-level",
        type=Members(Severity),
        default=Severity.UNTRIAGED,
        show_default="all",
        help="Show findings of at least this severity, and all that fail the check.",
    ),
    LIMIT,
    click.option(
        "--output",
        type=click.Choice([TABLE, *WRITERS]),
        default=TABLE,
        show_default=True,
        help="Format on standard output.",
    ),
    click.option(
        "--report",
        "reports",
        type=Parsed("format=file", parse_report),
        multiple=True,
        help="Write a file too, such as junit=check.xml; may be given several times.",
    ),
    click.option(
        "--summary",
        metavar="FILE",
        type=click.Path(dir_okay=False, path_type=Path),
        envvar="GITHUB_STEP_SUMMARY",
        show_envvar=True,
        help="Append Markdown to this file: the step summary of GitHub.",
    ),
    PROFILE,
    region_option("Region of the stack, and of an image that is named without one."),
)


def gate_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of the gate."""
    return with_options(command, _OPTIONS)
