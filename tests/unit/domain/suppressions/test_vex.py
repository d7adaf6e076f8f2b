import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.stored_result import StoredResult
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.ends import FIXED, End
from ecr_scan_reporter.domain.suppressions.kinds import Justification, SuppressionKind
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.domain.suppressions.vex import (
    Inexpressible,
    Statement,
    image_statements,
    registry_host,
    suppression_statements,
    vex_document,
)
from ecr_scan_reporter.errors import InvalidInputError
from tests.unit.domain.suppressions.openvex import SCHEMA
from tests.unit.domain.suppressions.samples import SUPPRESSIONS
from tests.unit.samples import DIGEST, NOW, REPOSITORY

TODAY = NOW.date()
HOST = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
DIGEST_PURL = f"pkg:oci/app@{DIGEST}?repository_url={HOST}/team/app"


ACCEPTED_RISK, FALSE_POSITIVE, NOT_AFFECTED = SuppressionKind


def suppression(id_: str = "a", cve: str = "CVE-2024-1", **facts: Any) -> Suppression:
    typical: dict[str, Any] = {
        "reason": "not reachable",
        "until": None,
        "created_by": "alice",
        "created_at": datetime(2026, 1, 1, 8, tzinfo=UTC),
    }
    return Suppression(id_, cve, **(typical | facts))


def expressed(*suppressions: Suppression) -> list[tuple[str, dict[str, list[str]]]]:
    statements, _ = suppression_statements(suppressions, today=TODAY, host=HOST)
    return [
        (s.vulnerability, {product: list(packages) for product, packages in s.products.items()}) for s in statements
    ]


@pytest.mark.parametrize(
    ("made", "vulnerability", "products"),
    [
        (suppression(), "CVE-2024-1", {f"https://{HOST}": []}),
        (suppression(cve="cve-2024-1"), "CVE-2024-1", {f"https://{HOST}": []}),
        (suppression(cve="GHSA-2qrg-x229-3v8q"), "GHSA-2qrg-x229-3v8q", {f"https://{HOST}": []}),
        (suppression(repository="team/app"), "CVE-2024-1", {f"pkg:oci/app?repository_url={HOST}/team/app": []}),
        (
            suppression(repository="team/app", tag="1.2+a"),
            "CVE-2024-1",
            {f"pkg:oci/app?repository_url={HOST}/team/app&tag=1.2%2Ba": []},
        ),
        (suppression(package="openssl"), "CVE-2024-1", {f"https://{HOST}": ["pkg:generic/openssl"]}),
    ],
    ids=["registry", "lower case", "no CVE", "repository", "tag", "package"],
)
def test_a_suppression_without_globs_is_expressed_as_it_stands(
    made: Suppression, vulnerability: str, products: dict[str, list[str]]
) -> None:
    assert expressed(made) == [(vulnerability, products)]


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (suppression(cve="CVE-2024-*"), "its cve is a glob"),
        (suppression(repository="team/?"), "its repository is a glob"),
        (suppression(repository="team/app", tag="1.[23]"), "its tag is a glob"),
        (suppression(package="open*"), "its package is a glob"),
        (suppression(tag="1.2"), "it has a tag and no repository"),
        (suppression(most_severity=Severity.LOW), "it depends on the severity"),
        (suppression(package="/"), "the package is '/': allowed is one with a name that fits a package URL"),
        (suppression(repository="/"), "the repository is '/': allowed is one with a name that fits a package URL"),
    ],
    ids=["cve", "repository", "tag", "package", "tag alone", "severity", "no package", "no repository"],
)
def test_a_suppression_that_openvex_cannot_express_comes_with_the_reason(made: Suppression, why: str) -> None:
    assert suppression_statements([made], today=TODAY, host=HOST) == ([], [Inexpressible(made, why)])


def test_whether_a_fix_is_known_is_a_question_of_images_unless_the_risk_is_accepted() -> None:
    accepted = suppression("a", until=FIXED)
    others = [replace(accepted, id=kind.value, kind=kind) for kind in (FALSE_POSITIVE, NOT_AFFECTED)]
    statements, inexpressible = suppression_statements([accepted, *others], today=TODAY, host=HOST)
    assert [statement.suppression for statement in statements] == [accepted]
    assert inexpressible == [Inexpressible(each, "it depends on whether a fix is known") for each in others]


def test_only_suppressions_in_force_are_expressed_and_by_id() -> None:
    ended = suppression("c", until=TODAY - timedelta(days=1))
    statements, inexpressible = suppression_statements(
        [suppression("b"), ended, replace(ended, cve="*"), suppression("a")], today=TODAY, host=HOST
    )
    assert ([statement.suppression.id for statement in statements], inexpressible) == (["a", "b"], [])


def test_the_host_is_that_of_the_partition() -> None:
    assert registry_host("123456789012", "cn-north-1") == "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn"


