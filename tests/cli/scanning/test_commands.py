"""The commands `plan` and `scan` against a registry of moto's."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecr_scan_reporter.aws.ecr import EcrRegistry
from tests.cli.credentials import without_credentials
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


def test_the_table_has_what_is_due_and_counts_the_rest_by_reason() -> None:
    text = run("plan").stdout
    assert text.count("it was never scanned") == 2
    assert "infra/proxy" not in text
    *_, heading, count = text.splitlines()
    assert (heading, count.split(maxsplit=1)) == (
        "1 image not due (--all shows each):",
        ["1", "its last scan is recent enough"],
    )


def test_all_shows_every_image() -> None:
    text = run("plan", "--all").stdout
    assert [name for name in ("team/app", "infra/proxy") if name not in text] == []
    assert "not due" not in text


def test_the_formats_for_programs_have_every_image_without_being_asked() -> None:
    for output in ("json", "csv"):
        for tag in ("1.0", "2.0", "stable"):
            assert tag in run("plan", "--output", output).stdout
    assert "not due" not in run("plan", "--output", "csv").stdout


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


def test_without_credentials_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    without_credentials(monkeypatch, tmp_path)
    result = run("plan")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: no AWS credentials were found: give --profile, or set AWS_PROFILE")


def test_a_region_that_is_none_exits_with_2_and_names_it() -> None:
    result = run("plan", "--region", "eu west")
    assert (result.exit_code, "the region is 'eu west'" in result.stderr) == (2, True)


def test_a_configuration_that_is_broken_exits_with_2(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "config").write_text("[default\n", encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    result = run("plan")
    assert (result.exit_code, "the AWS configuration cannot be read" in result.stderr) == (2, True)


CONFIGURATION = "[default]\nregion = sa-east-1\n[profile other]\nregion = ca-west-1\n"


@pytest.mark.parametrize(
    ("variables", "arguments", "region"),
    [
        ({"AWS_REGION": "us-east-2", "AWS_DEFAULT_REGION": "us-west-1"}, ("--region", "us-west-2"), "us-west-2"),
        ({"AWS_REGION": "us-east-2", "AWS_DEFAULT_REGION": "us-west-1"}, ("--profile", "other"), "us-east-2"),
        ({"AWS_REGION": "", "AWS_DEFAULT_REGION": "us-west-1"}, ("--profile", "other"), "us-west-1"),
        ({}, ("--profile", "other"), "ca-west-1"),
        ({}, (), "sa-east-1"),
    ],
    ids=str,
)
def test_the_region_is_that_of_the_aws_cli(
    variables: dict[str, str], arguments: tuple[str, ...], region: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text(CONFIGURATION, encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    asked: list[str] = []

    def no_names(self: EcrRegistry) -> list[str]:
        asked.append(self.region)
        return []

    monkeypatch.setattr(EcrRegistry, "repository_names", no_names)
    assert (run("plan", *arguments).exit_code, asked) == (0, [region])


@pytest.mark.parametrize("name", ["plan", "scan"])
def test_the_help_documents_the_exit_status_and_the_variables(name: str) -> None:
    text = run(name, "--help").stdout
    for word in ("Exit status", "ECR_IMAGES_DURATION_DELTA", "SCAN_LEDGER_TABLE", "--registry-id"):
        assert word in text
