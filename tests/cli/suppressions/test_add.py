"""`add`."""

import pytest

from tests.cli.suppressions.table import CALLER, add, run, stored


def test_a_new_suppression_has_its_author_and_moment() -> None:
    result = run(
        *("add", "--cve", "CVE-2024-*", "--reason", "Headers alone.", "--until", "2026-03-31"),
        *("--repository", "team/*", "--tag", "1.*", "--package", "openssl*", "--severity", "medium"),
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "added cve-2024-team-1.-openssl-medium: CVE-2024-* in openssl* of team/*, tag 1.*, up to MEDIUM\n"
    )
    assert stored() == {
        "cve-2024-team-1.-openssl-medium": {
            "cve": "CVE-2024-*",
            "repository": "team/*",
            "tag": "1.*",
            "package": "openssl*",
            "severity": "MEDIUM",
            "reason": "Headers alone.",
            "until": "2026-03-31",
            "createdBy": CALLER,
            "createdAt": "2026-01-31T12:00:00Z",
        }
    }


def test_an_author_may_be_named() -> None:
    add("a", author="security@example.com")
    assert stored()["a"]["createdBy"] == "security@example.com"


def test_a_taken_id_is_refused_unless_the_suppression_is_to_be_replaced() -> None:
    add("a", reason="First.")
    again = ["add", "--id", "a", "--cve", "CVE-1", "--reason", "Second.", "--until", "never"]
    refused = run(*again)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--id is 'a'" in refused.stderr
    assert stored()["a"]["reason"] == "First."
    assert run(*again, "--replace").stdout == "replaced a: CVE-1\n"
    assert stored()["a"]["reason"] == "Second."


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--cve", "CVE-1", "--reason", "r"), "--until"),
        (("--cve", "CVE-1", "--until", "never"), "--reason"),
        (("--reason", "r", "--until", "never"), "--cve"),
        (("--cve", "CVE-1", "--reason", "r", "--until", "soon"), "until of suppression cve-1 is 'soon'"),
        (("--cve", "CVE-1", "--reason", " ", "--until", "never"), "reason of suppression cve-1 is ' '"),
        (
            ("--cve", "CVE-1", "--reason", "r", "--until", "never", "--package", ""),
            "package of suppression cve-1 is ''",
        ),
        (("--cve", "*", "--reason", "r", "--until", "never"), "id of the suppression is ''"),
        (("--cve", "CVE-1", "--reason", "r", "--until", "never", "--severity", "awful"), "--severity"),
        (("--cve", "CVE-1", "--reason", "r", "--until", "never", "--author", ""), "--author"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_wrong_suppression_is_not_added(arguments: tuple[str, ...], said: str) -> None:
    result = run("add", *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert stored() == {}


def test_replacing_a_suppression_that_is_not_stored_adds_it() -> None:
    arguments = ("--id", "a", "--cve", "CVE-1", "--reason", "r", "--until", "never", "--replace")
    assert run("add", *arguments).stdout == "added a: CVE-1\n"
    assert list(stored()) == ["a"]


def test_a_suppression_that_has_ended_already_is_added_with_a_warning() -> None:
    result = run("add", "--id", "a", "--cve", "CVE-1", "--reason", "r", "--until", "2026-01-30")
    assert (result.exit_code, result.stderr) == (0, "a ended on 2026-01-30: it suppresses no finding\n")
