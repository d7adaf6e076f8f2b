from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.differences import SuppressionChange
from ecr_scan_reporter.domain.suppressions.ends import FIXED, End
from ecr_scan_reporter.domain.suppressions.fields import (
    InvalidSuppressionsError,
    parse_author,
    parse_suppression,
    parse_suppressions,
    suppression_document,
    suppression_fields,
)
from ecr_scan_reporter.domain.suppressions.imports import ImportPlan, plan_import
from ecr_scan_reporter.domain.suppressions.kinds import Justification, SuppressionKind
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import InvalidInputError, MissingInputError
from tests.unit.domain.suppressions.samples import SUPPRESSIONS
from tests.unit.samples import NOW, ago

FIELDS = {
    "id": "openssl-dev",
    "cve": "CVE-2024-*",
    "repository": "team/*",
    "tag": "1.*",
    "package": "openssl*",
    "severity": "MEDIUM",
    "kind": "not-affected",
    "justification": "vulnerable_code_not_in_execute_path",
    "reason": "headers alone",
    "until": "2026-03-31",
    "createdBy": "alice",
    "createdAt": "2026-01-01T08:00:00Z",
}
SUPPRESSION = Suppression(
    id="openssl-dev",
    cve="CVE-2024-*",
    reason="headers alone",
    until=date(2026, 3, 31),
    created_by="alice",
    created_at=datetime(2026, 1, 1, 8, tzinfo=UTC),
    repository="team/*",
    tag="1.*",
    package="openssl*",
    most_severity=Severity.MEDIUM,
    kind=SuppressionKind.NOT_AFFECTED,
    justification=Justification.CODE_NOT_IN_EXECUTE_PATH,
)
LEAST = {"id": "a", "cve": "CVE-1", "reason": "r", "until": "never"}


def parse(fields: Any) -> Suppression:
    return parse_suppression(fields, created_by="bob", created_at=NOW)


def test_all_keys_are_read_and_written_in_one_order() -> None:
    assert parse(FIELDS) == SUPPRESSION
    assert list(suppression_fields(SUPPRESSION).items()) == list(FIELDS.items())


def test_keys_that_are_not_set_are_not_written_and_the_author_is_the_reader() -> None:
    made = parse(LEAST)
    assert made == Suppression("a", "CVE-1", "r", None, "bob", NOW)
    assert suppression_fields(made) == LEAST | {"createdBy": "bob", "createdAt": "2026-01-31T12:00:00Z"}


@given(SUPPRESSIONS)
def test_a_suppression_that_is_written_is_read_as_the_same_one(suppression: Suppression) -> None:
    assert parse(suppression_fields(suppression)) == suppression


@pytest.mark.parametrize(
    ("until", "day"),
    [
        ("2026-03-31", date(2026, 3, 31)),
        (date(2026, 3, 31), date(2026, 3, 31)),
        (datetime(2026, 3, 31, 22, tzinfo=timezone(timedelta(hours=-5))), date(2026, 4, 1)),
        (datetime(2026, 3, 31, 22), date(2026, 3, 31)),  # noqa: DTZ001 - as YAML gives it
        ("2026-03-31T22:00:00-05:00", date(2026, 4, 1)),
        ("2026-03-31T22:00:00", date(2026, 3, 31)),
        ("never", None),
        ("Never", None),
        ("fixed", FIXED),
        ("Fixed", FIXED),
    ],
    ids=str,
)
def test_the_last_day_is_one_of_utc(until: Any, day: End) -> None:
    assert parse(LEAST | {"until": until}).until == day


@pytest.mark.parametrize("key", ["id", "cve", "reason", "until"])
def test_a_key_that_must_be_there_is_asked_for(key: str) -> None:
    with pytest.raises(MissingInputError, match=f"^{key} of .* is not set: it must be ") as fault:
        parse({name: value for name, value in FIELDS.items() if name != key})
    assert ("the suppression" if key == "id" else "suppression openssl-dev") in str(fault.value)


def test_an_empty_mapping_is_no_suppression() -> None:
    with pytest.raises(MissingInputError, match="id of the suppression is not set"):
        parse({})


