"""What the person whose build has failed can do."""

from dataclasses import replace

import pytest
import yaml

from ecr_scan_reporter.domain.exploits.known import NOTHING_KNOWN
from ecr_scan_reporter.domain.gate.actions import Action, actions
from ecr_scan_reporter.domain.gate.checks import Check, CheckedImage
from ecr_scan_reporter.domain.gate.suppressing import Rules, applied
from ecr_scan_reporter.domain.gate.waiting import UNWATCHED
from ecr_scan_reporter.domain.suppressions.fields import parse_suppressions
from tests.unit.domain.gate.checks import CRITICAL, HIGH, check, checked, policy
from tests.unit.samples import NOW, SCANNED_IMAGE


def texts(found: Check) -> list[str]:
    return [action.text for action in actions(found)]


def test_after_a_good_verdict_there_is_nothing_to_do() -> None:
    assert texts(check(checked(HIGH))) == []


def test_what_has_a_fix_is_updated_first() -> None:
    assert texts(check(checked(CRITICAL)))[0].startswith("Make the updates above")
    unnamed = replace(CRITICAL, fixed_in="", fix_available="")
    assert texts(check(checked(unnamed)))[0].startswith("Build with updated packages or a newer base image")
    without = replace(CRITICAL, fixed_in="", fix_available="NO")
    assert "ignore it in this pipeline" in texts(check(checked(without)))[0]


def snippet(found: Check) -> Action:
    return next(action for action in actions(found) if "--ignore" in action.text)


@pytest.mark.parametrize("name", ["CVE-2026-1", "GHSA-1234-abcd", "npm:minimatch:20160620"])
@pytest.mark.parametrize("package", ["openssl", "@babel/core", "org.slf4j:slf4j", ""])
def test_the_rule_to_paste_is_one_that_the_option_takes_and_it_hides_the_finding(package: str, name: str) -> None:
    finding = replace(CRITICAL, package=package, name=name)
    document = yaml.load("\n".join(snippet(check(checked(finding))).lines), Loader=yaml.BaseLoader)
    pasted = parse_suppressions(document, created_by="--ignore", created_at=NOW)
    (hidden,) = applied(Rules([], pasted), [(SCANNED_IMAGE, [finding, HIGH])], NOW.date())
    assert hidden.count == 1


def test_with_a_table_there_is_a_command_too() -> None:
    found = check(checked(CRITICAL), table="suppressions", region="eu-central-1")
    command = next(action for action in actions(found) if "in the account" in action.text)
    assert command.lines[0] == "ecr-scan-reporter suppressions add \\"
    assert "--region eu-central-1" in "".join(command.lines), "that of the table, and not that of the image"
    assert "--cve CVE-1" in "".join(command.lines)


@pytest.mark.parametrize("name", ["CVE-1\nevil: true", "CVE-1; rm -rf /", "*", ""])
def test_nothing_to_paste_is_made_of_a_hostile_name(name: str) -> None:
    found = check(checked(replace(CRITICAL, name=name)), table="suppressions")
    assert all(not action.lines for action in actions(found))


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (CheckedImage(SCANNED_IMAGE, problem="ECR's scanner does not support x"), "Build the image on a system"),
        (CheckedImage(SCANNED_IMAGE, problem="the scan did not end within 2s: x"), "Check again, or wait longer"),
        (CheckedImage(SCANNED_IMAGE, problem="the daily quota of scans is used up"), "Check again later"),
        (CheckedImage(SCANNED_IMAGE, problem=UNWATCHED), "Add the repository to a rule"),
        (CheckedImage(SCANNED_IMAGE, problem="the image is archived"), ""),
        (checked(HIGH, exploits=NOTHING_KNOWN), "Name an application that fetches the exploit feeds"),
    ],
)
def test_without_a_verdict_there_is_advice(found: CheckedImage, said: str) -> None:
    told = texts(check(found))
    assert len(told) == bool(said)
    assert said in "".join(told)


def test_an_image_that_is_not_there_is_to_be_pushed() -> None:
    assert texts(check(problem="there is no image team/app:1.2"))[0].startswith("Push the image")


def test_an_unjudged_condition_that_nobody_asked_for_is_no_task() -> None:
    default = policy(is_explicit=False)
    assert texts(check(checked(HIGH, by=default, exploits=NOTHING_KNOWN), policy=default)) == []
