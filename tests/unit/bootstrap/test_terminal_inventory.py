"""What the commands make an inventory of."""

from typing import Any

import pytest

from ecr_scan_reporter.bootstrap.terminal_inventory import InventorySource, TerminalInventory, inventory_source
from ecr_scan_reporter.errors import MissingInputError
from ecr_scan_reporter.settings.command_line import TerminalInventorySettings
from tests.cli.credentials import stand_in_credentials

OUTPUTS = ("FindingsBucketName", "ScanLedgerTableName", "SuppressionsTableName")


def output(stack: str, name: str) -> str:
    return f"{name} of {stack}"


@pytest.mark.parametrize(
    ("settings", "source"),
    [
        ({"stack": "prod"}, InventorySource("FindingsBucketName of prod")),
        ({"findings_bucket": "findings"}, InventorySource("findings")),
        ({"is_live": True}, InventorySource()),
        ({"is_live": True, "findings_bucket": "findings"}, InventorySource("findings")),
        ({"is_live": True, "ledger_table": "ledger"}, InventorySource(ledger_table="ledger")),
        ({"is_live": True, "suppressions_table": "mine"}, InventorySource(suppressions_table="mine")),
        (
            {"is_live": True, "stack": "prod"},
            InventorySource(
                "FindingsBucketName of prod", "ScanLedgerTableName of prod", "SuppressionsTableName of prod"
            ),
        ),
        (
            {"is_live": True, "stack": "prod", "ledger_table": "ledger", "suppressions_table": "mine"},
            InventorySource("FindingsBucketName of prod", "ledger", "mine"),
        ),
    ],
)
def test_what_the_settings_name_is_read(settings: dict[str, Any], source: InventorySource) -> None:
    assert inventory_source(TerminalInventorySettings(**settings), output) == source


def test_without_a_name_it_says_what_to_give() -> None:
    with pytest.raises(MissingInputError, match="--stack, --findings-bucket or FINDINGS_BUCKET; --live asks ECR"):
        inventory_source(TerminalInventorySettings(), output)


def test_suppressions_need_a_table(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in_credentials(monkeypatch)
    with pytest.raises(MissingInputError, match="--stack, or by SUPPRESSIONS_TABLE"):
        TerminalInventory(TerminalInventorySettings()).suppressions(str)


@pytest.mark.parametrize(
    ("settings", "has_feeds"),
    [
        ({"is_live": True}, False),
        ({"is_live": True, "ledger_table": "ledger"}, False),
        ({"is_live": True, "stack": "prod"}, True),
        ({"is_live": True, "findings_bucket": "findings"}, True),
        ({"stack": "prod"}, True),
    ],
)
def test_the_feeds_are_those_of_a_deployed_application(settings: dict[str, Any], has_feeds: bool) -> None:
    assert TerminalInventory(TerminalInventorySettings(**settings)).has_feeds is has_feeds