def test_a_suppression_without_an_end_must_say_so() -> None:
    with pytest.raises(MissingInputError, match=r"until of suppression a is not set: it must be a date .*never"):
        parse({key: value for key, value in LEAST.items() if key != "until"})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id", ""),
        ("id", "a b"),
        ("id", "a/b"),
        ("id", "\u00e9"),
        ("id", "a" * 129),
        ("id", 7),
        ("id", None),
        ("cve", ""),
        ("cve", " CVE-1"),
        ("cve", "C" * 513),
        ("cve", ["CVE-1"]),
        ("repository", ""),
        ("repository", None),
        ("repository", "team\n"),
        ("tag", 1.1),
        ("tag", True),
        ("package", "open\x1b[2Jssl"),
        ("package", "\ud800"),
        ("severity", "SEVERE"),
        ("severity", ""),
        ("severity", None),
        ("severity", 3),
        ("kind", ""),
        ("kind", None),
        ("kind", "accepted"),
        ("kind", ["not-affected"]),
        ("justification", ""),
        ("justification", None),
        ("justification", "not linked"),
        ("justification", {"S": "component_not_present"}),
        ("reason", ""),
        ("reason", " \n "),
        ("reason", "r" * 1001),
        ("reason", "bell\x07"),
        ("until", ""),
        ("until", None),
        ("until", "soon"),
        ("until", "fixed 2026-03-31"),
        ("until", "2026-02-30"),
        ("until", "31.03.2026"),
        ("until", 20260331),
        ("until", "9999-12-31T23:00:00-05:00"),
        ("createdBy", ""),
        ("createdBy", "a" * 513),
        ("createdAt", "yesterday"),
    ],
    ids=repr,
)
def test_a_wrong_value_is_refused_with_the_suppression_the_key_and_the_value(key: str, value: Any) -> None:
    with pytest.raises(InvalidInputError, match=": allowed is ") as fault:
        parse(FIELDS | {key: value})
    assert fault.value.name == f"{key} of {'the suppression' if key == 'id' else 'suppression openssl-dev'}"
    assert fault.value.value == value


def test_a_misspelt_key_never_makes_a_suppression_wider() -> None:
    with pytest.raises(InvalidInputError, match=r"a key of suppression a is 'packge': allowed is id, cve, .*package"):
        parse(LEAST | {"packge": "openssl"})


@pytest.mark.parametrize("severity", Severity)
def test_each_severity_may_be_the_most_severe_one(severity: Severity) -> None:
    assert parse(LEAST | {"severity": severity.value.lower()}).most_severity is severity


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({}, SuppressionKind.ACCEPTED_RISK),
        ({"kind": "accepted-risk"}, SuppressionKind.ACCEPTED_RISK),
        ({"kind": "False-Positive"}, SuppressionKind.FALSE_POSITIVE),
        ({"kind": "not-affected"}, SuppressionKind.NOT_AFFECTED),
    ],
    ids=str,
)
def test_a_suppression_without_a_kind_accepts_a_risk(fields: dict[str, str], kind: SuppressionKind) -> None:
    assert parse(LEAST | fields).kind is kind


def test_the_usual_kind_is_not_written_so_that_earlier_versions_read_the_item() -> None:
    assert "kind" not in suppression_fields(parse(LEAST | {"kind": "accepted-risk"}))
    assert suppression_document(parse(LEAST))["kind"] == "accepted-risk"


@pytest.mark.parametrize("justification", Justification)
def test_each_justification_of_openvex_is_one_of_findings_that_do_not_count(justification: Justification) -> None:
    fields = LEAST | {"justification": justification.value}
    for kind in ("false-positive", "not-affected"):
        assert parse(fields | {"kind": kind}).justification is justification
    for of_a_risk in (fields, fields | {"kind": "accepted-risk"}):
        with pytest.raises(InvalidInputError) as fault:
            parse(of_a_risk)
        assert str(fault.value) == (
            f"justification of suppression a is '{justification}': allowed is none with the kind accepted-risk: "
            "only false-positive and not-affected have one"
        )


def test_a_justification_is_no_second_fault_of_a_wrong_kind() -> None:
    with pytest.raises(InvalidSuppressionsError) as fault:
        parse_all([FIELDS | {"kind": "accepted"}])
    assert [each.key for each in fault.value.faults] == ["kind"]


