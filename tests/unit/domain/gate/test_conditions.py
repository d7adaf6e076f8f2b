"""What `--fail-on` takes, and what it says of anything else."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.gate.conditions import (
    COUNTED,
    DEFAULT_CONDITIONS,
    SEVERITIES,
    Condition,
    ConditionKind,
    parse_conditions,
    threshold_conditions,
)
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError


def severity(level: Severity, limit: int = 1) -> Condition:
    return Condition(ConditionKind.SEVERITY, limit, level)


EXPLOITED = Condition(ConditionKind.EXPLOITED)


@pytest.mark.parametrize(
    ("text", "conditions"),
    [
        (DEFAULT_CONDITIONS, (severity(Severity.CRITICAL), EXPLOITED)),
        ("critical=1,high=10", (severity(Severity.CRITICAL), severity(Severity.HIGH, 10))),
        (" Critical , EXPLOITED=3 ", (severity(Severity.CRITICAL), Condition(ConditionKind.EXPLOITED, 3))),
        ("epss>=0.5", (Condition(ConditionKind.EPSS, epss=0.5),)),
        ("epss >= .05", (Condition(ConditionKind.EPSS, epss=0.05),)),
        ("epss>=1", (Condition(ConditionKind.EPSS, epss=1.0),)),
        ("overdue,any=100", (Condition(ConditionKind.OVERDUE), Condition(ConditionKind.ANY, 100))),
        ("exploit-available", (Condition(ConditionKind.EXPLOIT_AVAILABLE),)),
        ("critical=0", (severity(Severity.CRITICAL),)),
        ("critical,high=off", (severity(Severity.CRITICAL),)),
        ("undefined=5", (severity(Severity.UNDEFINED, 5),)),
        ("off", ()),
    ],
)
def test_conditions_are_read(text: str, conditions: tuple[Condition, ...]) -> None:
    assert parse_conditions(text) == conditions


@pytest.mark.parametrize(
    "text",
    [
        *("", "kritical=1", "untriaged=1", "critical=1,", "critical=1 high=1", "off,critical", "epss"),
        *("critical=", "critical=-1", "critical=1.5", "critical=99999999999999", "critical=\u0663"),
        *("critical=1,critical=2", "critical,critical=off", "epss>=0.5,epss>=0.9"),
        *("epss>=1.1", "epss>=2", "epss>0.5", "epss=0.5", "epss>="),
    ],
)
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(InvalidInputError, match="allowed is"):
        parse_conditions(text)


WORDS = st.sampled_from([*SEVERITIES, *(kind.value for kind in COUNTED)])


@given(st.dictionaries(WORDS, st.integers(1, 1_000), min_size=1))
def test_the_text_of_conditions_says_the_same(limits: dict[str, int]) -> None:
    conditions = parse_conditions(",".join(f"{word}={limit}" for word, limit in limits.items()))
    assert {condition.name: condition.limit for condition in conditions} == limits
    assert parse_conditions(",".join(map(str, conditions))) == conditions


@given(st.text(max_size=40))
def test_no_text_breaks_the_parser(text: str) -> None:
    with suppress(InvalidInputError):
        parse_conditions(text)


def test_thresholds_mean_from_one_finding_on_when_they_are_zero() -> None:
    found = threshold_conditions({Severity.HIGH: 5, Severity.CRITICAL: 0}, 0)
    assert ",".join(map(str, found)) == "critical=1,high=5,exploited=1"
    assert threshold_conditions({}, None) == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("critical", "critical"),
        ("undefined", "without a severity"),
        ("epss>=0.5", "with EPSS of 0.50 or more"),
        ("any", "of any severity"),
        ("exploit-available", "with an available exploit"),
        ("overdue", "overdue"),
    ],
)
def test_a_condition_has_words_after_a_number(text: str, words: str) -> None:
    (condition,) = parse_conditions(text)
    assert condition.in_words == words
