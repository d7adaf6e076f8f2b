"""The commands for suppressions against moto's DynamoDB, S3 and STS, on 31 January 2026."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from moto import mock_aws

from ecr_scan_reporter.cli.main import cli
from ecr_scan_reporter.cli.suppressions import options
from ecr_scan_reporter.cli.suppressions.files import as_json, as_yaml, read_document
from ecr_scan_reporter.domain.findings.documents import findings_key, result_document
from ecr_scan_reporter.domain.suppressions.fields import parse_suppressions
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import InvalidInputError
from tests.unit.samples import DIGEST, NOW, REPOSITORY, RESULT, SCANNED_IMAGE
from tests.unit.suppressions import SUPPRESSIONS

TABLE = "suppressions"
CALLER = "arn:aws:sts::123456789012:user/moto"
FILE = """
# Reviewed each quarter.
suppressions:
  - id: openssl-dev
    cve: CVE-2024-*
    repository: team/*
    tag: 1.10
    package: openssl*
    severity: MEDIUM
    reason: >
      Headers alone,
      nothing is linked.
    until: 2026-03-31
  - {id: curl, cve: CVE-2023-38545, reason: Not reachable., until: never, createdBy: carol}
"""


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """An empty table."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "SUPPRESSIONS_TABLE": TABLE,
        "COLUMNS": "200",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("FINDINGS_BUCKET", raising=False)
    monkeypatch.setattr(options, "now", lambda: NOW)
    with mock_aws():
        dynamo = boto3.client("dynamodb")
        dynamo.create_table(
            TableName=TABLE,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        yield dynamo


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(cli, ["suppressions", *arguments], input=text, prog_name="ecr-scan-reporter")


def kept() -> dict[str, dict[str, str]]:
    """What is in the table, by id."""
    items = boto3.client("dynamodb").scan(TableName=TABLE)["Items"]
    return {item.pop("id")["S"]: {key: value["S"] for key, value in item.items()} for item in items}


def add(id_: str, until: str = "never", **options: str) -> None:
    typical = {"cve": "CVE-2023-38545", "reason": "Not reachable."} | options
    arguments = [argument for name, value in typical.items() for argument in (f"--{name}", value)]
    result = run("add", "--id", id_, "--until", until, *arguments)
    assert result.exit_code == 0, result.stderr


def break_one(dynamo: Any) -> None:
    dynamo.put_item(TableName=TABLE, Item={"id": {"S": "broken"}, "cve": {"S": "*"}})


def test_a_suppression_that_is_added_has_its_maker_and_moment() -> None:
    result = run(
        *("add", "--cve", "CVE-2024-*", "--reason", "Headers alone.", "--until", "2026-03-31"),
        *("--repository", "team/*", "--tag", "1.*", "--package", "openssl*", "--severity", "medium"),
    )
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == (
        "added cve-2024-team-1.-openssl-medium: CVE-2024-* in openssl* of team/*, tag 1.*, up to MEDIUM\n"
    )
    assert kept() == {
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
    assert kept()["a"]["createdBy"] == "security@example.com"


def test_an_id_that_is_there_is_refused_unless_it_is_to_be_replaced() -> None:
    add("a", reason="First.")
    again = ["add", "--id", "a", "--cve", "CVE-1", "--reason", "Second.", "--until", "never"]
    refused = run(*again)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "--id is 'a'" in refused.stderr
    assert kept()["a"]["reason"] == "First."
    assert run(*again, "--replace").exit_code == 0
    assert kept()["a"]["reason"] == "Second."


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
    assert kept() == {}


def test_the_table_says_when_suppressions_end_and_takes_nothing_for_markup() -> None:
    add("a", "2026-01-30", reason="[red]over[/red]")
    for name, until in {"b": "2026-01-31", "c": "2026-02-01", "d": "2026-02-14", "e": "2026-02-15"}.items():
        add(name, until)
    add("f", repository="team/*")
    lines = run("list").stdout.splitlines()
    ends = ("ended", "ends today", "ends in 1 day ", "ends in 14 days", "2026-02-15", "never")
    assert len(lines) == 7
    assert [end for end, line in zip(ends, lines[1:], strict=True) if end not in line] == []
    assert "ends" not in lines[5]
    assert "[red]over[/red]" in lines[1]
    assert "CVE-2023-38545 of team/*" in lines[6]


def test_an_empty_list_is_empty() -> None:
    assert (run("list").stdout, run("list", "--output", "json").stdout) == ("", "[]\n")


def test_a_suppression_that_has_ended_is_still_listed() -> None:
    add("a", "2026-01-30")
    add("b", "2026-01-31", author="alice")
    rows = json.loads(run("list", "--output", "json").stdout)
    assert [(row["id"], row["isInForce"]) for row in rows] == [("a", False), ("b", True)]
    assert rows[1] == kept()["b"] | {"id": "b", "isInForce": True}


def test_an_item_that_is_wrong_is_named_and_the_others_are_shown(table: Any) -> None:
    add("a")
    break_one(table)
    result = run("list", "--output", "json")
    assert result.exit_code == 1
    assert [row["id"] for row in json.loads(result.stdout)] == ["a"]
    assert "reason of suppression broken is not set" in result.stderr


def test_suppressions_are_removed_and_those_that_are_not_there_are_named() -> None:
    add("a")
    add("b")
    result = run("remove", "a", "nope", "b", "a")
    assert (result.exit_code, result.stdout) == (1, "removed a\nremoved b\n")
    assert result.stderr == "nope: there is no such suppression\n"
    assert run("remove").exit_code == 2


def test_a_file_is_imported_with_texts_as_they_are_written(tmp_path: Path) -> None:
    file = tmp_path / "suppressions.yaml"
    file.write_text(FILE, encoding="utf-8")
    result = run("import", str(file))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "added curl: CVE-2023-38545",
        "added openssl-dev: CVE-2024-* in openssl* of team/*, tag 1.10, up to MEDIUM",
        "2 added, 0 changed, 0 removed, 0 unchanged",
    ]
    suppressions = kept()
    assert suppressions["openssl-dev"]["tag"] == "1.10"
    assert suppressions["openssl-dev"]["reason"] == "Headers alone, nothing is linked."
    assert (suppressions["curl"]["createdBy"], suppressions["openssl-dev"]["createdBy"]) == ("carol", CALLER)


def test_an_import_writes_only_what_differs_and_keeps_who_made_it(monkeypatch: pytest.MonkeyPatch) -> None:
    run("import", "-", "--author", "alice", text=FILE)
    monkeypatch.setattr(options, "now", lambda: NOW.replace(year=2027))
    result = run("import", "-", "--author", "bob", text=FILE.replace("Not reachable.", "Not linked."))
    assert result.stdout.splitlines() == [
        "changed curl: CVE-2023-38545",
        "0 added, 1 changed, 0 removed, 1 unchanged",
    ]
    suppressions = kept()
    assert suppressions["curl"]["reason"] == "Not linked."
    assert {suppression["createdAt"] for suppression in suppressions.values()} == {"2026-01-31T12:00:00Z"}
    assert (suppressions["curl"]["createdBy"], suppressions["openssl-dev"]["createdBy"]) == ("carol", "alice")


def test_suppressions_that_are_not_in_the_file_stay_unless_it_prunes() -> None:
    add("other")
    assert "0 removed" in run("import", "-", text=FILE).stdout
    assert set(kept()) == {"openssl-dev", "curl", "other"}
    shown = run("import", "-", "--prune", "--dry-run", text=FILE).stdout
    assert shown.splitlines() == [
        "removed other: CVE-2023-38545",
        "0 added, 0 changed, 1 removed, 2 unchanged (dry run: nothing was changed)",
    ]
    assert set(kept()) == {"openssl-dev", "curl", "other"}
    assert run("import", "-", "--prune", text=FILE).stdout == shown.replace(" (dry run: nothing was changed)", "")
    assert set(kept()) == {"openssl-dev", "curl"}


def test_a_dry_run_adds_nothing() -> None:
    assert "2 added" in run("import", "-", "--dry-run", text=FILE).stdout
    assert kept() == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (FILE.replace("package:", "packge:"), ["a key of suppression openssl-dev is 'packge'"]),
        (FILE.replace("until: never, ", ""), ["until of suppression curl is not set"]),
        (FILE.replace("until: never", "until: soon").replace("MEDIUM", "AWFUL"), ["'soon'", "'AWFUL'"]),
        (FILE.replace("package: openssl*", "package:"), ["package of suppression openssl-dev is ''"]),
        (FILE.replace("id: curl", "id: openssl-dev"), ["id of suppression number 2 is 'openssl-dev'"]),
        (FILE.replace("  - {", "    id: x\n  - {"), ["line 14 of the file", "the key 'id' is given twice"]),
        ("", ["the document is None"]),
        ("suppressions: [", ["line 1 of the file is"]),
        ('[{"id": "a", "id": "b"}]', ["'id', 'id'"]),
        ("- !!python/object:os.system {}", ["id of suppression number 1 is not set"]),
        ("? [a]\n: b\n", ["line 1 of the file is"]),
    ],
    ids=[
        "key",
        "no end",
        "two faults",
        "empty",
        "same id",
        "forgotten dash",
        "nothing",
        "no YAML",
        "json",
        "tag",
        "odd",
    ],
)
def test_a_file_in_which_anything_is_wrong_changes_nothing(text: str, said: list[str]) -> None:
    add("other")
    before = kept()
    result = run("import", "-", "--prune", text=text)
    assert (result.exit_code, result.stdout) == (2, "")
    assert [words for words in said if words not in result.stderr] == []
    assert kept() == before


def test_a_file_that_is_not_there_or_no_text_is_wrong_usage(tmp_path: Path) -> None:
    assert run("import", str(tmp_path / "none.yaml")).exit_code == 2
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    result = run("import", str(tmp_path / "binary"))
    assert (result.exit_code, "YAML or JSON, in UTF-8" in result.stderr) == (2, True)


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_what_is_exported_is_imported_as_it_was(form: str, tmp_path: Path) -> None:
    run("import", "-", text=FILE)
    before = kept()
    file = tmp_path / f"suppressions.{form}"
    assert (run("export", str(file), "--format", form).exit_code, run("export", "--format", form).stdout) == (
        0,
        file.read_text(encoding="utf-8"),
    )
    assert run("import", str(file), "--prune").stdout == "0 added, 0 changed, 0 removed, 2 unchanged\n"
    run("remove", *before)
    run("import", str(file), "--author", "somebody else")
    assert kept() == before


@given(st.lists(SUPPRESSIONS, max_size=3, unique_by=lambda suppression: suppression.id))
def test_any_suppressions_come_back_from_a_file_as_they_were(suppressions: list[Suppression]) -> None:
    for text in (as_yaml(suppressions), as_json(suppressions)):
        document = read_document(text.encode())
        assert parse_suppressions(document, created_by="nobody", created_at=NOW) == suppressions
    assert (
        parse_suppressions(yaml.safe_load(as_yaml(suppressions)), created_by="nobody", created_at=NOW) == suppressions
    )


def test_a_byte_order_mark_is_no_part_of_a_file() -> None:
    assert read_document(b"\xef\xbb\xbfsuppressions: []") == {"suppressions": []}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"- a\n- &b [*b]", "line 2 of the file is '- &b [*b]': allowed is YAML or JSON, in UTF-8 (found"),
        (b"a: [", "line 1 of the file is 'a: [': allowed is"),
        (b"a: [\n", "line 2 of the file is '': allowed is"),
        (b"a: \x07", r"the file is 'a: \x07': allowed is YAML or JSON, in UTF-8 (unacceptable character"),
        (b"a: \xff", r"the file is b'\xff': allowed is YAML or JSON, in UTF-8"),
    ],
    ids=repr,
)
def test_the_place_is_told_where_a_file_cannot_be_read(content: bytes, said: str) -> None:
    with pytest.raises(InvalidInputError, match=f"^{re.escape(said)}"):
        read_document(content)


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    result = run("export", str(tmp_path / "no" / "suppressions.yaml"))
    assert (result.exit_code, "the file to write is" in result.stderr) == (2, True)


def test_openvex_says_suppressions_without_globs_and_names_the_others() -> None:
    add("a", repository="team/app", package="curl")
    add("b", cve="CVE-2024-*")
    result = run("export", "--format", "openvex")
    assert result.exit_code == 1
    (statement,) = json.loads(result.stdout)["statements"]
    assert statement["products"] == [
        {
            "@id": "pkg:oci/app?repository_url=123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app",
            "subcomponents": [{"@id": "pkg:generic/curl"}],
        }
    ]
    assert "b (CVE-2024-*) cannot be said in OpenVEX without the findings bucket: its cve is a glob" in result.stderr


def test_openvex_is_about_the_registry_that_is_named() -> None:
    add("a")
    result = run("export", "--format", "openvex", "--registry-id", "999999999999", "--author", "security@example.com")
    document = json.loads(result.stdout)
    assert (result.exit_code, document["author"]) == (0, "security@example.com")
    host = "999999999999.dkr.ecr.eu-west-1.amazonaws.com"
    assert document["statements"][0]["products"] == [{"@id": f"https://{host}"}]


def test_openvex_with_the_findings_bucket_names_exactly_the_images(monkeypatch: pytest.MonkeyPatch) -> None:
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="findings", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    stored = {
        findings_key(REPOSITORY, DIGEST): json.dumps(result_document(SCANNED_IMAGE, RESULT)),
        "findings/broken.json": "{",
    }
    for name in ("other", "more"):
        repository = replace(REPOSITORY, name=name)
        image = replace(SCANNED_IMAGE, repository=repository)
        stored[findings_key(repository, DIGEST)] = json.dumps(result_document(image, RESULT))
    for key, text in stored.items():
        s3.put_object(Bucket="findings", Key=key, Body=text.encode())
    monkeypatch.setenv("FINDINGS_BUCKET", "findings")
    add("glob", cve="cve-2023-*", repository="team/*")
    add("over", "2026-01-30", cve="CVE-2024-2961")
    result = run("export", "--format", "openvex")
    (statement,) = json.loads(result.stdout)["statements"]
    assert statement["vulnerability"] == {"name": "CVE-2023-38545"}
    assert [product["@id"].partition("?")[0] for product in statement["products"]] == [f"pkg:oci/app@{DIGEST}"]
    assert (result.exit_code, result.stderr.startswith("findings/broken.json: ")) == (1, True)


def test_openvex_has_no_empty_documents(tmp_path: Path) -> None:
    file = tmp_path / "empty.openvex.json"
    result = run("export", str(file), "--format", "openvex")
    assert (result.exit_code, file.exists()) == (1, False)
    assert "nothing to say" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("list",),
        ("remove", "a"),
        ("import", "-"),
        ("export",),
        ("add", "--cve", "CVE-1", "--reason", "r", "--until", "never"),
    ],
    ids=lambda arguments: arguments[0],
)
def test_a_table_that_is_not_there_exits_with_2(arguments: tuple[str, ...]) -> None:
    result = run(*arguments, "--table", "none", text=FILE)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "there is no table none" in result.stderr


def test_the_table_must_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUPPRESSIONS_TABLE")
    result = run("list")
    assert (result.exit_code, "--table" in result.stderr) == (2, True)


@pytest.mark.parametrize("name", ["list", "add", "remove", "import", "export"])
def test_the_help_documents_the_exit_status_and_the_variables(name: str) -> None:
    text = run(name, "--help").stdout
    assert [word for word in ("Exit status", "SUPPRESSIONS_TABLE", "--profile", "--region") if word not in text] == []


def test_a_profile_that_is_not_there_exits_with_2() -> None:
    result = run("list", "--profile", "nobody")
    assert (result.exit_code, "nobody" in result.stderr) == (2, True)
