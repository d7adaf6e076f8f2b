import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from random import Random
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.answers import ImageFindings
from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.exports import sarif
from ecr_scan_reporter.domain.inventory.exports.documents import feeds_document
from ecr_scan_reporter.domain.inventory.exports.sarif import SarifFile, sarif_files
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from tests.unit.domain.inventory.exports.samples import ANY_FINDING, ANY_IMAGE, FINDING, image_with, many_findings
from tests.unit.domain.inventory.exports.sarif_schema import SCHEMA, violations
from tests.unit.domain.inventory.snapshot_infos import EXPLOIT, KNOWING
from tests.unit.samples import NOW, digest

OPEN = replace(FINDING, suppressed_by="")


def files_of(images: Iterable[ImageFindings], suppressions: Iterable[Suppression] = ()) -> Iterator[SarifFile]:
    return sarif_files(images, KNOWING, suppressions)


def documents(*images: ImageFindings, suppressions: tuple[Suppression, ...] = ()) -> list[dict[str, Any]]:
    return [json.loads(file.text) for file in files_of(images, suppressions)]


def runs(*images: ImageFindings, suppressions: tuple[Suppression, ...] = ()) -> list[dict[str, Any]]:
    [document] = documents(*images, suppressions=suppressions)
    assert violations(document) == []
    return list(document["runs"])


def test_the_schema_notices_a_document_that_breaks_it() -> None:
    jsonschema.Draft4Validator.check_schema(SCHEMA)
    [document] = documents(image_with(OPEN))
    assert (document["$schema"], document["version"]) == ("https://json.schemastore.org/sarif-2.1.0.json", "2.1.0")
    assert violations(document) == []
    document["runs"][0]["results"][0]["level"] = "fatal"
    assert "'fatal' is not one of" in violations(document)[0]
    document["runs"][0]["results"][0]["level"] = "note"
    document["runs"] *= 2
    assert "no category of its own" in violations(document)[0]


def test_a_run_is_one_image_with_a_result_for_each_finding() -> None:
    [run] = runs(image_with(OPEN))
    assert run["tool"]["driver"]["name"] == "ecr-scan-reporter"
    assert run["automationDetails"] == {"id": "ecr/123456789012/eu-west-1/team/app:1.1/"}
    assert run["properties"] == {
        "registryId": "123456789012",
        "region": "eu-west-1",
        "repository": "team/app",
        "imageDigest": digest(1),
        "imageTags": ["1.1"],
        "omittedResults": 0,
        **feeds_document(KNOWING),
    }
    [result] = run["results"]
    fingerprint = result.pop("partialFingerprints")
    assert fingerprint.keys() == {"primaryLocationLineHash"}
    assert result == {
        "ruleId": "CVE-2023-38545",
        "ruleIndex": 0,
        "level": "error",
        "message": {
            "text": "curl 7.88.1-10 has CVE-2023-38545 (critical): an exploit is available, EPSS 0.25, "
            "fixed in 7.88.1-11, score 9.8, "
            "also in libcurl4 7.88.1-10."
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "ecr/123456789012/eu-west-1/team/app:1.1"},
                    "region": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
                }
            }
        ],
    }


def test_a_finding_of_no_package_is_one_of_the_image() -> None:
    [run] = runs(image_with(Finding("CVE-1", Severity.LOW)))
    assert run["results"][0]["message"]["text"] == "The image has CVE-1 (low)."


def test_findings_of_one_vulnerability_share_a_rule_and_the_most_urgent_come_first() -> None:
    low = replace(OPEN, name="CVE-1", severity=Severity.LOW)
    [run] = runs(image_with(low, replace(low, package="other"), OPEN))
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["CVE-2023-38545", "CVE-1"]
    assert [result["ruleIndex"] for result in run["results"]] == [0, 1, 1]


def test_what_is_exploited_comes_before_what_is_more_severe_and_is_kept_when_others_do_not_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 1)
    [run] = runs(image_with(OPEN, replace(OPEN, name="CVE-1", severity=Severity.LOW, exploit=EXPLOIT)))
    [result] = run["results"]
    assert "CVE-1 (low): exploited by ransomware (KEV, due 2026-02-10)" in result["message"]["text"]


def test_a_package_cannot_make_a_link_in_a_message() -> None:
    [run] = runs(image_with(Finding("CVE-1", Severity.LOW, "[x](https://evil.example){0}\\")))
    assert run["results"][0]["message"]["text"] == "\\[x\\](https://evil.example){{0}}\\\\ has CVE-1 (low)."


def test_a_suppressed_finding_comes_last_with_its_reason() -> None:
    suppression = Suppression("accepted", "CVE-*", "not\nreachable", None, "alice", NOW)
    [run] = runs(image_with(FINDING, replace(OPEN, severity=Severity.LOW)), suppressions=(suppression,))
    assert [result["suppressions"] for result in run["results"]] == [
        [],
        [{"kind": "external", "justification": "Suppression accepted: not reachable"}],
    ]


def test_a_suppressed_finding_without_a_known_reason_names_the_suppression() -> None:
    [run] = runs(image_with(FINDING))
    assert run["results"][0]["suppressions"] == [{"kind": "external", "justification": "Suppression accepted"}]


