"""The options of a list: its length, its format."""

from collections.abc import Callable, Sequence
from typing import Any

import click

TABLE = "table"
TABLE_ROWS = 50
TABULAR = (TABLE, "json", "ndjson", "csv", "markdown")
WITH_SARIF = (*TABULAR, "sarif")

LIMIT = click.option(
    "--limit",
    type=click.IntRange(min=0),
    metavar="N",
    help=f"Show at most N; 0 for all. By default {TABLE_ROWS} in a table, and all in the other formats.",
)


def output_option(outputs: Sequence[str]) -> Callable[..., Any]:
    """Return the option of the format."""
    return click.option(
        "--output", type=click.Choice(outputs), default=TABLE, show_default=True, help="Format of the results."
    )


def length(limit: int | None, output: str) -> int:
    """Return how many items to show, 0 for all."""
    return limit if limit is not None else TABLE_ROWS if output == TABLE else 0
