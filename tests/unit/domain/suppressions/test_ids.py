import string
from dataclasses import replace

import pytest
from hypothesis import given

from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.fields import suppression_fields
from ecr_scan_reporter.domain.suppressions.ids import default_id
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.domain.suppressions.values import is_id
from tests.unit.domain.suppressions.samples import SUPPRESSIONS

SCOPES = [
    {"cve": "CVE-2024-*"},
    {"cve": "CVE-2024"},
    {"cve": "CVE-2024-?"},
    {"cve": "CVE-2024-*", "repository": "payments"},
    {"cve": "CVE-2024-*", "repository": "payments/*"},
    {"cve": "CVE-2024-*", "repository": "payments-*"},
    {"cve": "CVE-2024-*", "repository": "Payments"},
    {"cve": "CVE-2024-*", "tag": "payments"},
    {"cve": "CVE-2024-*", "package": "payments"},
    {"cve": "CVE-2024-*", "repository": "payments", "severity": "LOW"},
    {"cve": "CVE-2024-*", "repository": "payments", "tag": "low"},
    {"cve": "*"},
    {"cve": "**"},
    {"cve": "CVE-2023-38545"},
    {"cve": "CVE-2023-38545", "package": "curl"},
    {"cve": "CVE-2023-38545-curl"},
    {"cve": "CVE-2024-*", "repository": "a" * 500},
    {"cve": "CVE-2024-*", "repository": "a" * 501},
]


def test_scopes_that_differ_have_ids_that_differ() -> None:
    ids = [default_id(scope) for scope in SCOPES]
    assert len(set(ids)) == len(SCOPES)
    assert all(is_id(id_) and len(id_) <= 100 for id_ in ids)


@pytest.mark.parametrize(
    ("fields", "begins"),
    [
        ({"cve": "CVE-2023-38545"}, "cve-2023-38545"),
        ({"cve": "GHSA-jfh8-c2jp-5v3q"}, "ghsa-jfh8-c2jp-5v3q"),
        ({"cve": "CVE-2024-*", "repository": "payments/*"}, "cve-2024-payments_"),
        ({"cve": "*"}, "all_"),
    ],
)
def test_an_id_can_be_read(fields: dict[str, str], begins: str) -> None:
    assert default_id(fields).startswith(begins)


def test_what_a_suppression_does_not_match_by_is_no_part_of_its_id() -> None:
    fields = {"cve": "CVE-2024-*", "severity": "MEDIUM"}
    more = {"cve": "cve-2024-*", "severity": "medium", "reason": "r", "until": "never", "createdBy": "carol"}
    assert default_id(more) == default_id(fields)


@given(SUPPRESSIONS, SUPPRESSIONS)
def test_any_scope_has_an_id_of_its_own(one: Suppression, other: Suppression) -> None:
    first, second = default_id(suppression_fields(one)), default_id(suppression_fields(other))
    assert is_id(first)
    assert set(first) <= set(string.ascii_lowercase + string.digits + "._-")
    same = all(getattr(one, name) == getattr(other, name) for name in ("repository", "tag", "package", "most_severity"))
    assert (first == second) == (same and one.cve.lower() == other.cve.lower())


@given(SUPPRESSIONS)
def test_the_severity_and_a_narrower_tag_change_the_id(suppression: Suppression) -> None:
    narrower = replace(suppression, tag=f"{suppression.tag}.1", most_severity=Severity.LOW)
    assert default_id(suppression_fields(narrower)) != default_id(suppression_fields(suppression))
