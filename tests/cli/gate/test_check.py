"""`check` on the command line: its verdicts, its errors, and what each of them says."""

from dataclasses import replace
from datetime import date

import pytest

from ecr_scan_reporter.cli.gate.run import error_status
from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.exploits.known import Exploits
from ecr_scan_reporter.domain.findings.remediation import NO_DEADLINES
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import (
    CallFailedError,
    EcrScanReporterError,
    ImageNotFoundError,
    InvalidInputError,
    MissingInputError,
)
from ecr_scan_reporter.settings.gate import StackPolicy
from ecr_scan_reporter.use_cases.gate.scans import IncompleteResultError
from tests.cli.gate.fake_gate import FakeGate
from tests.unit.domain.gate.checks import COPY, CRITICAL, HIGH, rule
from tests.unit.samples import digest
from tests.unit.use_cases.gate.registry import DENIED

URI = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:new"


def test_a_passing_image_is_0_and_the_first_line_says_so(gate: FakeGate) -> None:
    gate.has("new", HIGH)
    result = gate.check("team/app:new")
    assert result.exit_code == 0
    policy = "critical=1,exploited=1 (exploited not judged)"
    assert result.stdout.startswith(f"PASSED: team/app:new is within the policy {policy}: 1 high\n")
    assert "CVE-2" in result.stdout


def test_an_image_against_the_policy_is_4_with_the_reason_the_finding_the_update_and_what_to_do(gate: FakeGate) -> None:
    gate.has("new", HIGH, CRITICAL)
    gate.table = "suppressions"
    result = gate.check("team/app:new")
    assert result.exit_code == 4
    lines = result.stdout.splitlines()
    assert lines[0] == "FAILED: team/app:new is against the policy: 1 critical (allowed: none)"
    parts = ("CVE-1", "openssl 1.1.1  1.1.2  1 critical", "What to do:", "suppressions add", "Where this comes from:")
    places = [next(place for place, line in enumerate(lines) if part in line) for part in parts]
    assert places == sorted(places)


def test_the_worst_and_exploited_is_first_with_its_reason_in_words(gate: FakeGate) -> None:
    gate.has("new", CRITICAL, HIGH)
    gate.known = Exploits(COPY, COPY, {"CVE-2": KnownExploit(date(2026, 1, 1), date(2026, 12, 1))}, {"CVE-2": 0.84})
    lines = gate.check("team/app:new").stdout.splitlines()
    first = next(line for line in lines if line.startswith(("critical ", "high ")))
    assert "CVE-2" in first
    assert "exploited (KEV, due 2026-12-01), EPSS 0.84" in first


def test_a_clean_image_shows_that_nothing_was_found(gate: FakeGate) -> None:
    gate.has("new")
    result = gate.check("team/app:new")
    assert (result.exit_code, "no findings that count" in result.stdout) == (0, True)
    assert "findings  none" in result.stdout


def test_an_image_that_is_not_there_is_3(gate: FakeGate) -> None:
    result = gate.check("team/app:new")
    assert (result.exit_code, "there is no image team/app:new" in result.stdout) == (3, True)


def test_a_condition_that_cannot_be_judged_is_1_where_it_was_asked_for(gate: FakeGate) -> None:
    gate.has("new", HIGH)
    result = gate.check("team/app:new", "--fail-on", "exploited", "--findings-bucket", "findings")
    assert (result.exit_code, result.stdout.partition(":")[0]) == (1, "NOT JUDGED")
    result = gate.check("team/app:new")
    assert result.exit_code == 0
    assert "warning: exploited could not be judged: nothing is known of exploited vulnerabilities" in result.stdout


STACK = StackPolicy({Severity.HIGH: 0}, 1, 0.1, NO_DEADLINES)


def test_a_stack_has_the_policy_and_an_own_one_comes_before(gate: FakeGate) -> None:
    gate.has("new", HIGH)
    gate.deployed = STACK
    assert gate.check("team/app:new", "--stack", "prod").exit_code == 4
    assert gate.check("team/app:new", "--stack", "prod", "--fail-on", "critical").exit_code == 0


def test_a_stack_that_is_named_counts_more_than_the_variables(gate: FakeGate, monkeypatch: pytest.MonkeyPatch) -> None:
    gate.has("new")
    monkeypatch.setenv("SUPPRESSIONS_TABLE", "of-the-environment")
    monkeypatch.setenv("FINDINGS_BUCKET", "of-the-environment")
    gate.check("team/app:new")
    assert gate.settings
    assert gate.settings.suppressions_table == gate.settings.findings_bucket == "of-the-environment"
    gate.deployed = STACK
    gate.check("team/app:new", "--stack", "prod", "--table", "typed")
    assert (gate.settings.suppressions_table, gate.settings.findings_bucket) == ("typed", "")


