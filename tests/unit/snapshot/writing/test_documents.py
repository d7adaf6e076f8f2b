import json
from pathlib import Path
from typing import Any

import pytest

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.selection import FindingFilter
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.snapshot.files import SnapshotFiles, open_for_writing
from ecr_scan_reporter.snapshot.writing.documents import NO_EPSS, NO_SCORE, check_members, read_findings
from ecr_scan_reporter.snapshot.writing.findings import FindingsWriter
from tests.unit.snapshot.registries import MadeImage, MadeRegistry, build, made_image

LOG4J = {"name": "CVE-2021-44228", "severity": "CRITICAL", "package": "log4j", "version": "2.14"}

# JSON may have one without the other, and UTF-8 may not.
HALF_A_PAIR = "\ud83d"


def document(*findings: object) -> dict[str, Any]:
    return {
        "registryId": "123456789012",
        "region": "eu-west-1",
        "repository": "team/app",
        "imageDigest": "sha256:" + "ab" * 32,
        "imageTags": [],
        "scan": {},
        "findings": list(findings),
    }


def test_findings_are_grouped_by_package_and_sorted() -> None:
    older = LOG4J | {"name": "CVE-2019-1", "severity": "LOW", "firstSeenAt": "1970-01-03T00:00:00Z"}
    groups = read_findings(document(LOG4J, older, LOG4J | {"package": "zlib"}), 5)
    assert list(groups) == [("log4j", "2.14"), ("zlib", "2.14")]
    assert [(member[0], member[1], day) for member, day, *_ in groups["log4j", "2.14"]] == [
        ("CVE-2019-1", Severity.LOW.rank, 2),
        ("CVE-2021-44228", Severity.CRITICAL.rank, 5),
    ]


def test_a_finding_that_is_listed_twice_is_one_and_was_seen_on_the_earlier_day() -> None:
    again = LOG4J | {"firstSeenAt": "1970-01-03T00:00:00Z"}
    ((member, day, *_),) = read_findings(document(LOG4J, again, LOG4J), 5)["log4j", "2.14"]
    assert (member[0], day) == ("CVE-2021-44228", 2)


def test_a_finding_that_is_listed_twice_counts_once(tmp_path: Path) -> None:
    finding = Finding("CVE-2021-44228", Severity.CRITICAL, "log4j", "2.14")
    inventory = build(MadeRegistry([made_image(1, finding, finding)]), tmp_path)
    assert inventory.images().items[0].counts == {Severity.CRITICAL: 1}
    assert inventory.where(FindingFilter()).total == 1
    inventory.close()


