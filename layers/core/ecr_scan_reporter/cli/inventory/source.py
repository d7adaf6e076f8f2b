"""The options that say where the inventory is: a deployed application, or ECR itself."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from ecr_scan_reporter.cli.parameters import (
    PROFILE,
    concurrency_option,
    is_typed,
    ledger_option,
    region_option,
    unless_stack,
    with_options,
)
from ecr_scan_reporter.settings.command_line import TerminalInventorySettings

_OPTIONS = (
    click.option("--stack", metavar="NAME", default="", help="Stack of the deployed application."),
    click.option(
        "--findings-bucket",
        metavar="NAME",
        default="",
        envvar="FINDINGS_BUCKET",
        show_envvar=True,
        help="Bucket of the snapshot, in place of --stack. With --live: of what is known of exploits.",
    ),
    click.option("--live", "is_live", is_flag=True, help="Ask ECR itself. It needs no deployed application, and time."),
    ledger_option("With --live: ledger of a deployed application."),
    click.option(
        "--suppressions-table",
        metavar="NAME",
        default="",
        envvar="SUPPRESSIONS_TABLE",
        show_envvar=True,
        help="With --live, or for OpenVEX: suppressions of a deployed application.",
    ),
    click.option("--registry-id", metavar="ACCOUNT", help="With --live: registry of another account."),
    concurrency_option("With --live: how many calls run at the same time."),
    PROFILE,
    region_option("Region of the stack, and of the registry."),
)
_OF_LIVE = ("ledger_table", "registry_id", "concurrency")


def source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options of the source; it gets them as `settings`, further ones by name."""

    @wraps(command)
    def with_settings(
        *,
        profile: str | None,
        region: str | None,
        stack: str,
        findings_bucket: str,
        is_live: bool,
        ledger_table: str,
        suppressions_table: str,
        registry_id: str | None,
        concurrency: int,
        **further: Any,
    ) -> Any:
        settings = TerminalInventorySettings(
            profile=profile,
            region=region,
            stack=stack,
            findings_bucket=unless_stack(stack, "findings_bucket", findings_bucket),
            is_live=is_live,
            ledger_table=unless_stack(stack, "ledger_table", ledger_table),
            suppressions_table=unless_stack(stack, "suppressions_table", suppressions_table),
            registry_id=registry_id,
            concurrency=concurrency,
            repository=further.get("repository"),
        )
        _refuse_contradictions(settings)
        return command(settings=settings, **further)

    return with_options(with_settings, _OPTIONS)


def _refuse_contradictions(settings: TerminalInventorySettings) -> None:
    if settings.stack and settings.findings_bucket:
        raise click.UsageError("--stack and --findings-bucket both name the snapshot: give one of them")
    if settings.is_live:
        return
    for name in filter(is_typed, _OF_LIVE):
        raise click.UsageError(f"--{name.replace('_', '-')} needs --live")
