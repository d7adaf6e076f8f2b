"""Suppressions of the account, then the rules of a file."""

from dataclasses import replace
from datetime import UTC, date

import pytest

from ecr_scan_reporter.domain.gate.suppressing import Rules, applied, unmatched_rules
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from tests.unit.domain.gate.checks import CRITICAL, HIGH, rule
from tests.unit.samples import NOW, SCANNED_IMAGE

TODAY = NOW.astimezone(UTC).date()
CONTENTS = [(SCANNED_IMAGE, (CRITICAL, HIGH))]


def test_the_account_comes_before_the_file_even_with_the_same_id() -> None:
    rules = Rules([rule("one", "CVE-1")], [rule("one", "CVE-*")])
    found = rules.apply(SCANNED_IMAGE, (CRITICAL, HIGH), TODAY)
    assert [finding.suppressed_by for finding in found] == ["one", "one"]
    assert [(each.count, each.is_ignored) for each in applied(rules, CONTENTS, TODAY)] == [(1, False), (1, True)]


def test_a_rule_that_hides_nothing_is_not_applied() -> None:
    assert applied(Rules([rule(cve="CVE-9")], [rule(cve="CVE-8")]), CONTENTS, TODAY) == ()


@pytest.mark.parametrize(
    ("ignored", "said"),
    [
        (rule(), None),
        (rule(cve="CVE-9"), "ours: CVE-9 matches no finding"),
        (replace(rule(), until=date(2026, 1, 1)), "ours: CVE-1 has ended"),
        (rule(cve="CVE-9", repository="team/web"), None),
        (rule(cve="CVE-1", tag="other"), "ours: CVE-1, tag other matches no finding"),
        (rule(cve="CVE-1", package="zlib"), "ours: CVE-1 in zlib matches no finding"),
    ],
)
def test_a_rule_of_the_file_without_effect_is_named(ignored: Suppression, said: str | None) -> None:
    found = list(unmatched_rules(Rules([], [ignored]), CONTENTS, TODAY))
    assert len(found) == (said is not None)
    assert all(text.startswith(said or "") for text in found)


def test_a_rule_that_the_account_makes_superfluous_has_matched() -> None:
    assert list(unmatched_rules(Rules([rule("account")], [rule("file")]), CONTENTS, TODAY)) == []
