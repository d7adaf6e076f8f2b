from dataclasses import replace

import pytest

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.exports.sarif_rules import level, rule, rule_id, security_severity
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.domain.inventory.exports.samples import FINDING
from tests.unit.domain.inventory.snapshot_infos import EXPLOIT

WHY = "an exploit is available, EPSS 0.25 (https://www.first.org/epss)"


@pytest.mark.parametrize(
    ("exploit", "tags"),
    [
        (None, []),
        (replace(EXPLOIT, has_ransomware=False), ["known-exploited"]),
        (EXPLOIT, ["known-exploited", "ransomware"]),
    ],
)
def test_a_rule_has_tags_by_which_github_filters_what_is_exploited(
    exploit: KnownExploit | None, tags: list[str]
) -> None:
    found = rule([FINDING, replace(FINDING, package="libcurl4", exploit=exploit)])
    assert found["properties"]["tags"] == ["security", "vulnerability", "container", *tags]


def test_the_help_of_a_rule_names_first_where_it_has_epss() -> None:
    assert rule([replace(FINDING, exploit=EXPLOIT)])["help"]["text"].startswith(
        "exploited by ransomware (KEV, due 2026-02-10), EPSS 0.25 (https://www.first.org/epss)\n\n"
    )
    assert "first.org" not in str(rule([replace(FINDING, epss=None)]))


def test_a_rule_is_a_vulnerability_with_its_description_link_and_severity() -> None:
    assert rule([FINDING]) == {
        "id": "CVE-2023-38545",
        "shortDescription": {"text": "CVE-2023-38545: A heap-based buffer overflow."},
        "fullDescription": {"text": "A heap-based buffer overflow."},
        "helpUri": "https://security.example/CVE-2023-38545",
        "help": {
            "text": f"{WHY}\n\nA heap-based buffer overflow.\n\nhttps://security.example/CVE-2023-38545",
            "markdown": f"**CVE-2023-38545**\n\n{WHY}\n\nA heap-based buffer overflow.\n\n"
            "<https://security.example/CVE-2023-38545>",
        },
        "defaultConfiguration": {"level": "error"},
        "properties": {"security-severity": "9.8", "tags": ["security", "vulnerability", "container"]},
    }


def test_a_rule_without_description_and_link_has_its_name() -> None:
    bare = rule([Finding("CVE-1", Severity.LOW)])
    assert bare["shortDescription"] == bare["fullDescription"] == {"text": "CVE-1"}
    assert bare["help"] == {"text": "CVE-1", "markdown": "**CVE-1**\n\nCVE-1"}
    assert "helpUri" not in bare


def test_a_rule_has_the_worst_of_its_findings_and_the_first_description() -> None:
    found = rule(
        [
            Finding("CVE-1", Severity.LOW, score=2.0),
            Finding("CVE-1", Severity.HIGH, score=8.1, description="Bad."),
            Finding("CVE-1", Severity.MEDIUM, description="Other."),
        ]
    )
    assert found["properties"]["security-severity"] == "8.1"
    assert found["defaultConfiguration"] == {"level": "error"}
    assert found["fullDescription"] == {"text": "Bad."}


@pytest.mark.parametrize(
    ("severity", "score", "expected"),
    [
        (Severity.LOW, 9.8, "9.8"),
        (Severity.LOW, 10.0, "10.0"),
        (Severity.LOW, 0.01, "0.1"),
        (Severity.LOW, 0.0, "2.0"),
        (Severity.LOW, -1.0, "2.0"),
        (Severity.LOW, 11.0, "2.0"),
        (Severity.CRITICAL, None, "9.5"),
        (Severity.HIGH, None, "8.0"),
        (Severity.MEDIUM, None, "5.5"),
        (Severity.INFORMATIONAL, None, "0.1"),
        (Severity.UNDEFINED, None, "0.0"),
        (Severity.UNTRIAGED, None, "0.0"),
    ],
)
def test_the_security_severity_is_the_score_else_a_value_of_the_severity(
    severity: Severity, score: float | None, expected: str
) -> None:
    assert security_severity([Finding("CVE-1", severity, score=score)]) == expected


def test_the_level_follows_from_the_severity() -> None:
    assert [level(severity) for severity in Severity] == ["error", "error", "warning", "note", "note", "note", "note"]


@pytest.mark.parametrize(
    "uri",
    ["javascript:alert(1)", "https://a b", "https://a>b", "https://a/%zz", "http:", "https://ä.example", "/CVE-1"],
)
def test_what_is_no_link_is_not_linked(uri: str) -> None:
    found = rule([replace(FINDING, uri=uri)])
    assert "helpUri" not in found
    assert "<" not in found["help"]["markdown"]


def test_markup_in_a_description_is_text_in_the_help() -> None:
    markdown = rule([replace(FINDING, description="<b>[x](https://evil.example)</b>", uri="")])["help"]["markdown"]
    assert markdown.endswith("\n\n&lt;b&gt;\\[x\\](https://evil.example)&lt;/b&gt;")


def test_the_id_of_a_rule_is_on_one_line_and_not_endless() -> None:
    assert rule_id(Finding("CVE-1\r\n\x1b", Severity.LOW)) == "CVE-1"
    assert rule_id(Finding("\n", Severity.LOW)) == "unnamed finding"
    assert len(rule_id(Finding("x" * 1000, Severity.LOW))) == 255
    assert len(rule([Finding("x" * 1000, Severity.LOW, description="y " * 5000)])["shortDescription"]["text"]) <= 1024