def test_a_reason_on_several_lines_becomes_one() -> None:
    assert parse(LEAST | {"reason": "not\n  reachable\n"}).reason == "not reachable"


@pytest.mark.parametrize("fields", [None, "CVE-1", [], ["a"], 7])
def test_a_value_that_is_no_mapping_is_no_suppression(fields: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"^the suppression is .*: allowed is a mapping of id, cve"):
        parse(fields)


def test_an_author_is_checked_like_that_of_a_suppression() -> None:
    assert parse_author("alice") == "alice"
    with pytest.raises(InvalidInputError, match="the author is ''"):
        parse_author("")


def parse_all(document: Any, earlier: list[Suppression] | None = None) -> list[Suppression]:
    return parse_suppressions(document, created_by="bob", created_at=NOW, earlier=earlier or [])


@pytest.mark.parametrize("document", [[LEAST, FIELDS], {"suppressions": [LEAST, FIELDS]}], ids=["list", "mapping"])
def test_a_document_is_a_list_or_a_mapping_with_one(document: Any) -> None:
    assert parse_all(document) == [parse(LEAST), SUPPRESSION]


@pytest.mark.parametrize(
    "document", [None, "", {}, "suppressions", {"suppressions": None}, {"suppressions": [], "more": 1}, FIELDS], ids=str
)
def test_another_document_is_refused(document: Any) -> None:
    with pytest.raises(InvalidInputError, match=r"^the document is .*: allowed is a list of suppressions"):
        parse_all(document)


def test_a_document_may_say_that_there_are_no_suppressions() -> None:
    assert parse_all({"suppressions": []}) == []


def test_all_faults_of_a_document_are_named_at_once() -> None:
    with pytest.raises(InvalidSuppressionsError) as fault:
        parse_all([LEAST, LEAST, FIELDS | {"until": "soon", "packge": "x"}, "text", {"cve": "*"}])
    lines = str(fault.value).splitlines()
    assert [line.partition(" is ")[0] for line in lines] == [
        "id of suppression number 2",
        "a key of suppression openssl-dev",
        "until of suppression openssl-dev",
        "suppression number 4",
        "id of suppression number 5",
        "reason of suppression number 5",
        "until of suppression number 5",
    ]


def test_the_author_is_that_of_the_document_then_of_the_earlier_suppression_then_the_reader() -> None:
    earlier = [
        replace(SUPPRESSION, id="a", created_by="carol", created_at=ago(days=9)),
        replace(SUPPRESSION, created_by="carol"),
    ]
    one, two, three = parse_all([LEAST, FIELDS, LEAST | {"id": "b"}], earlier)
    assert (one.created_by, one.created_at) == ("carol", ago(days=9))
    assert (two.created_by, two.created_at) == ("alice", SUPPRESSION.created_at)
    assert (three.created_by, three.created_at) == ("bob", NOW)


A, B, C = (replace(SUPPRESSION, id=name) for name in "abc")


@pytest.mark.parametrize("prune", [False, True])
def test_an_import_adds_and_changes_what_differs_and_removes_only_when_it_prunes(prune: bool) -> None:
    changed = replace(B, reason="other")
    plan = plan_import([C, B, A], [replace(SUPPRESSION, id="d"), changed, A], prune=prune)
    assert plan == ImportPlan(
        (replace(SUPPRESSION, id="d"),), (SuppressionChange(B, changed),), (A,), (C,) if prune else ()
    )


@given(
    st.lists(SUPPRESSIONS, unique_by=lambda suppression: suppression.id),
    st.lists(SUPPRESSIONS, unique_by=lambda suppression: suppression.id),
)
def test_after_an_import_that_prunes_the_suppressions_are_those_of_the_file(
    stored: list[Suppression], wanted: list[Suppression]
) -> None:
    plan = plan_import(stored, wanted, prune=True)
    table = {suppression.id: suppression for suppression in stored} | {
        suppression.id: suppression for suppression in plan.written
    }
    for suppression in plan.removed:
        del table[suppression.id]
    assert table == {suppression.id: suppression for suppression in wanted}
    assert plan_import(table.values(), wanted, prune=True) == ImportPlan(
        unchanged=tuple(sorted(wanted, key=lambda suppression: suppression.id))
    )
