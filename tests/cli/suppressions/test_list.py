"""`list`."""

import json

import pytest

from tests.cli.suppressions.table import add, add_broken_item, run, stored


def test_the_table_shows_when_suppressions_end_and_takes_no_text_for_markup() -> None:
    add("a", "2026-01-30", reason="[red]over[/red]")
    for name, until in {"b": "2026-01-31", "c": "2026-02-01", "d": "2026-02-14", "e": "2026-02-15"}.items():
        add(name, until)
    add("f", repository="team/*")
    add("g", "fixed")
    lines = run("list").stdout.splitlines()
    ends = ("ended", "ends today", "ends in 1 day ", "ends in 14 days", "2026-02-15", "never", "fixed")
    assert len(lines) == 8
    assert [end for end, line in zip(ends, lines[1:], strict=True) if end not in line] == []
    assert "ends" not in lines[5]
    assert "[red]over[/red]" in lines[1]
    assert "CVE-2023-38545 of team/*" in lines[6]


@pytest.mark.parametrize(("output", "shown"), [("table", ""), ("json", "[]\n")])
def test_an_empty_list_is_empty_and_says_so(output: str, shown: str) -> None:
    result = run("list", "--output", output)
    assert (result.exit_code, result.stdout, result.stderr) == (0, shown, "there are no suppressions\n")
    add("a")
    result = run("list", "--output", output, "--cve", "CVE-1")
    assert (result.exit_code, result.stdout, result.stderr) == (0, shown, "no suppression matches\n")


@pytest.mark.parametrize(
    ("filters", "ids"),
    [
        (("--repository", "team/app"), ["a", "b", "d"]),
        (("--repository", "team/*"), ["a", "b", "d"]),
        (("--repository", "other"), ["b", "c", "d"]),
        (("--cve", "cve-2024-3094"), ["a", "d"]),
        (("--cve", "CVE-2023-38545"), ["b", "c"]),
        (("--ending-within", "14d"), ["c"]),
        (("--ending-within", "15d"), ["b", "c"]),
        (("--repository", "team/app", "--cve", "CVE-2024-1", "--ending-within", "1m"), []),
    ],
    ids=" ".join,
)
def test_a_list_is_filtered(filters: tuple[str, ...], ids: list[str]) -> None:
    add("a", cve="CVE-2024-*", repository="team/*")
    add("b", "2026-02-15")
    add("c", "2026-01-31", repository="other")
    add("d", "2026-01-30", cve="CVE-2024-3094")
    add("e", "fixed", cve="CVE-2022-1", repository="old")
    result = run("list", *filters, "--output", "json")
    assert (result.exit_code, [row["id"] for row in json.loads(result.stdout)]) == (0, ids)


def test_a_suppression_that_has_ended_is_still_listed() -> None:
    add("a", "2026-01-30")
    add("b", "2026-01-31", author="alice")
    rows = json.loads(run("list", "--output", "json").stdout)
    assert [(row["id"], row["isInForce"]) for row in rows] == [("a", False), ("b", True)]
    assert rows[1] == stored()["b"] | {"id": "b", "kind": "accepted-risk", "isInForce": True}


def test_the_kind_is_listed_with_its_justification() -> None:
    add("a")
    add("b", kind="not-affected", justification="component_not_present")
    _, accepted, not_affected = run("list").stdout.splitlines()
    assert "accepted-risk" in accepted
    assert "not-affected (component_not_present)" in not_affected
    rows = json.loads(run("list", "--output", "json").stdout)
    assert [(row["kind"], row.get("justification")) for row in rows] == [
        ("accepted-risk", None),
        ("not-affected", "component_not_present"),
    ]


def test_a_wrong_item_is_named_and_the_others_are_shown() -> None:
    add("a")
    add_broken_item()
    result = run("list", "--output", "json")
    assert result.exit_code == 1
    assert [row["id"] for row in json.loads(result.stdout)] == ["a"]
    assert "reason of suppression broken is not set" in result.stderr