OPENSSL = Finding("CVE-2024-1", Severity.HIGH, "openssl", "3.0.11")
LIBSSL = Finding("CVE-2024-1", Severity.LOW, "libssl3", "3.0.11")
CURL = Finding("CVE-2024-2", Severity.HIGH, "curl", "7.88.1")


def image(*findings: Finding, name: str = "team/app", tags: tuple[str, ...] = ("1.2",)) -> StoredResult:
    return StoredResult(ImageId(replace(REPOSITORY, name=name), DIGEST), tags, NOW, findings)


def products_of(images: list[StoredResult], *suppressions: Suppression) -> dict[tuple[str, str], dict[str, list[str]]]:
    statements = image_statements(images, suppressions, today=TODAY)
    return {
        (s.suppression.id, s.vulnerability): {product: list(packages) for product, packages in s.products.items()}
        for s in statements
    }


def test_a_statement_names_all_images_in_which_a_suppression_suppresses_a_vulnerability() -> None:
    images = [image(OPENSSL, CURL), image(OPENSSL, name="team/web"), image(OPENSSL, name="other")]
    web = DIGEST_PURL.replace("app", "web")
    assert products_of(images, suppression(cve="CVE-*", repository="team/*")) == {
        ("a", "CVE-2024-1"): {DIGEST_PURL: [], web: []},
        ("a", "CVE-2024-2"): {DIGEST_PURL: []},
    }


def test_packages_are_named_where_the_suppression_is_for_some() -> None:
    assert products_of([image(OPENSSL)], suppression(package="open*")) == {
        ("a", "CVE-2024-1"): {DIGEST_PURL: ["pkg:generic/openssl@3.0.11"]}
    }


def test_packages_are_named_where_the_vulnerability_is_left_in_others() -> None:
    assert products_of([image(OPENSSL, LIBSSL)], suppression(most_severity=Severity.LOW)) == {
        ("a", "CVE-2024-1"): {DIGEST_PURL: ["pkg:generic/libssl3@3.0.11"]}
    }


def test_a_suppression_until_a_fix_names_only_the_packages_without_one() -> None:
    fixable = replace(LIBSSL, fix_available="YES")
    until_fixed = suppression(until=FIXED, kind=NOT_AFFECTED)
    assert products_of([image(fixable)], until_fixed) == {}
    assert products_of([image(OPENSSL)], until_fixed) == {("a", "CVE-2024-1"): {DIGEST_PURL: []}}
    assert products_of([image(OPENSSL, fixable)], until_fixed) == {
        ("a", "CVE-2024-1"): {DIGEST_PURL: ["pkg:generic/openssl@3.0.11"]}
    }


def test_all_packages_of_a_shared_finding_are_named() -> None:
    shared = replace(OPENSSL, also=(("libssl3", "3.0.12"),))
    assert products_of([image(shared)], suppression(package="*ssl*")) == {
        ("a", "CVE-2024-1"): {DIGEST_PURL: ["pkg:generic/libssl3@3.0.12", "pkg:generic/openssl@3.0.11"]}
    }


def test_a_suppression_of_packages_never_expresses_a_finding_without_a_package_for_the_whole_image() -> None:
    assert products_of([image(replace(OPENSSL, package="", version=""))], suppression(package="*")) == {}


def test_the_suppressions_of_today_decide_and_not_the_mark_that_was_stored() -> None:
    stored = image(replace(OPENSSL, suppressed_by="gone"))
    assert products_of([stored]) == {}
    assert products_of([stored], suppression(until=TODAY - timedelta(days=1))) == {}
    assert list(products_of([stored], suppression("b"))) == [("b", "CVE-2024-1")]


STATEMENTS = [
    Statement(
        "CVE-2024-1",
        suppression(until=date(2026, 3, 31), kind=NOT_AFFECTED, justification=Justification.CODE_NOT_IN_EXECUTE_PATH),
        {"pkg:oci/b": (), "pkg:oci/a": ["pkg:generic/openssl"]},
    ),
    Statement("CVE-2024-2", suppression("b", created_by="bob"), {f"https://{HOST}": ()}),
]


def test_the_document_has_vulnerability_products_reason_start_and_end() -> None:
    document = vex_document(STATEMENTS, now=NOW)
    identity = document.pop("@id")
    assert identity.startswith("https://openvex.dev/docs/ecr-scan-reporter/vex-")
    assert document == {
        "@context": "https://openvex.dev/ns/v0.2.0",
        "author": "alice, bob",
        "timestamp": "2026-01-31T12:00:00Z",
        "version": 1,
        "tooling": "ecr-scan-reporter",
        "statements": [
            {
                "vulnerability": {"name": "CVE-2024-1"},
                "timestamp": "2026-01-01T08:00:00Z",
                "products": [
                    {"@id": "pkg:oci/a", "subcomponents": [{"@id": "pkg:generic/openssl"}]},
                    {"@id": "pkg:oci/b"},
                ],
                "status": "not_affected",
                "status_notes": "Suppression a, made by alice",
                "justification": "vulnerable_code_not_in_execute_path",
                "impact_statement": "not reachable (until 2026-03-31)",
            },
            {
                "vulnerability": {"name": "CVE-2024-2"},
                "timestamp": "2026-01-01T08:00:00Z",
                "products": [{"@id": f"https://{HOST}"}],
                "status": "affected",
                "status_notes": "Suppression b, made by bob",
                "action_statement": "Risk accepted without end: not reachable",
            },
        ],
    }


