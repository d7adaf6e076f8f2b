"""Writes the tables of docs/cost.md, and leaves the text around them.

`python -m benchmarks.cost_document` writes them from the figures of the last complete run.
"""

import re

from benchmarks import prices
from benchmarks.cost import (
    ALARMS,
    ALARMS_OF_OPTIONS,
    Registry,
    bill,
    dollars,
    dollars_beyond_free,
    e_mail_dollars,
)
from benchmarks.figures import Figures
from benchmarks.functions_work import ROOT
from benchmarks.inventory_cost import Inventory, inventory_bill
from benchmarks.lake_cost import FINDINGS_DAY, IMAGES_MONTH, Lake
from benchmarks.sections import table

DOCUMENT = ROOT / "docs/cost.md"
REGISTRIES = tuple(Registry(images) for images in (1_000, 100_000, 1_000_000))
_BLOCK = re.compile(r"(<!-- begin (?P<name>[\w-]+) -->\n).*?(<!-- end (?P=name) -->)", re.DOTALL)


def rewrite_cost_document(figures: Figures) -> None:
    """Write the tables of these figures into docs/cost.md."""
    DOCUMENT.write_text(with_tables(DOCUMENT.read_text(), figures))


def with_tables(document: str, figures: Figures) -> str:
    """Return the document with its tables generated anew."""
    made = {
        "month": month_table(figures),
        "alarms": alarms_table(),
        "inventory": inventory_table(figures),
        "analytics": analytics_table(),
        "memory-sizes": memory_table(figures),
        "figures": figures_table(figures),
    }
    return _BLOCK.sub(lambda block: f"{block[1]}\n{made[block['name']]}\n{block[3]}", document)


def month_table(figures: Figures) -> str:
    """Return the dollars of a month, line by line, for each size of registry."""
    bills = [bill(registry, figures) for registry in REGISTRIES]
    rows = [(lines[0].what, *(f"{line.dollars:,.2f}" for line in lines)) for lines in zip(*bills, strict=True)]
    rows += [
        ("**together, at list prices**", *(f"**{dollars(lines):,.2f}**" for lines in bills)),
        ("together, beyond the free tier", *(f"{dollars_beyond_free(lines):,.2f}" for lines in bills)),
        (
            "each e-mail address, if every scan is reported",
            *(f"{e_mail_dollars(registry):,.2f}" for registry in REGISTRIES),
        ),
        ("days in which every image is scanned again", *(str(registry.round_days) for registry in REGISTRIES)),
    ]
    return table(("USD a month", *(f"{registry.images:,} images" for registry in REGISTRIES)), rows)


def alarms_table() -> str:
    """Return the dollars of a month for the alarms, which are off by default."""
    counts = {
        "none (the default)": 0,
        "`AlarmEmail` or `AlarmTopicArn`": ALARMS,
        "and the digest, `InspectorFindings`, `EnableInventory`, `EnableApi`": ALARMS + ALARMS_OF_OPTIONS,
    }
    rows = [(what, str(count), f"{count * prices.ALARM_MONTH:.2f}") for what, count in counts.items()]
    return table(("parameters", "alarms", "USD a month"), rows)


def inventory_table(figures: Figures) -> str:
    """Return the dollars of a month for the inventory, line by line."""
    inventories = [Inventory(registry) for registry in REGISTRIES]
    bills = [inventory_bill(inventory, figures) for inventory in inventories]
    rows = [(lines[0].what, *(f"{line.dollars:,.2f}" for line in lines)) for lines in zip(*bills, strict=True)]
    rows += [
        ("**the inventory, at list prices**", *(f"**{dollars(lines):,.2f}**" for lines in bills)),
        ("once, for results of before the installation", *(f"{inventory.once:,.2f}" for inventory in inventories)),
        ("seconds of a build", *(f"{inventory.seconds(figures):,.0f}" for inventory in inventories)),
    ]
    return table(("USD a month", *(f"{registry.images:,} images" for registry in REGISTRIES)), rows)


def analytics_table() -> str:
    """Return the dollars of a month for the tables of Athena, and the dollars of a question."""
    lakes = [Lake(registry.images) for registry in REGISTRIES]
    rows = [
        ("MB in a day", *(f"{lake.day_bytes / 1e6:,.1f}" for lake in lakes)),
        ("stored, USD a month after 400 days", *(f"{lake.stored:.2f}" for lake in lakes)),
        ("time to write, USD a month", *(f"{lake.writing:.2f}" for lake in lakes)),
        ("files written, USD a month", *(f"{lake.written:.3f}" for lake in lakes)),
        ("a question about the findings of a day, USD", *(f"{lake.question(FINDINGS_DAY):.5f}" for lake in lakes)),
        ("a question about the images of 30 days, USD", *(f"{lake.question(IMAGES_MONTH):.5f}" for lake in lakes)),
    ]
    return table(("tables of Athena", *(f"{lake.images:,} images" for lake in lakes)), rows)


def memory_table(figures: Figures) -> str:
    """Return the dollars for a million calls by memory size."""
    by_size = {
        256: figures.usd_a_million_calls_256_mb,
        512: figures.usd_a_million_calls_512_mb,
        1024: figures.usd_a_million_calls_1024_mb,
        1769: figures.usd_a_million_calls_1769_mb,
    }
    return table(("memory size", "USD"), [(f"{size:,} MB", f"{price:.2f}") for size, price in by_size.items()])


def figures_table(figures: Figures) -> str:
    """Return the measured figures that the costs are made of."""
    rows = [
        ("an invocation with its first calls", f"{figures.cpu_seconds_a_job * 1000:.0f} ms"),
        ("an image read, looked up and decided", f"{figures.cpu_seconds_an_image * 1000:.2f} ms"),
        ("a scan read or started, and recorded", f"{figures.cpu_seconds_a_call * 1000:.1f} ms"),
        ("a repository listed and queued", f"{figures.cpu_seconds_a_repository * 1000:.2f} ms"),
    ]
    return table(("processor time of", "measured"), rows)


if __name__ == "__main__":
    rewrite_cost_document(Figures.read())
