"""`list`."""

import json

from tests.cli.suppressions.table import add, add_broken_item, run, stored


def test_the_table_shows_when_suppressions_end_and_takes_no_text_for_markup() -> None:
    add("a", "2026-01-30", reason="[red]over[/red]")
    for name, until in {"b": "2026-01-31", "c": "2026-02-01", "d": "2026-02-14", "e": "2026-02-15"}.items():
        add(name, until)
    add("f", repository="team/*")
    lines = run("list").stdout.splitlines()
    ends = ("ended", "ends today", "ends in 1 day ", "ends in 14 days", "2026-02-15", "never")
    assert len(lines) == 7
    assert [end for end, line in zip(ends, lines[1:], strict=True) if end not in line] == []
    assert "ends" not in lines[5]
    assert "[red]over[/red]" in lines[1]
    assert "CVE-2023-38545 of team/*" in lines[6]


def test_an_empty_list_is_empty() -> None:
    assert (run("list").stdout, run("list", "--output", "json").stdout) == ("", "[]\n")


def test_a_suppression_that_has_ended_is_still_listed() -> None:
    add("a", "2026-01-30")
    add("b", "2026-01-31", author="alice")
    rows = json.loads(run("list", "--output", "json").stdout)
    assert [(row["id"], row["isInForce"]) for row in rows] == [("a", False), ("b", True)]
    assert rows[1] == stored()["b"] | {"id": "b", "isInForce": True}


def test_a_wrong_item_is_named_and_the_others_are_shown() -> None:
    add("a")
    add_broken_item()
    result = run("list", "--output", "json")
    assert result.exit_code == 1
    assert [row["id"] for row in json.loads(result.stdout)] == ["a"]
    assert "reason of suppression broken is not set" in result.stderr
