from datetime import date
from typing import Any

import pytest

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
    "cve-2024-openssl",
    "CVE-2024-*",
    "Headers alone.",
    date(2026, 3, 31),
    "arn:aws:iam::123456789012:user/ada",
    NOW,
    package="openssl*",
)


def add(store: FakeStore, fields: dict[str, Any], *, replace: bool = False) -> Addition:
    return add_suppression(fields, store, author=store.author, now=NOW, replace=replace)


def test_a_suppression_without_id_author_and_moment_gets_them() -> None:
    store = FakeStore()
    assert add(store, FIELDS) == Addition(MADE, replaced=False)
    assert store.stored == {MADE.id: MADE}


def test_a_suppression_keeps_the_id_author_and_moment_that_it_has() -> None:
    store = FakeStore()
    given = {"id": "openssl", "createdBy": "carol", "createdAt": "2026-01-30T12:00:00Z"}
    made = add(store, FIELDS | given).suppression
    assert (made.id, made.created_by, made.created_at) == ("openssl", "carol", ago(days=1))
    assert store.calls == ["add openssl"], "the author is not looked up"


def test_a_taken_id_is_refused_and_the_stored_suppression_stays() -> None:
    store = FakeStore.of(suppression(MADE.id))
    with pytest.raises(SuppressionExistsError, match=f"^a suppression {MADE.id} is stored already$") as error:
        add(store, FIELDS)
    assert error.value.id == MADE.id
    assert store.stored == {MADE.id: suppression(MADE.id)}


@pytest.mark.parametrize("before", [[], [suppression(MADE.id)]], ids=["new", "stored"])
def test_the_outcome_says_whether_a_suppression_was_replaced(before: list[Suppression]) -> None:
    store = FakeStore.of(*before)
    assert add(store, FIELDS, replace=True) == Addition(MADE, replaced=bool(before))
    assert store.stored == {MADE.id: MADE}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"until": "soon"}, "until of suppression cve-2024-openssl is 'soon'"),
        ({"cve": 7}, "cve of suppression openssl is 7"),
        ({"cve": "*", "package": "*"}, "id of the suppression is ''"),
        ({"packge": "openssl"}, "a key of suppression cve-2024-openssl is 'packge'"),
        ({"createdBy": ""}, "createdBy of suppression cve-2024-openssl is ''"),
    ],
    ids=str,
)
def test_wrong_fields_are_refused_before_any_call(fields: dict[str, Any], said: str) -> None:
    store = FakeStore()
    with pytest.raises(InvalidInputError, match=f"^{said}: allowed is "):
        add(store, FIELDS | fields, replace=True)
    assert store.calls == []


def test_all_suppressions_are_listed_also_those_that_have_ended() -> None:
    store = FakeStore.of(suppression("b"), suppression("a"), MADE)
    assert list_suppressions(store) == [suppression("a"), suppression("b"), MADE]


def test_remove_returns_whether_the_suppression_was_stored() -> None:
    store = FakeStore.of(suppression("a"), suppression("b"))
    assert [remove_suppression(id_, store) for id_ in ("a", "a")] == [True, False]
    assert list(store.stored) == ["b"]
