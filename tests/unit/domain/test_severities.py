import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.severities import Severity, most_severe, parse_counts


def test_levels_are_ranked_from_the_most_severe_on() -> None:
    assert [severity.value for severity in sorted(Severity, key=lambda severity: severity.rank)] == [
        "CRITICAL",
        "HIGH",
        "MEDIUM",
        "LOW",
        "INFORMATIONAL",
        "UNDEFINED",
        "UNTRIAGED",
    ]


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("CRITICAL", Severity.CRITICAL),
        ("high", Severity.HIGH),
        ("UNTRIAGED", Severity.UNTRIAGED),
        ("BRAND_NEW", Severity.UNDEFINED),
        ("", Severity.UNDEFINED),
        (None, Severity.UNDEFINED),
    ],
)
def test_a_level_that_is_not_known_counts_as_undefined(text: str | None, severity: Severity) -> None:
    assert Severity.parse(text) is severity


@pytest.mark.parametrize(
    ("counts", "parsed"),
    [
        pytest.param(None, {}, id="none"),
        pytest.param({}, {}, id="clean"),
        pytest.param({"CRITICAL": 0, "LOW": 2}, {Severity.LOW: 2}, id="zeros are skipped"),
        pytest.param({"HIGH": 3, "TOTAL": 3}, {Severity.HIGH: 3}, id="the total of enhanced scanning is no level"),
        pytest.param(
            {"BRAND_NEW": 2, "UNDEFINED": 1, "ODD": 4}, {Severity.UNDEFINED: 7}, id="unknown levels are added up"
        ),
    ],
)
def test_counts_are_read(counts: dict[str, int] | None, parsed: dict[Severity, int]) -> None:
    assert parse_counts(counts) == parsed


def test_counts_come_most_severe_first() -> None:
    assert list(parse_counts({"LOW": 1, "CRITICAL": 1, "MEDIUM": 1})) == [
        Severity.CRITICAL,
        Severity.MEDIUM,
        Severity.LOW,
    ]


@given(st.dictionaries(st.sampled_from([*Severity.__members__, "NEW", "ODD"]), st.integers(0, 1_000)))
def test_no_finding_is_lost(counts: dict[str, int]) -> None:
    assert sum(parse_counts(counts | {"TOTAL": sum(counts.values())}).values()) == sum(counts.values())


def test_the_most_severe_of_several() -> None:
    assert most_severe([Severity.LOW, Severity.HIGH, Severity.UNDEFINED]) is Severity.HIGH
    assert most_severe([]) is None
