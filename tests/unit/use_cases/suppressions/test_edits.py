from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ecr_scan_reporter.domain.suppressions.ids import default_id
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.use_cases.suppressions.edits import (
    Addition,
    SuppressionExistsError,
    add_suppression,
    list_suppressions,
    remove_suppression,
)
from tests.unit.samples import NOW, ago
from tests.unit.use_cases.suppressions.store import FIELDS, FakeStore, suppression

MADE = Suppression(
    default_id(FIELDS),
    "CVE-2024-*",
    "Headers alone.",
    date(2026, 3, 31),
    "arn:aws:iam::123456789012:user/ada",
    NOW,
    package="openssl*",
)


def add(store: FakeStore, fields: dict[str, Any], **options: bool) -> Addition:
    return add_suppression(fields, store, author=store.author, now=NOW, **options)


def test_a_suppression_without_id_author_and_moment_gets_them() -> None:
    store = FakeStore()
    assert add(store, FIELDS) == Addition(MADE)
    assert store.stored == {MADE.id: MADE}


def test_a_suppression_keeps_the_id_author_and_moment_that_it_has() -> None:
    store = FakeStore()
    given = {"id": "openssl", "createdBy": "carol", "createdAt": "2026-01-30T12:00:00Z"}
    made = add(store, FIELDS | given).suppression
    assert (made.id, made.created_by, made.created_at) == ("openssl", "carol", ago(days=1))
    assert store.calls == ["add openssl"], "the author is not looked up"


def test_a_taken_id_is_refused_and_the_stored_suppression_stays() -> None:
    store = FakeStore.of(suppression(MADE.id))
    with pytest.raises(SuppressionExistsError, match=f"^a suppression {MADE.id}: CVE-2023-38545 is stored") as error:
        add(store, FIELDS)
    assert (error.value.wanted, error.value.stored) == (MADE, suppression(MADE.id))
    assert store.stored == {MADE.id: suppression(MADE.id)}


@pytest.mark.parametrize("before", [None, replace(MADE, reason="First.")], ids=["new", "stored"])
@pytest.mark.parametrize("dry_run", [False, True])
def test_the_outcome_has_the_suppression_that_is_replaced(before: Suppression | None, dry_run: bool) -> None:
    store = FakeStore.of(*([before] if before else []))
    assert add(store, FIELDS, replace=True, dry_run=dry_run) == Addition(MADE, before)
    assert store.stored.get(MADE.id) == (before if dry_run else MADE)


def test_a_dry_run_meets_a_taken_id_as_well() -> None:
    store = FakeStore.of(suppression(MADE.id))
    with pytest.raises(SuppressionExistsError):
        add(store, FIELDS, dry_run=True)


def test_a_made_id_replaces_no_suppression_of_another_scope() -> None:
    wider = replace(MADE, package=None)
    store = FakeStore.of(wider)
    with pytest.raises(SuppressionExistsError) as error:
        add(store, FIELDS, replace=True)
    assert (error.value.may_be_replaced, store.stored) == (False, {MADE.id: wider})
    assert add(store, FIELDS | {"id": MADE.id}, replace=True) == Addition(MADE, wider), "its id was given on purpose"


@pytest.mark.parametrize(
    ("until", "day"),
    [
        ("90d", date(2026, 5, 1)),
        ("1m", date(2026, 2, 28)),
        ("2w3d", date(2026, 2, 17)),
        ("36h", date(2026, 2, 1)),
        ("2026-03-31", date(2026, 3, 31)),
        ("never", None),
    ],
)
def test_a_time_from_today_becomes_the_last_day(until: str, day: date | None) -> None:
    store = FakeStore()
    assert add(store, FIELDS | {"until": until}).suppression.until == day


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"until": "soon"}, "until of suppression {made} is 'soon'"),
        ({"cve": 7}, "cve of suppression openssl_[0-9a-f]{{8}} is 7"),
        ({"packge": "openssl"}, "a key of suppression {made} is 'packge'"),
        ({"createdBy": ""}, "createdBy of suppression {made} is ''"),
    ],
    ids=str,
)
def test_wrong_fields_are_refused_before_any_call(fields: dict[str, Any], said: str) -> None:
    store = FakeStore()
    with pytest.raises(InvalidInputError, match=f"^{said.format(made=MADE.id)}: allowed is "):
        add(store, FIELDS | fields, replace=True)
    assert store.calls == []


def test_all_suppressions_are_listed_also_those_that_have_ended() -> None:
    store = FakeStore.of(suppression("b"), suppression("a"), MADE)
    assert list_suppressions(store) == [suppression("a"), suppression("b"), MADE]


def test_remove_returns_whether_the_suppression_was_stored() -> None:
    store = FakeStore.of(suppression("a"), suppression("b"))
    assert [remove_suppression(id_, store) for id_ in ("a", "a")] == [True, False]
    assert list(store.stored) == ["b"]