def test_a_run_has_5000_results_the_most_urgent_ones_and_says_what_it_lacks() -> None:
    low = many_findings(5000, severity=Severity.LOW)
    [file] = files_of([image_with(*low, replace(OPEN, name="worst"), FINDING), image_with(OPEN, number=2)])
    cut, whole = json.loads(file.text)["runs"]
    assert len(cut["results"]) == len(cut["tool"]["driver"]["rules"]) == 5000
    assert cut["results"][0]["ruleId"] == "worst"
    assert all("suppressions" not in result for result in cut["results"])
    [invocation] = cut["invocations"]
    assert invocation["toolExecutionNotifications"][0]["message"]["text"] == (
        "5000 results of 5002: the 2 least urgent findings did not fit."
    )
    assert (cut["properties"]["omittedResults"], whole["properties"]["omittedResults"]) == (2, 0)
    assert "invocations" not in whole
    assert [(each.image.tag, each.kept, each.omitted) for each in file.cut] == [("1.1", 5000, 2)]


def test_5000_findings_are_not_cut() -> None:
    [file] = files_of([image_with(*many_findings(5000))])
    assert file.cut == ()


@pytest.mark.parametrize(("images", "files"), [(0, [0]), (1, [1]), (20, [20]), (21, [20, 1]), (45, [20, 20, 5])])
def test_a_file_has_at_most_20_runs(images: int, files: list[int]) -> None:
    found = list(files_of(image_with(OPEN, number=number) for number in range(images)))
    assert [file.runs for file in found] == files
    assert [len(json.loads(file.text)["runs"]) for file in found] == files
    categories = {run["automationDetails"]["id"] for file in found for run in json.loads(file.text)["runs"]}
    assert len(categories) == images


def test_a_clean_image_has_a_run_so_that_its_alerts_close() -> None:
    [run] = runs(image_with(status=CoverageStatus.CURRENT))
    assert run["results"] == []


def test_an_image_without_a_result_has_no_run_and_is_counted() -> None:
    images = [
        image_with(number=1, status=CoverageStatus.FAILED),
        image_with(number=2, status=CoverageStatus.NEVER_SCANNED),
        image_with(number=3, is_pending=True),
        image_with(OPEN, number=4, status=CoverageStatus.FAILED),
        image_with(number=5, status=CoverageStatus.STALE),
    ]
    [file] = files_of(images)
    assert (file.runs, file.without_result) == (2, 3)
    more = [image_with(OPEN, number=number) for number in range(6, 30)]
    assert [file.without_result for file in files_of([*images, *more, images[0]])] == [3, 1]


def incompressible(number: int, seed: int) -> tuple[Finding, ...]:
    random = Random(seed)
    texts = ["".join(chr(random.randrange(0x4E00, 0x9FA5)) for _ in range(900)) for _ in range(40)]
    return tuple(
        replace(finding, description="".join(random.sample(texts[place % 40], 900)))
        for place, finding in enumerate(many_findings(number))
    )


def test_a_file_is_at_most_10_mb_after_gzip(monkeypatch: pytest.MonkeyPatch) -> None:
    # The real limit takes half a minute of random text; a tenth of it shows the same.
    monkeypatch.setattr(sarif, "_MAX_WEIGHT", 900_000)
    monkeypatch.setattr(sarif, "_SMALL", 10_000)
    images = [image_with(*incompressible(number, number), number=number) for number in (150, 151, 152, 900)]
    files = list(files_of(images))
    assert len(files) > 1
    assert all(_size(file) <= 1_000_000 for file in files)
    assert all(violations(json.loads(file.text)) == [] for file in files)
    [cut] = [cut for file in files for cut in file.cut]
    assert (cut.image.tag, cut.kept + cut.omitted) == ("1.900", 900)
    assert cut.kept > 0


def test_a_file_is_bounded_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_CHARACTERS", 10_000)
    files = list(files_of(image_with(*many_findings(5), number=number) for number in range(4)))
    assert [file.runs for file in files] == [1, 1, 1, 1]


def _size(file: SarifFile) -> int:
    return len(gzip.compress(file.text.encode()))


def test_5000_findings_with_long_descriptions_are_within_10_mb() -> None:
    [file] = files_of([image_with(*many_findings(5000, description="A heap overflow. " * 100))])
    assert (file.cut, _size(file) < sarif.MAX_GZIP_BYTES) == ((), True)


@given(
    st.lists(
        st.builds(ImageFindings, ANY_IMAGE, st.lists(ANY_FINDING, max_size=3).map(tuple)),
        max_size=3,
        unique_by=lambda each: each.image.id.repository,
    )
)
def test_any_findings_of_any_images_make_files_that_github_takes(images: list[ImageFindings]) -> None:
    files = list(files_of(images))
    for file in files:
        assert violations(json.loads(file.text)) == []
    with_findings = [each for each in images if each.findings]
    results = [run["results"] for file in files for run in json.loads(file.text)["runs"] if run["results"]]
    assert [len(each) for each in results] == [len(each.findings) for each in with_findings]
    assert sum(file.runs + file.without_result for file in files) == len(images)