def test_suppressions_that_cannot_be_read_are_a_warning(gate: FakeGate) -> None:
    gate.has("new", CRITICAL)
    gate.account, gate.problems = [rule()], ("the item x is no suppression",)
    result = gate.check("team/app:new", "--table", "suppressions")
    assert (result.exit_code, "warning: the item x is no suppression" in result.stdout) == (0, True)


def test_a_uri_says_in_which_registry_to_look_and_its_region_is_the_default(gate: FakeGate) -> None:
    gate.has("new")
    assert gate.check(URI).exit_code == 0
    assert gate.settings
    assert (gate.settings.region, gate.places) == ("eu-west-1", [("123456789012", "eu-west-1")])
    gate.check(URI, "--region", "us-east-1")
    assert gate.settings.region == "us-east-1"


def test_an_image_is_found_by_its_digest(gate: FakeGate) -> None:
    gate.has("new")
    assert gate.check(f"team/app@{digest(1)}").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["team/app"],
        ["sha256:abcdef"],
        ["team/app@sha256:abcdef"],
        ["team/app:new", "--fail-on", "kritical"],
        ["team/app:new", "--fail-on", "epss>=0.5"],
        ["team/app:new", "--timeout", "1 week"],
        ["team/app:new", "--max-age", "soon"],
        ["team/app:new", "--remediation-days", "high=never"],
        ["team/app:new", "--baseline", "team/app"],
        ["team/app:new", "--report", "pdf=x"],
        ["team/app:new", "--report", "json"],
        ["team/app:new", "--report", "json=nowhere/x"],
        ["team/app:new", "--output", "pdf"],
    ],
)
def test_wrong_usage_is_2(gate: FakeGate, arguments: list[str]) -> None:
    gate.has("new", CRITICAL)
    assert gate.check(*arguments).exit_code == 2


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (InvalidInputError("a", "b", "c"), 2),
        (MissingInputError("a", "b"), 2),
        (DENIED, 2),
        (CallFailedError("x", "NoCredentialsError", "none"), 2),
        (CallFailedError("x", "EndpointConnectionError", "none"), 2),
        (CallFailedError("x", "InvalidParameterException", "a tag"), 2),
        (CallFailedError("x", "ServerException", "oops", is_passing=True), 1),
        (IncompleteResultError("fewer"), 1),
        (ImageNotFoundError("gone"), 1),
    ],
)
def test_no_error_is_a_verdict(error: EcrScanReporterError, status: int) -> None:
    assert error_status(error) == status


def test_an_error_is_printed_and_nothing_else(gate: FakeGate) -> None:
    gate.has("new", CRITICAL)
    gate.found.results[digest(1)] = DENIED
    result = gate.check("team/app:new")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: AWS denies a call")


@pytest.mark.parametrize("error", [RuntimeError("a fault of ours"), MemoryError(), RecursionError()])
def test_a_fault_of_ours_is_1(gate: FakeGate, error: Exception) -> None:
    gate.has("new")
    gate.found.results[digest(1)] = error
    assert gate.check("team/app:new").exit_code == 1


def test_an_interrupted_check_is_130(gate: FakeGate, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(FakeGate, "exploits", interrupted)
    assert gate.check("team/app:new").exit_code == 130


def test_the_level_of_the_report_is_not_that_of_the_failure(gate: FakeGate) -> None:
    gate.has("new", CRITICAL, HIGH)
    result = gate.check("team/app:new", "--report-level", "critical", "--fail-on", "any=3")
    assert (result.exit_code, "CVE-2" in result.stdout) == (0, False)
    assert "and 1 less severe, which --report-level leaves out" in result.stdout
    result = gate.check("team/app:new", "--report-level", "critical", "--fail-on", "high")
    assert (result.exit_code, "CVE-2" in result.stdout) == (4, True)


def test_a_long_list_is_cut_and_says_so(gate: FakeGate) -> None:
    gate.has("new", *(replace(HIGH, name=f"CVE-{number}") for number in range(60)))
    assert "and 10 more: --limit 0 for all" in gate.check("team/app:new").stdout
    assert "more:" not in gate.check("team/app:new", "--limit", "0").stdout


@pytest.mark.parametrize("text", ["[red]x", ":smile:", "a\x1b[2Jb", "\u202e", "[/]"])
def test_text_of_others_is_text(gate: FakeGate, text: str) -> None:
    finding = replace(CRITICAL, name=f"CVE {text}", package=text, version=text, fixed_in=text)
    gate.has("new", finding)
    result = gate.check("team/app:new")
    assert result.exit_code == 4
    assert "\x1b" not in result.stdout
    assert text.isprintable() is (text in result.stdout)
