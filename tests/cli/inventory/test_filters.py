"""Each option maps to one condition of the filters, on every command that has it."""

from dataclasses import replace
from typing import Any

import pytest

from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.selection import (
    EVERY_IMAGE,
    FindingFilter,
    ImageFilter,
    SuppressedFindings,
)
from ecr_scan_reporter.domain.severities import Severity
from tests.cli.inventory.asking import Asking
from tests.unit.samples import ago

OF_IMAGES: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    ((), {}),
    (("--repository", "team/*"), {"repository": "team/*"}),
    (("--tag", "1.*"), {"tag": "1.*"}),
    (("--owner", "payments"), {"owner": "payments"}),
    (("--status", "never-scanned"), {"statuses": frozenset({CoverageStatus.NEVER_SCANNED})}),
    (("--status", "neverScanned"), {"statuses": frozenset({CoverageStatus.NEVER_SCANNED})}),
    (("--status", "TOO_LARGE"), {"statuses": frozenset({CoverageStatus.TOO_LARGE})}),
    (
        ("--status", "stale", "--status", "failed"),
        {"statuses": frozenset({CoverageStatus.STALE, CoverageStatus.FAILED})},
    ),
    (("--older-than", "90d"), {"pushed_before": ago(days=90)}),
    (("--newer-than", "7d"), {"pushed_after": ago(days=7)}),
    (("--unused", "12w"), {"unused_since": ago(weeks=12)}),
    (("--in-use",), {"is_in_use": True}),
    (("--not-in-use",), {"is_in_use": False}),
    (("--overdue",), {"is_overdue": True}),
    (("--not-overdue",), {"is_overdue": False}),
    (("--suppressed", "only"), {"suppressed": SuppressedFindings.ONLY}),
    (("--suppressed", "included"), {"suppressed": SuppressedFindings.INCLUDED}),
]
OF_FINDINGS: list[tuple[tuple[str, ...], dict[str, Any]]] = [
    (("--severity", "high"), {"severity": Severity.HIGH}),
    (("--severity", "CRITICAL"), {"severity": Severity.CRITICAL}),
    (("--exploited",), {"is_exploited": True}),
    (("--not-exploited",), {"is_exploited": False}),
    (("--fixable",), {"is_fixable": True}),
    (("--not-fixable",), {"is_fixable": False}),
]
ON_IMAGES = {
    "images": ("images", 1),
    "summary": ("summary", 2),
    "left-behind": ("left_behind", 2),
}
ON_FINDINGS = ("where", "vulnerabilities")


def asked(asking: Asking, question: str, place: int) -> Any:
    return next(question_[place] for question_ in asking.inventory.asked if question_[0] == question)


@pytest.mark.parametrize(("options", "conditions"), [*OF_IMAGES, *OF_FINDINGS])
@pytest.mark.parametrize("command", ON_IMAGES)
def test_a_question_about_images_has_all_conditions(
    asking: Asking, command: str, options: tuple[str, ...], conditions: dict[str, Any]
) -> None:
    if (command, options[:1]) == ("left-behind", ("--unused",)):
        return  # there, it is the question itself
    assert asking.run(command, *options).exit_code == 0
    assert asked(asking, *ON_IMAGES[command]) == ImageFilter(**conditions)


@pytest.mark.parametrize(("options", "conditions"), [*OF_IMAGES, *OF_FINDINGS])
@pytest.mark.parametrize("command", ON_FINDINGS)
def test_a_question_about_findings_has_those_of_findings_for_itself(
    asking: Asking, command: str, options: tuple[str, ...], conditions: dict[str, Any]
) -> None:
    assert asking.run(command, "CVE-2021-44228", *options).exit_code == 0
    of_findings = {"severity", "is_exploited", "is_fixable"}
    expected = ImageFilter(**{name: value for name, value in conditions.items() if name not in of_findings})
    assert asked(asking, command, 2) == expected
    wanted = {name: value for name, value in conditions.items() if name in {*of_findings, "suppressed"}}
    assert asked(asking, command, 1) == FindingFilter("CVE-2021-44228", **wanted)


def test_changes_have_the_conditions_on_names_alone(asking: Asking) -> None:
    assert asking.run("changes", "--repository", "team/*", "--owner", "payments").exit_code == 0
    assert asked(asking, "changes", 3) == ImageFilter(repository="team/*", owner="payments")
    known = {("--repository", "team/*"), ("--owner", "payments")}
    for options, _ in (*OF_IMAGES[1:], *OF_FINDINGS):
        assert asking.run("changes", *options).exit_code == (0 if options in known else 2)


def test_conditions_are_joined(asking: Asking) -> None:
    asking.run("images", "--owner", "payments", "--in-use", "--severity", "high")
    expected = replace(EVERY_IMAGE, owner="payments", is_in_use=True, severity=Severity.HIGH)
    assert asked(asking, "images", 1) == expected


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [
        ("--severity", "bad", "'critical', 'high', 'medium'"),
        ("--status", "bad", "'never-scanned'"),
        ("--older-than", "90", "'1m', '2w3d'"),
        ("--suppressed", "bad", "'excluded', 'included', 'only'"),
        ("--limit", "-1", "x>=0"),
        ("--sort", "bad", "'worst', 'overdue', 'pushed'"),
    ],
)
def test_a_wrong_value_exits_with_2_and_names_what_is_allowed(
    asking: Asking, option: str, value: str, allowed: str
) -> None:
    result = asking.run("images", option, value)
    assert (result.exit_code, result.stdout) == (2, "")
    assert (option in result.stderr, allowed in " ".join(result.stderr.split())) == (True, True)


@pytest.mark.parametrize("option", ["--repository", "--tag", "--owner"])
def test_a_text_that_no_image_can_have_exits_with_2(asking: Asking, option: str) -> None:
    result = asking.run("images", option, "\ud83d")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "allowed is a text in UTF-8" in " ".join(result.stderr.split())


@pytest.mark.parametrize(
    ("before", "incomplete", "expected"),
    [("--status", "nev", ["never-scanned"]), ("--severity", "h", ["high"]), ("--sort", "p", ["pushed", "pulled"])],
)
def test_the_shell_completes_values(before: str, incomplete: str, expected: list[str]) -> None:
    from click.shell_completion import ShellComplete

    from ecr_scan_reporter.cli.main import cli

    completing = ShellComplete(cli, {}, "ecr-scan-reporter", "_ECR_SCAN_REPORTER_COMPLETE")
    assert [item.value for item in completing.get_completions(["images", before], incomplete)] == expected
