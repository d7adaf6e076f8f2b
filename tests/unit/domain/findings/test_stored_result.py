"""A stored result reads back as it was, and a malformed one is refused by the name of its wrong member."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecr_scan_reporter.domain.findings.changes import Baseline, compare
from ecr_scan_reporter.domain.findings.documents import finding_document, result_document
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.findings.stored_result import StoredResult, parse_stored_result
from ecr_scan_reporter.domain.moments import format_moment
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError
from tests.unit.samples import DIGEST, IMAGE_ID, NOW, SCANNED_IMAGE

COMPLETED = datetime(2026, 1, 31, 4, 0, 48, tzinfo=UTC)
FINDING = Finding(
    "CVE-2024-1",
    Severity.HIGH,
    "openssl",
    "3.0.11",
    9.8,
    "https://x.example",
    "A flaw.",
    also=(("libssl3", "3.0.12"),),
    fix_available="YES",
    fixed_in="3.0.13",
    exploit_available=True,
    epss=0.5,
    first_seen_at=NOW,
    suppressed_by="accepted",
)
FINDINGS = (FINDING, Finding("CVE-2", Severity.LOW, score=0.0, exploit_available=False))


def stored(*findings: Finding, completed_at: datetime | None = COMPLETED) -> Any:
    """Return the document of a result, as it comes out of the bucket."""
    result = ScanResult(ScanStatus.COMPLETE, completed_at, "Done.", {Severity.HIGH: 1}, findings)
    return json.loads(json.dumps(result_document(SCANNED_IMAGE, result)))


@pytest.mark.parametrize("completed_at", [COMPLETED, None], ids=["dated", "undated"])
def test_a_result_is_read_as_it_was_stored(completed_at: datetime | None) -> None:
    result = parse_stored_result(stored(*FINDINGS, completed_at=completed_at))
    assert result == StoredResult(IMAGE_ID, ("latest", "1.2"), completed_at, FINDINGS)


def test_a_result_is_the_baseline_of_the_next_one() -> None:
    assert parse_stored_result(stored(FINDING)).baseline == Baseline(DIGEST, COMPLETED, (FINDING,))


def test_members_of_later_versions_are_skipped() -> None:
    document = stored(FINDING)
    assert parse_stored_result(document | {"schemaVersion": "2.0", "cvss": [1]}) == parse_stored_result(document)


def test_moments_are_read_in_utc() -> None:
    document = stored() | {"scan": {"completedAt": "2026-01-31T01:00:00+02:00"}}
    read = parse_stored_result(document).completed_at
    assert read is not None
    assert read.isoformat() == "2026-01-30T23:00:00+00:00"


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ((), [], "the stored result is []: allowed is a JSON object"),
        (("registryId",), None, "registryId of the stored result is None: allowed is a text"),
        (("region",), "", "region of the stored result is '': allowed is a text that is not empty"),
        (("repository",), 7, "repository of the stored result is 7: allowed is a text"),
        (
            ("repository",),
            "Team App",
            "registry, region and repository of the stored result is '123456789012/eu-west-1/Team App': allowed is a",
        ),
        (("imageDigest",), "", "imageDigest of the stored result is '': allowed is a text that is not empty"),
        (("imageTags",), "1.2", "imageTags of the stored result is '1.2': allowed is a list"),
        (("imageTags", 1), 1.2, "imageTags[1] of the stored result is 1.2: allowed is a text"),
        (("scan",), "COMPLETE", "scan of the stored result is 'COMPLETE': allowed is a JSON object"),
        (("scan", "completedAt"), 7, "completedAt of scan of the stored result is 7: allowed is a moment"),
        (("scan", "completedAt"), "2026-01-31", "completedAt of scan of the stored result is '2026-01-31'"),
        (("findings",), {}, "findings of the stored result is {}: allowed is a list"),
        (("findings", 1), "CVE-2", "findings[1] of the stored result is 'CVE-2': allowed is a JSON object"),
        (("findings", 0, "name"), None, "name of findings[0] of the stored result is None: allowed is a text"),
        (("findings", 0, "severity"), 3, "severity of findings[0] of the stored result is 3: allowed is a text"),
        (("findings", 0, "score"), "9.8", "score of findings[0] of the stored result is '9.8': allowed is a finite"),
        (("findings", 0, "score"), True, "score of findings[0] of the stored result is True: allowed is a finite"),
        (("findings", 0, "epss"), 10**400, "epss of findings[0] of the stored result is 1000"),
        (("findings", 0, "epss"), float("nan"), "epss of findings[0] of the stored result is nan: allowed is a finite"),
        (("findings", 0, "exploitAvailable"), "YES", "exploitAvailable of findings[0] of the stored result is 'YES'"),
        (("findings", 0, "alsoIn"), None, "alsoIn of findings[0] of the stored result is None: allowed is a list"),
        (("findings", 0, "alsoIn", 0), [], "alsoIn[0] of findings[0] of the stored result is []: allowed is a JSON"),
        (
            ("findings", 0, "alsoIn", 0, "version"),
            3,
            "version of alsoIn[0] of findings[0] of the stored result is 3: allowed is a text",
        ),
        (
            ("findings", 0, "firstSeenAt"),
            "0001-01-01T00:00:00+23:59",
            "firstSeenAt of findings[0] of the stored result is '0001-01-01T00:00:00+23:59': allowed is a moment",
        ),
    ],
    ids=str,
)
def test_a_wrong_member_is_named_with_its_value(path: tuple[str | int, ...], value: Any, said: str) -> None:
    with pytest.raises(InvalidInputError) as error:
        parse_stored_result(replaced(stored(*FINDINGS), path, value))
    assert str(error.value).startswith(said)


@pytest.mark.parametrize("name", ["registryId", "region", "repository", "imageDigest", "imageTags", "scan", "findings"])
def test_a_result_without_one_of_its_members_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError, match=f"^{name} of the stored result is None: allowed is "):
        parse_stored_result(without(stored(FINDING), (name,)))


@pytest.mark.parametrize("name", list(finding_document(FINDING)))
def test_a_finding_without_one_of_its_members_is_read(name: str) -> None:
    (finding,) = parse_stored_result(without(stored(FINDING), ("findings", 0, name))).findings
    assert finding != FINDING


# One value of each JSON type, and those that are of a right type and wrong all the same.
OTHERS: list[Any] = [
    None,
    True,
    0,
    -1.5,
    "",
    "text",
    [],
    [[]],
    {},
    {"a": None},
    10**400,
    float("nan"),
    "9999-12-31T23:59:59-23:59",
]
Path = tuple[str | int, ...]


def places(value: Any, path: Path = ()) -> list[Path]:
    """Return the path to each value of a document."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, entry in entries for place in places(entry, (*path, key)))]


def replaced(document: Any, path: Path, value: Any) -> Any:
    """Put a value in one place of a document."""
    if not path:
        return value
    _parent(document, path)[path[-1]] = value
    return document


def without(document: Any, path: Path) -> Any:
    """Take one value out of a document."""
    if path:
        del _parent(document, path)[path[-1]]
    return document if path else None


def _parent(document: Any, path: Path) -> Any:
    for key in path[:-1]:
        document = document[key]
    return document


MUTATIONS = st.tuples(
    st.sampled_from(sorted(places(stored(*FINDINGS)), key=str)), st.none() | st.sampled_from(OTHERS).map(lambda v: [v])
)


@settings(max_examples=500)
@given(MUTATIONS)
def test_a_mutated_result_is_read_or_refused_and_what_is_read_can_be_used(
    mutation: tuple[Path, list[Any] | None],
) -> None:
    path, other = mutation
    document = stored(*FINDINGS)
    with suppress(InvalidInputError):
        result = parse_stored_result(without(document, path) if other is None else replaced(document, path, other[0]))
        compare(result.baseline, FINDINGS)
        format_moment(result.completed_at)
        json.dumps([finding_document(finding) for finding in result.findings], allow_nan=False)
