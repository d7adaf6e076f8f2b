from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ecr_scan_reporter.domain.findings.stored_result import StoredResult
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.domain.suppressions.vex import Inexpressible
from ecr_scan_reporter.use_cases.suppressions.exports import VexExport, export_vex, export_vex_of_images
from tests.unit.samples import DIGEST, FINDINGS, IMAGE_ID, NOW, REPOSITORY
from tests.unit.use_cases.suppressions.store import FakeStore, suppression

HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
A, GLOB = suppression("a"), replace(suppression("glob"), cve="CVE-2024-*")
RESULT = StoredResult(IMAGE_ID, ("1.2",), NOW, FINDINGS)


def statements(export: VexExport) -> list[tuple[str, list[str]]]:
    """Return vulnerability and products of each statement."""
    document: Any = export.document
    return [
        (statement["vulnerability"]["name"], [product["@id"] for product in statement["products"]])
        for statement in document["statements"]
    ]


def test_suppressions_are_expressed_for_the_registry_and_the_others_come_with_the_reason() -> None:
    export = export_vex(FakeStore.of(GLOB, A), HOST, now=NOW)
    assert statements(export) == [("CVE-2023-38545", [f"https://{HOST}"])]
    assert export.inexpressible == (Inexpressible(GLOB, "its cve is a glob"),)


def test_with_stored_results_exactly_the_images_that_match_are_named() -> None:
    other = replace(RESULT, image=ImageId(replace(REPOSITORY, name="other"), DIGEST), findings=FINDINGS[2:])
    export = export_vex_of_images(FakeStore.of(GLOB, A), [RESULT, other], now=NOW)
    image = f"pkg:oci/app@{DIGEST}?repository_url={HOST}/team/app"
    assert statements(export) == [("CVE-2023-38545", [image]), ("CVE-2024-2961", [image])]
    assert export.inexpressible == ()


def test_the_author_may_be_given() -> None:
    for export in (
        export_vex(FakeStore.of(A), HOST, now=NOW, author="security@example.com"),
        export_vex_of_images(FakeStore.of(A), [RESULT], now=NOW, author="security@example.com"),
    ):
        assert export.document is not None
        assert export.document["author"] == "security@example.com"


def test_there_is_no_document_without_statements() -> None:
    assert export_vex(FakeStore.of(GLOB), HOST, now=NOW).document is None
    assert export_vex_of_images(FakeStore.of(A), [], now=NOW) == VexExport(None)


LATE = datetime(2026, 1, 31, 23, tzinfo=timezone(timedelta(hours=-5)))


@pytest.mark.parametrize(("now", "is_expressed"), [(NOW, True), (NOW + timedelta(days=1), False), (LATE, False)])
def test_the_day_of_utc_decides_which_suppressions_are_in_force(now: datetime, is_expressed: bool) -> None:
    store = FakeStore.of(replace(A, until=NOW.date()))
    assert (export_vex(store, HOST, now=now).document is not None) is is_expressed
    assert (export_vex_of_images(store, [RESULT], now=now).document is not None) is is_expressed
