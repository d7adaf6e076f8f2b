"""The README is short enough to be read, and what it says is so."""

import re

from scripts import render_messages
from scripts.template_check.source import load_template
from tests.docs.markdown import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
MAX_BYTES = 12_000
TEXTS = {1: "one dollar", 11: "eleven", 12: "twelve"}


def test_it_is_short() -> None:
    assert len(README.encode()) < MAX_BYTES


def test_its_sample_is_what_the_code_composes() -> None:
    assert render_messages.rendered_readme(README) == README, "run `make docs`"
    assert "Subject: CRITICAL: " in README


def test_its_commands_are_targets_of_the_makefile() -> None:
    targets = re.findall(r"^([a-z0-9-]+):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    named = set(re.findall(r"\bmake ([a-z0-9-]+)", README))
    assert {"demo", "test"} <= named
    assert named <= set(targets)


def test_its_picture_has_every_function() -> None:
    picture = README.partition("```mermaid")[2].partition("```")[0]
    functions = {path.stem for path in (ROOT / "functions").glob("*.py")}
    assert len(functions) > 3
    assert functions == {name for name in re.findall(r"\[(\w+)\]", picture) if "_" in name or name in functions}


def test_its_parameters_have_the_defaults_of_the_template() -> None:
    parameters = load_template()["Parameters"]
    rows = re.findall(r"^\| `(\w+)`(?: to `(\w+)`)? \| (?:`([^`]*)`|none) \|", README, re.MULTILINE)
    assert len(rows) == 6
    for first, last, default in rows:
        for name in filter(None, (first, last)):
            assert str(parameters[name]["Default"]) == default


def test_what_it_costs_is_what_the_cost_page_says() -> None:
    page = (ROOT / "docs/cost.md").read_text(encoding="utf-8")
    [sums] = re.findall(r"^\| \*\*together, at list prices\*\*\s*\|(.+)\|$", page, re.MULTILINE)
    small, large, _ = (round(float(cell.strip(" *").replace(",", ""))) for cell in sums.split("|"))
    assert f"about {TEXTS[small]} a month for 1,000 images, and {TEXTS[large]} for 100,000" in README