WRONG = {
    "findings": 1,
    "a finding": ["x"],
    "severity": [LOG4J | {"severity": ["x"]}],
    "package": [LOG4J | {"package": {}}],
    "firstSeenAt": [LOG4J | {"firstSeenAt": "yesterday"}],
    "exploitAvailable, a number": [LOG4J | {"exploitAvailable": 10**30}],
    "score": [LOG4J | {"score": "high"}],
    "score, too large for a float": [LOG4J | {"score": 10**400}],
    "epss": [LOG4J | {"epss": "high"}],
    "exploitAvailable": [LOG4J | {"exploitAvailable": "yes"}],
    "alsoIn": [LOG4J | {"alsoIn": ["x"]}],
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_member_is_an_error_that_names_it(name: str) -> None:
    with pytest.raises(InvalidInputError, match="stored result"):
        read_findings(document() | {"findings": WRONG[name]}, 5)


@pytest.mark.parametrize(
    "wrong",
    [
        LOG4J | {"fixedIn": 3},
        LOG4J | {"fixAvailable": ["YES"]},
        LOG4J | {"alsoIn": [{"package": {}, "version": "1"}]},
        LOG4J | {"alsoIn": [{"package": HALF_A_PAIR, "version": "1"}]},
        LOG4J | {"name": HALF_A_PAIR},
        LOG4J | {"package": HALF_A_PAIR},
    ],
)
def test_what_no_column_takes_is_refused(wrong: dict[str, Any]) -> None:
    groups = read_findings(json.loads(json.dumps(document(wrong))), 5)
    for package, found in groups.items():
        with pytest.raises(InvalidInputError, match="a finding of the stored result"):
            check_members(package, [member for member, *_ in found])


def test_numbers_of_json_are_numbers_of_columns_whatever_their_size() -> None:
    ((member, _, epss, _),) = read_findings(document(LOG4J | {"score": 10**30, "epss": 0}), 5)["log4j", "2.14"]
    assert (type(member[2]), member[2], type(epss), epss) == (float, 1e30, float, 0.0)


def test_a_number_that_is_null_is_none() -> None:
    ((member, _, epss, _),) = read_findings(document(LOG4J | {"score": None, "epss": None}), 5)["log4j", "2.14"]
    assert (member[2], epss) == (NO_SCORE, NO_EPSS)


def test_half_a_character_in_a_description_stops_no_build(tmp_path: Path) -> None:
    odd = Finding("CVE-2021-44228", Severity.HIGH, "log4j", "2.14", description=f"Log4Shell {HALF_A_PAIR}", uri="é")
    inventory = build(MadeRegistry([made_image(1, odd)]), tmp_path)
    (vulnerability,) = inventory.vulnerabilities(FindingFilter()).items
    assert (vulnerability.description, vulnerability.uri) == ("Log4Shell ?", "é")
    inventory.close()


def test_images_with_the_same_findings_share_them(tmp_path: Path) -> None:
    findings = [Finding(f"CVE-2026-{number}", Severity.HIGH, "zlib", "1") for number in range(20)]
    images: list[MadeImage] = [made_image(number, *findings) for number in range(50)]
    inventory = build(MadeRegistry(images), tmp_path)
    inventory.where(FindingFilter())
    connection = inventory._connection
    numbers = {
        table: connection.execute(f"SELECT count(*) FROM f.{table}").fetchone()[0]
        for table in ("finding_set", "component", "component_finding", "finding", "vulnerability")
    }
    assert numbers == {
        "finding_set": 1,
        "component": 1,
        "component_finding": 20,
        "finding": 20,
        "vulnerability": 20,
    }
    inventory.close()


def test_what_no_image_has_any_more_is_removed(tmp_path: Path) -> None:
    finding = Finding("CVE-2021-44228", Severity.CRITICAL, "log4j", "2.14", also=(("core", "1"),))
    build(MadeRegistry([made_image(1, finding), made_image(2)]), tmp_path).close()
    inventory = build(MadeRegistry([made_image(2)]), tmp_path, is_fresh=False, generation=2, compacts=True)
    inventory.where(FindingFilter())
    for table in ("finding_set", "set_component", "component", "component_finding", "finding", "also", "vulnerability"):
        assert inventory._connection.execute(f"SELECT count(*) FROM f.{table}").fetchone() == (0,), table
    assert inventory._connection.execute("SELECT count(*) FROM f.package").fetchone() == (0,)
    inventory.close()


def test_a_result_with_a_wrong_finding_leaves_nothing_behind(tmp_path: Path) -> None:
    build(MadeRegistry([]), tmp_path).close()
    connection = open_for_writing(SnapshotFiles(tmp_path), keep=("images", "findings", "history"))
    writer = FindingsWriter(connection, is_fresh=False)
    wrong = LOG4J | {"name": "CVE-2026-1", "package": "zlib", "fixedIn": 5}
    with pytest.raises(InvalidInputError, match="a finding of the stored result"):
        writer.write(read_findings(document(LOG4J, wrong), 5), 0)
    writer.close()
    for table in ("vulnerability", "package", "component", "finding"):
        assert connection.execute(f"SELECT count(*) FROM f.{table}").fetchone() == (0,), table
    connection.close()