@pytest.mark.parametrize("kind", [FALSE_POSITIVE, NOT_AFFECTED])
@pytest.mark.parametrize("justification", [None, *Justification])
def test_findings_that_do_not_count_are_not_affected(
    kind: SuppressionKind, justification: Justification | None
) -> None:
    assert status_of(suppression(kind=kind, justification=justification)) == {
        "status": "not_affected",
        **({"justification": justification.value} if justification else {}),
        "impact_statement": "not reachable",
    }


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (None, "Risk accepted without end: not reachable"),
        (date(2026, 3, 31), "Risk accepted until 2026-03-31: not reachable"),
        (FIXED, "Risk accepted until a fix is available: not reachable"),
    ],
    ids=str,
)
def test_an_accepted_risk_affects_the_image_and_says_what_is_done(until: End, words: str) -> None:
    assert status_of(suppression(until=until)) == {"status": "affected", "action_statement": words}


def status_of(made: Suppression) -> dict[str, str]:
    """Return what the statement of a suppression says of the status, but for its notes."""
    document = vex_document([Statement("CVE-2024-1", made, {"pkg:oci/a": ()})], now=NOW)
    jsonschema.validate(document, SCHEMA)
    others = {"vulnerability", "timestamp", "products", "status_notes"}
    return {name: value for name, value in document["statements"][0].items() if name not in others}


def test_documents_with_the_same_statements_have_the_same_id() -> None:
    first = vex_document(STATEMENTS, now=NOW)["@id"]
    assert vex_document(STATEMENTS, now=NOW + timedelta(days=1))["@id"] == first
    assert vex_document(STATEMENTS[:1], now=NOW)["@id"] != first
    assert vex_document(STATEMENTS, now=NOW, author="security@example.com")["@id"] != first


def test_the_author_may_be_given() -> None:
    assert vex_document(STATEMENTS, now=NOW, author="security@example.com")["author"] == "security@example.com"


def test_there_is_no_document_without_statements() -> None:
    with pytest.raises(InvalidInputError, match="at least one statement"):
        vex_document([], now=NOW)


def test_the_schema_notices_a_document_that_breaks_it() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    document = vex_document(STATEMENTS, now=NOW)
    jsonschema.validate(document, SCHEMA)
    not_affected, affected = document["statements"]
    without_why = {key: not_affected[key] for key in not_affected if key not in ("justification", "impact_statement")}
    without_action = {key: affected[key] for key in affected if key != "action_statement"}
    for wrong in (
        without_why,
        without_action,
        not_affected | {"action_statement": "update"},
        affected | {"impact_statement": "none"},
        affected | {"justification": "component_not_present"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(document | {"statements": [wrong]}, SCHEMA)


IMAGES = st.lists(
    st.builds(
        StoredResult,
        image=st.builds(
            ImageId,
            st.builds(Repository, st.just("123456789012"), st.just("eu-west-1"), st.sampled_from(["team/app", "a"])),
            st.sampled_from([DIGEST, f"sha256:{0:064}"]),
        ),
        tags=st.tuples(st.sampled_from(["1.2", "latest"])),
        completed_at=st.just(NOW),
        findings=st.lists(
            st.builds(
                Finding,
                st.sampled_from(["CVE-1", "CVE-2", "unnamed finding"]),
                st.sampled_from(Severity),
                st.text(max_size=3),
                st.text(max_size=3),
            ),
            max_size=3,
        ).map(tuple),
    ),
    max_size=3,
)


@given(
    IMAGES,
    st.lists(SUPPRESSIONS, max_size=3, unique_by=lambda suppression: suppression.id),
    st.sampled_from(["CVE-*", "*", "CVE-1"]),
)
def test_documents_keep_to_the_schema_whatever_suppressions_and_images_there_are(
    images: list[StoredResult], suppressions: list[Suppression], cve: str
) -> None:
    everywhere = [replace(suppression, cve=cve, repository=None, tag=None) for suppression in suppressions]
    for statements in (
        suppression_statements(suppressions, today=TODAY, host=HOST)[0],
        image_statements(images, everywhere, today=TODAY),
    ):
        if statements:
            document = vex_document(statements, now=NOW)
            jsonschema.validate(json.loads(json.dumps(document)), SCHEMA)
            assert "unnamed finding" not in {s["vulnerability"]["name"] for s in document["statements"]}
