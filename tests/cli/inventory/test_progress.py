"""The bar of a live inventory."""

import io

import pytest
from rich.console import Console

from ecr_scan_reporter.cli.inventory.progress import InventoryBar


@pytest.mark.parametrize("is_terminal", [True, False])
def test_a_terminal_sees_each_part_of_the_work(is_terminal: bool) -> None:
    console = Console(file=io.StringIO(), force_terminal=is_terminal, width=100)
    bar = InventoryBar(console)
    bar.begin("repositories", 12)
    bar.advance(5)
    bar.begin("[findings]")
    bar.end()
    assert isinstance(console.file, io.StringIO)
    shown = console.file.getvalue()
    assert ("[findings]" in shown) is is_terminal
    assert is_terminal or not shown
