"""The commands `plan` and `scan` against a registry of moto's."""

import csv
import io
import json
from collections.abc import Iterator

import pytest

from tests.cli.scanning.registry import new_registry, run, scans_started


@pytest.fixture(autouse=True)
def registry() -> Iterator[None]:
    """A registry with two images that were never scanned, and one that was scanned just now."""
    with new_registry():
        yield


def test_plan_shows_each_image_with_its_reason_and_starts_nothing() -> None:
    result = run("plan", "--output", "json")
    assert result.exit_code == 0
    shown = {
        (row["repository"], row["imageTags"][0]): (row["isDue"], row["reason"]) for row in json.loads(result.stdout)
    }
    assert shown == {
        ("team/app", "1.0"): (True, "never_scanned"),
        ("team/app", "2.0"): (True, "never_scanned"),
        ("infra/proxy", "stable"): (False, "fresh"),
    }
    assert scans_started() == 1


def test_scan_starts_what_is_due_and_shows_only_that() -> None:
    result = run("scan", "--output", "json")
    assert result.exit_code == 0
    assert {(row["repository"], row["answer"]) for row in json.loads(result.stdout)} == {("team/app", "started")}
    assert scans_started() == 3
    assert "3 images, 2 due, 2 started, 0 refused, 0 failed" in result.stderr


def test_a_second_scan_finds_nothing_due() -> None:
    run("scan")
    result = run("scan", "--output", "json")
    assert (result.exit_code, json.loads(result.stdout)) == (0, [])


def test_no_scanning_shows_what_scan_would_start() -> None:
    result = run("scan", "--no-scanning", "--output", "json")
    assert {(row["imageTags"][0], row["answer"]) for row in json.loads(result.stdout)} == {("1.0", None), ("2.0", None)}
    assert scans_started() == 1


def test_csv_has_a_header_and_a_line_for_each_image() -> None:
    rows = list(csv.DictReader(io.StringIO(run("plan", "--output", "csv").stdout)))
    assert len(rows) == 3
    assert {row["imageTags"] for row in rows} == {"1.0", "2.0", "stable"}


def test_the_table_says_why_in_words() -> None:
    text = run("plan").stdout
    assert "it was never scanned" in text
    assert "its last scan is recent enough" in text


@pytest.mark.parametrize("option", ["--repositories", "--repos-regex"])
def test_the_filter_matches_from_the_start_of_the_name(option: str) -> None:
    result = run("plan", option, "infra", "--output", "json")
    assert {row["repository"] for row in json.loads(result.stdout)} == {"infra/proxy"}


def test_an_option_beats_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPOSITORIES_FILTER_REGEXP", "team")
    assert len(json.loads(run("plan", "--output", "json").stdout)) == 2
    assert len(json.loads(run("plan", "--repositories", "infra", "--output", "json").stdout)) == 1


@pytest.mark.parametrize("option", ["--max-age", "--duration-override"])
@pytest.mark.parametrize(
    ("value", "code", "said"), [("2w3d", 0, ""), ("banana", 2, "'banana': allowed is months, weeks, days and hours")]
)
def test_the_age_is_checked(option: str, value: str, code: int, said: str) -> None:
    result = run("plan", option, value)
    assert result.exit_code == code
    assert said in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [("--repositories", "["), ("--tag-status", "SOME"), ("--concurrency", "0"), ("--output", "xml"), ("--nonsense",)],
    ids=" ".join,
)
def test_wrong_usage_exits_with_2_and_names_the_option(arguments: tuple[str, ...]) -> None:
    result = run("plan", *arguments)
    assert result.exit_code == 2
    assert arguments[0] in result.stderr


def test_an_unknown_profile_exits_with_2_and_names_it() -> None:
    result = run("plan", "--profile", "nobody")
    assert (result.exit_code, "nobody" in result.stderr) == (2, True)


def test_no_access_exits_with_2(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path_factory.mktemp("home") / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    result = run("plan")
    assert result.exit_code == 2
    assert "NoCredentialsError" in result.stderr


@pytest.mark.parametrize("name", ["plan", "scan"])
def test_the_help_documents_the_exit_status_and_the_variables(name: str) -> None:
    text = run(name, "--help").stdout
    for word in ("Exit status", "ECR_IMAGES_DURATION_DELTA", "SCAN_LEDGER_TABLE", "--registry-id"):
        assert word in text
