"""The options of the commands. Each may also be set by its variable, as in the Lambda functions; an option beats it."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import click

from ecr_scan_reporter.cli.results import OUTPUTS
from ecr_scan_reporter.domain.durations import Duration, parse_duration
from ecr_scan_reporter.domain.registry.filter import compile_filter
from ecr_scan_reporter.domain.registry.images import TagStatus
from ecr_scan_reporter.domain.scanning.limits import ImageLimits
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.settings.functions import DEFAULT_CONCURRENCY, TerminalSettings, TerminalSuppressionsSettings


class Parsed(click.ParamType[Any]):
    """An option whose text is read by one of the library's own parsers."""

    def __init__(self, name: str, parse: Callable[[str], Any]) -> None:
        self.name = name
        self._parse = parse

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Parse the text; a wrong one is a usage error that says what is allowed."""
        if not isinstance(value, str):
            return value
        try:
            return self._parse(value)
        except InvalidInputError as error:
            self.fail(f"{error.value!r}: allowed is {error.allowed}", param, ctx)


REGULAR_EXPRESSION = Parsed("regexp", compile_filter)
DURATION = Parsed("duration", parse_duration)

_PROFILE = click.option("--profile", metavar="NAME", help="Profile of the AWS configuration.")
_REGION = click.option("--region", metavar="NAME", help="Region of the registry.")

_OPTIONS = (
    _PROFILE,
    _REGION,
    click.option("--registry-id", metavar="ACCOUNT", help="Registry of another account that lets you in."),
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
        help="Look at all images, at those with a tag, or at those without.",
    ),
    click.option(
        "--max-images-per-repository",
        type=click.IntRange(min=0),
        default=0,
        envvar="MAX_IMAGES_PER_REPOSITORY",
        show_envvar=True,
        help="Look at the newest images alone; 0 for all.",
    ),
    click.option(
        "--pulled-within", type=DURATION, envvar="PULLED_WITHIN", show_envvar=True, help="Look at images pulled within."
    ),
    click.option(
        "--pushed-within", type=DURATION, envvar="PUSHED_WITHIN", show_envvar=True, help="Look at images pushed within."
    ),
    click.option(
        "--max-scans-per-day",
        type=click.IntRange(min=0),
        default=0,
        envvar="MAX_SCANS_PER_DAY",
        show_envvar=True,
        help="Start at most so many scans in a day, which needs the ledger; 0 for all that are due, up to 80,000.",
    ),
    click.option(
        "--ledger-table",
        metavar="NAME",
        default="",
        envvar="SCAN_LEDGER_TABLE",
        show_envvar=True,
        help="The ledger of a deployed application; saves calls.",
    ),
    click.option(
        "--concurrency",
        type=click.IntRange(1, 256),
        default=DEFAULT_CONCURRENCY,
        envvar="SCANNER_THREADS",
        show_default=True,
        show_envvar=True,
        help="How many calls to make at a time.",
    ),
    click.option(
        "--output", type=click.Choice(sorted(OUTPUTS)), default="table", show_default=True, help="Form of the results."
    ),
)


def scan_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options; it gets them as `settings` and `output`, and any further ones by name."""

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

    return _decorated(with_settings, _OPTIONS)


_TABLE = click.option(
    "--table",
    metavar="NAME",
    required=True,
    envvar="SUPPRESSIONS_TABLE",
    show_envvar=True,
    help="The suppressions table of a deployed application.",
)
_REGION_OF_TABLE = click.option("--region", metavar="NAME", help="Region of the table, and of the registry.")


def table_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of the suppressions table; it gets them as `settings`, further ones by name."""

    @wraps(command)
    def with_settings(*, profile: str | None, region: str | None, table: str, **further: Any) -> Any:
        return command(settings=TerminalSuppressionsSettings(profile, region, table), **further)

    return _decorated(with_settings, (_TABLE, _PROFILE, _REGION_OF_TABLE))


def _decorated(command: Callable[..., Any], options: Sequence[Callable[..., Any]]) -> Callable[..., Any]:
    for option in reversed(options):
        command = option(command)
    return command
