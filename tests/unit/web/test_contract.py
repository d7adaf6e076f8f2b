"""The API against its own description: schemathesis makes right and wrong requests of each operation."""

from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.specs.openapi.checks import positive_data_acceptance

from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from ecr_scan_reporter.web.openapi import openapi_document
from tests.unit.web.world import WRITE, World
from tests.unit.web.wsgi import WsgiApi

application = WsgiApi()
schema = schemathesis.openapi.from_dict(openapi_document())
schema.app = application


@schema.parametrize()
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_every_operation_does_what_it_says(case: Case[Any], snapshot: SnapshotInventory) -> None:
    application.world = World(snapshot)
    case.call_and_validate(
        headers={"Authorization": f"Bearer {WRITE}", "Accept-Encoding": "identity"},
        excluded_checks=[positive_data_acceptance] if is_related(case) else [],
    )
    assert application.world.problems == []


def is_related(case: Case[Any]) -> bool:
    """Return whether a request may be wrong although each value is right.

    A cursor belongs to a question, an end comes after its beginning, history is of a repository or of an owner, and
    a suppression has a justification with some kinds alone, and an author with a token.
    """
    query = case.query or {}
    body = case.body if isinstance(case.body, dict) else {}
    is_unsigned = case.path == "/suppressions" and "createdBy" not in body
    return (
        not {"cursor", "since", "until"}.isdisjoint(query)
        or {"repository", "owner"} <= query.keys()
        or "justification" in body
        or is_unsigned
    )
