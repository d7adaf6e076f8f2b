"""Scan configurations on standard output: a table for people, JSON for programs."""

import json
import sys
from collections.abc import Callable, Mapping, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ecr_scan_reporter.domain.configs.configs import ScanConfig
from ecr_scan_reporter.domain.configs.fields import config_document


def show_table(configs: Sequence[ScanConfig]) -> None:
    """Print a table; nothing where there are no configurations."""
    if not configs:
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in ("Id", "Repository", "Tags", "Region", "Account", "Created"):
        table.add_column(heading, overflow="fold")
    for config in configs:
        tags = "all" if config.tags is None else ", ".join(config.tags)
        cells = (config.id, config.repository, tags, config.region, config.registry, f"{config.created:%Y-%m-%d}")
        table.add_row(*map(escape, cells))
    Console().print(table)


def show_json(configs: Sequence[ScanConfig]) -> None:
    """Print one JSON array, which can be imported again."""
    sys.stdout.write(json.dumps([config_document(config) for config in configs], indent=2) + "\n")


OUTPUTS: Mapping[str, Callable[[Sequence[ScanConfig]], None]] = {"table": show_table, "json": show_json}
