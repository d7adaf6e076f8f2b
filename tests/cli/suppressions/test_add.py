"""`add`."""

import pytest

from tests.cli.suppressions.table import BUCKET, CALLER, add, add_broken_item, put_results, run, stored


def test_a_new_suppression_has_its_author_and_moment() -> None:
    result = run(
        *("add", "--cve", "CVE-2024-*", "--reason", "Headers alone.", "--until", "2026-03-31"),
        *("--repository", "team/*", "--tag", "1.*", "--package", "openssl*", "--severity", "medium"),
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "added cve-2024-team-1.-openssl-medium_e3fcf465: CVE-2024-* in openssl* of team/*, tag 1.*, up to MEDIUM\n"
    )
    assert stored() == {
        "cve-2024-team-1.-openssl-medium_e3fcf465": {
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


def test_a_new_suppression_says_what_it_means() -> None:
    meaning = ("--kind", "Not-Affected", "--justification", "component_not_present")
    result = run("add", "--cve", "CVE-1", "--reason", "r", "--until", "never", *meaning)
    assert (result.exit_code, result.stdout) == (0, "added cve-1: CVE-1 (not-affected)\n")
    assert (stored()["cve-1"]["kind"], stored()["cve-1"]["justification"]) == ("not-affected", "component_not_present")
    replaced = run("add", "--cve", "CVE-1", "--reason", "r", "--until", "never", "--replace")
    assert replaced.stdout.splitlines() == [
        "replaced cve-1: CVE-1",
        "  kind: not-affected -> accepted-risk",
        "  justification: component_not_present -> (not set)",
    ]
    assert "kind" not in stored()["cve-1"]


def test_an_author_may_be_named() -> None:
    add("a", author="security@example.com")
    assert stored()["a"]["createdBy"] == "security@example.com"


def test_a_taken_id_is_refused_unless_the_suppression_is_to_be_replaced() -> None:
    add("a", reason="First.")
    again = ["add", "--id", "a", "--cve", "CVE-1", "--reason", "Second.", "--until", "never"]
    refused = run(*again)
    assert (refused.exit_code, refused.stdout) == (2, "")
    difference = ["  cve: CVE-2023-38545 -> CVE-1", "  reason: First. -> Second."]
    assert refused.stderr.splitlines() == [
        "error: a: CVE-2023-38545 is stored already, and was not changed",
        *difference,
        "another --id adds one beside it; --replace changes it like this, and takes away what it matched",
    ]
    assert stored()["a"]["reason"] == "First."
    shown = run(*again, "--replace", "--dry-run")
    assert shown.stdout.splitlines() == ["replaced a: CVE-1 (dry run: nothing was changed)", *difference]
    assert stored()["a"]["reason"] == "First."
    replaced = run(*again, "--replace")
    assert replaced.stdout.splitlines() == ["replaced a: CVE-1", *difference]
    gone = "warning: the suppression of CVE-2023-38545 until never is gone; findings that only it matched are reported"
    assert replaced.stderr == shown.stderr == f"{gone} again\n"
    assert stored()["a"]["reason"] == "Second."


def test_scopes_that_differ_in_a_glob_alone_have_suppressions_of_their_own() -> None:
    typical = ("--cve", "CVE-2024-*", "--reason", "r", "--until", "never")
    for repository in ("payments/*", "payments"):
        assert run("add", *typical, "--repository", repository).exit_code == 0
    assert sorted(each["repository"] for each in stored().values()) == ["payments", "payments/*"]
    again = run("add", *typical, "--repository", "payments", "--until", "90d", "--replace")
    assert (again.exit_code, again.stdout.splitlines()[1:]) == (0, ["  until: never -> 2026-05-01"])
    assert sorted(each["until"] for each in stored().values()) == ["2026-05-01", "never"]


def test_a_suppression_may_hold_until_a_fix_is_known() -> None:
    until_fixed = ("--id", "a", "--cve", "CVE-1", "--reason", "r", "--until", "Fixed")
    assert run("add", *until_fixed).exit_code == 0
    assert stored()["a"]["until"] == "fixed"
    later = run("add", *until_fixed[:-1], "never", "--replace")
    assert (later.stdout.splitlines()[1:], later.stderr) == (["  until: fixed -> never"], "")
    back = run("add", *until_fixed, "--replace")
    assert back.stdout.splitlines()[1:] == ["  until: never -> fixed"]
    assert "the suppression of CVE-1 until never is gone" in back.stderr
    until_day = run("add", *until_fixed[:-1], "2027-03-31", "--replace")
    assert "the suppression of CVE-1 until fixed is gone" in until_day.stderr


def test_a_suppression_that_is_made_longer_or_wider_gives_no_warning() -> None:
    add("a", "2026-03-31", repository="team/app")
    longer = ("--id", "a", "--cve", "CVE-2023-*", "--reason", "r", "--until", "never", "--repository", "team/*")
    assert run("add", *longer, "--replace").stderr == ""


def test_a_dry_run_adds_nothing() -> None:
    result = run("add", "--cve", "CVE-1", "--reason", "r", "--until", "never", "--dry-run")
    assert (result.exit_code, result.stdout) == (0, "added cve-1: CVE-1 (dry run: nothing was changed)\n")
    assert stored() == {}


def test_a_taken_id_whose_item_is_no_suppression_is_said_to_be_so() -> None:
    add_broken_item()
    result = run("add", "--id", "broken", "--cve", "CVE-1", "--reason", "r", "--until", "never")
    assert (result.exit_code, "taken by an item that is no suppression" in result.stderr) == (2, True)


EVERYTHING = ("--cve", "*", "--reason", "r", "--until", "never")


def test_a_suppression_of_everything_says_how_much_it_hides() -> None:
    result = run("add", *EVERYTHING)
    assert (result.exit_code, len(stored())) == (0, 1)
    (made,) = stored()
    assert result.stderr == (
        f"warning: {made} suppresses every finding of every image of every repository, without end\n"
    )


def test_a_suppression_of_everything_without_a_fix_is_warned_of_too() -> None:
    assert run("add", *EVERYTHING[:-1], "fixed").stderr.endswith(", until a fix is available\n")


def test_how_much_a_suppression_hides_is_counted_in_the_findings_bucket() -> None:
    put_results("team/app", "team/web", "other")
    broad = run("add", *EVERYTHING, "--repository", "team/*", "--findings-bucket", BUCKET)
    assert broad.stderr.endswith(
        "every finding of every image of repositories team/*, without end; "
        "of the 9 findings of the last scans, these are 6, in 2 images\n"
    )
    narrow = ("--cve", "CVE-2024-*", "--reason", "r", "--until", "never", "--findings-bucket", BUCKET)
    shown = run("add", *narrow, "--dry-run").stdout
    assert shown.endswith("of the 9 findings of the last scans, these are 3, in 3 images\n")
    assert (run("add", *narrow).stderr, run("add", *narrow, "--replace").stderr) == ("", "")


def test_a_findings_bucket_that_cannot_be_read_is_said_after_the_suppression_is_stored() -> None:
    result = run("add", *EVERYTHING, "--findings-bucket", "none")
    assert (result.exit_code, len(stored())) == (1, 1)
    assert "the findings bucket none could not be read: list_objects_v2 failed: NoSuchBucket" in result.stderr


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
        (("--cve", "CVE-1", "--reason", "r", "--until", "9y"), "such as 90d"),
        (("--cve", "CVE-1", "--reason", "r", "--until", "never", "--severity", "awful"), "--severity"),
        (("--cve", "CVE-1", "--reason", "r", "--until", "never", "--author", ""), "--author"),
        (("--cve", "CVE-1", "--reason", "r", "--until", "never", "--kind", "fine"), "--kind"),
        (("--cve", "CVE-1", "--reason", "r", "--until", "never", "--justification", "fine"), "--justification"),
        (
            ("--cve", "CVE-1", "--reason", "r", "--until", "never", "--justification", "component_not_present"),
            "allowed is none with the kind accepted-risk",
        ),
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
