from dataclasses import replace
from typing import Any

import pytest

from ecr_scan_reporter.domain.suppressions.differences import SuppressionChange
from ecr_scan_reporter.domain.suppressions.fields import InvalidSuppressionsError, suppression_fields
from ecr_scan_reporter.domain.suppressions.imports import ImportPlan
from ecr_scan_reporter.use_cases.suppressions.imports import NothingToImportError, import_suppressions
from tests.unit.samples import NOW, ago
from tests.unit.use_cases.suppressions.store import FakeStore, suppression

A, B, C, D = (suppression(id_) for id_ in "abcd")
CHANGED = replace(B, reason="Not linked.")
CHANGE = SuppressionChange(B, CHANGED)
DOCUMENT = {"suppressions": [suppression_fields(each) for each in (CHANGED, C, D)]}


def imported(store: FakeStore, document: Any = DOCUMENT, *, prune: bool = False, dry_run: bool = False) -> ImportPlan:
    return import_suppressions(document, store, author=store.author, now=NOW, prune=prune, dry_run=dry_run)


def test_an_import_writes_what_differs_and_leaves_the_rest() -> None:
    store = FakeStore.of(A, B, C)
    assert imported(store) == ImportPlan(added=(D,), changed=(CHANGE,), unchanged=(C,))
    assert store.stored == {"a": A, "b": CHANGED, "c": C, "d": D}
    assert store.calls == ["all", "author", "save d", "save b"]


def test_an_import_that_prunes_removes_what_the_document_lacks() -> None:
    store = FakeStore.of(A, B, C)
    assert imported(store, prune=True) == ImportPlan((D,), (CHANGE,), (C,), removed=(A,))
    assert store.stored == {"b": CHANGED, "c": C, "d": D}


def test_a_dry_run_returns_the_same_plan_and_changes_nothing() -> None:
    store = FakeStore.of(A, B, C)
    assert imported(store, prune=True, dry_run=True) == ImportPlan((D,), (CHANGE,), (C,), (A,))
    assert store.calls == ["all", "author"]


def test_a_second_import_changes_nothing() -> None:
    store = FakeStore.of(A, B, C)
    imported(store, prune=True)
    store.calls.clear()
    assert imported(store, prune=True) == ImportPlan(unchanged=(CHANGED, C, D))
    assert store.calls == ["all", "author"]


def test_a_stored_suppression_keeps_its_author_and_moment() -> None:
    earlier = replace(A, created_by="carol", created_at=ago(days=9))
    store = FakeStore.of(earlier)
    fields = {key: value for key, value in suppression_fields(A).items() if not key.startswith("created")}
    plan = imported(store, [fields | {"reason": "Not linked."}, fields | {"id": "new"}])
    assert plan.changed == (SuppressionChange(earlier, replace(earlier, reason="Not linked.")),)
    assert [(each.created_by, each.created_at) for each in plan.added] == [("arn:aws:iam::123456789012:user/ada", NOW)]


def test_a_wrong_document_is_refused_with_all_its_faults_before_any_call() -> None:
    store = FakeStore.of(A)
    wrong = [suppression_fields(A) | {"until": "soon"}, suppression_fields(B) | {"packge": "openssl"}]
    with pytest.raises(InvalidSuppressionsError) as error:
        imported(store, wrong, prune=True)
    assert [fault.error.name for fault in error.value.faults] == ["until of suppression a", "a key of suppression b"]
    assert (store.stored, store.calls) == ({"a": A}, [])


@pytest.mark.parametrize("dry_run", [False, True])
def test_an_empty_document_prunes_only_what_it_may(dry_run: bool) -> None:
    store = FakeStore.of(A, B)
    with pytest.raises(NothingToImportError):
        imported(store, [], prune=True, dry_run=dry_run)
    assert store.calls == []
    assert imported(store, []) == ImportPlan()
    plan = import_suppressions([], store, author=store.author, now=NOW, prune=True, dry_run=dry_run, allow_empty=True)
    assert plan == ImportPlan(removed=(A, B))
    assert store.stored == ({"a": A, "b": B} if dry_run else {})
