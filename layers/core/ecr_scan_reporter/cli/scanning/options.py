"""The options of the commands for scanning.

Most have a variable too, the one of the Lambda functions; an option takes precedence over its variable.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from ecr_scan_reporter.cli.parameters import (
    PROFILE,
    Parsed,
    concurrency_option,
    ledger_option,
    region_option,
    with_options,
)
from ecr_scan_reporter.cli.scanning.results import OUTPUTS
from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.domain.registry.filter import compile_filter
from ecr_scan_reporter.domain.registry.images import TagStatus
from ecr_scan_reporter.domain.scanning.limits import ImageLimits
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.settings.command_line import TerminalSettings

REGULAR_EXPRESSION = Parsed("regexp", compile_filter)
DURATION = Parsed("duration", parse_duration)

_OPTIONS = (
    PROFILE,
    region_option("Region of the registry."),
    click.option("--registry-id", metavar="ACCOUNT", help="Registry of another account that grants access."),
    click.option(
        "--repositories",
        "--repos-regex",
        "repositories",
        type=REGULAR_EXPRESSION,
        default=".*",
        envvar="REPOSITORIES_FILTER_REGEXP",
        show_envvar=True,
        help="Regular expression, matched from the start of the repository's name.",
    ),
    click.option(
        "--max-age",
        "--duration-override",
        "max_age",
        type=DURATION,
        default="7d",
        envvar="ECR_IMAGES_DURATION_DELTA",
        show_default=True,
        show_envvar=True,
        help="Scan again when the last scan is older: 1m, 2w3d, 10d, 36h.",
    ),
    click.option(
        "--tag-status",
        type=click.Choice([status.value for status in TagStatus], case_sensitive=False),
        default=TagStatus.ANY.value,
        envvar="IMAGES_FILTER_TAG_STATUS",
        show_default=True,
        show_envvar=True,
        help="Consider all images, those with a tag, or those without.",
    ),
    click.option(
        "--max-images-per-repository",
        type=click.IntRange(min=0),
        default=0,
        envvar="MAX_IMAGES_PER_REPOSITORY",
        show_envvar=True,
        help="Consider only the newest images; 0 for all.",
    ),
    click.option(
        "--pulled-within",
        type=DURATION,
        envvar="PULLED_WITHIN",
        show_envvar=True,
        help="Consider only images pulled within this time: 30d.",
    ),
    click.option(
        "--pushed-within",
        type=DURATION,
        envvar="PUSHED_WITHIN",
        show_envvar=True,
        help="Consider only images pushed within this time: 30d.",
    ),
    click.option(
        "--max-scans-per-day",
        type=click.IntRange(min=0),
        default=0,
        envvar="MAX_SCANS_PER_DAY",
        show_envvar=True,
        help="Start at most so many scans a day (needs the ledger); 0 for all that are due, up to 80,000.",
    ),
    ledger_option("Ledger of a deployed application; saves calls."),
    concurrency_option("How many calls run at the same time."),
    click.option(
        "--output",
        type=click.Choice(sorted(OUTPUTS)),
        default="table",
        show_default=True,
        help="Format of the results.",
    ),
)


def scan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options; it gets them as `settings` and `output`, further ones by name."""

    @wraps(command)
    def with_settings(
        *,
        profile: str | None,
        region: str | None,
        registry_id: str | None,
        repositories: Any,
        max_age: Duration,
        tag_status: str,
        max_images_per_repository: int,
        pulled_within: Duration | None,
        pushed_within: Duration | None,
        max_scans_per_day: int,
        ledger_table: str,
        concurrency: int,
        output: str,
        **further: Any,
    ) -> Any:
        settings = TerminalSettings(
            profile=profile,
            region=region,
            registry_id=registry_id,
            repositories_filter=repositories,
            policy=ScanPolicy(
                max_age=max_age,
                tag_status=TagStatus(tag_status.upper()),
                limits=ImageLimits(max_images_per_repository or None, pulled_within, pushed_within),
                max_scans_per_day=max_scans_per_day or None,
            ),
            ledger_table=ledger_table,
            concurrency=concurrency,
        )
        return command(settings=settings, output=output, **further)

    return with_options(with_settings, _OPTIONS)
