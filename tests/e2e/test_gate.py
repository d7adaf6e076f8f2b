"""The gate as a pipeline runs it: situations with their exit statuses, each a process against a local AWS."""

import json
import re
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from local.running import PROJECT, running_emulator
from tests.e2e.gate_world import EXPLOITED, World, fill, rules, uri

pytestmark = pytest.mark.e2e

Done = subprocess.CompletedProcess[str]
AT_A_TIME = 4
DOCUMENT = PROJECT / "docs/how-to/gate-a-pipeline.md"


@dataclass(frozen=True)
class Situation:
    """What is asked, the exit status, and a text that the output has."""

    arguments: str
    status: int
    says: str
    variables: Mapping[str, str] = field(default_factory=dict)


PASSED, ERROR, USAGE, NOT_SCANNED, AGAINST = 0, 1, 2, 3, 4
NOBODY = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
NO_SUMMARY = {"GITHUB_STEP_SUMMARY": "/proc/x"}
NOWHERE = {"AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
SITUATIONS = {
    # passed
    "never scanned, and clean": Situation("app:clean", 0, "PASSED: team/app:clean is within the policy"),
    "a severity without a condition": Situation("app:high", 0, "1 high"),
    "fewer than the limit": Situation("app:critical --fail-on critical=2", 0, "PASSED"),
    "scanned five hours ago": Situation("app:scanned", 0, "1 high"),
    "too old for us, too new for ECR": Situation("app:scanned --max-age 1h", 0, "ECR scans an image once in 24 hours"),
    "scanned yesterday, so scanned again": Situation("app:yesterday", 0, "its scan was started"),
    "by its URI": Situation(uri("clean"), 0, "PASSED"),
    "watched by Inspector": Situation("app:inspected", 0, "PASSED"),
    "no policy at all": Situation("app:critical --fail-on off", 0, "whatever the scan finds passes"),
    "ignored in this pipeline": Situation("app:critical --ignore ignore.yaml", 0, "1 finding by ours: CVE-1"),
    "a rule without effect": Situation("app:critical --ignore ignore.yaml", 0, "idle: CVE-999 matches no finding"),
    "suppressed in the account": Situation("app:critical --stack strict --fail-on critical", 0, "not reachable"),
    "no fix yet": Situation("app:unfixable --only-fixable", 0, "1 without a fix"),
    "nothing new": Situation("app:critical --baseline team/app:critical", 0, "2 in the baseline too"),
    "exploited, and nothing new": Situation(
        "app:exploited --stack lenient --baseline team/app:exploited", 0, "1 in the baseline too"
    ),
    "thresholds that are off": Situation("app:critical --stack lenient", 0, "thresholds of the stack lenient"),
    "not in the catalogue": Situation("app:likely --fail-on exploited --stack lenient", 0, "PASSED"),
    "an index whose images all pass": Situation("app:multi", 0, "PASSED: team/app:multi"),
    # an error, or a condition that cannot be judged
    "no dates in basic scanning": Situation("app:high --fail-on overdue", 1, "NOT JUDGED"),
    "no exploits in basic scanning": Situation("app:high --fail-on exploit-available", 1, "cannot be judged"),
    "the feeds were never fetched": Situation("app:high --fail-on exploited --stack strict", 1, "NOT JUDGED"),
    # wrong usage or no access
    "an unknown word": Situation("app:clean --fail-on kritical=1", 2, "allowed is off, or conditions"),
    "no image": Situation("", 2, "Missing argument"),
    "a digest that is too short": Situation("app@sha256:abcdef", 2, "allowed is repository:tag"),
    "a wrong timeout": Situation("app:clean --timeout 15x", 2, "90s, 15m or 1h30m"),
    "a wrong file of rules": Situation("app:clean --ignore wrong.yaml", 2, "line 1: reason"),
    "a file of rules that is not there": Situation("app:clean --ignore none.yaml", 2, "none.yaml"),
    "exploited without a stack": Situation("app:clean --fail-on exploited", 2, "needs the exploit feeds"),
    "a stack that is not there": Situation("app:clean --stack none", 2, "the stack is 'none'"),
    "a table that is not there": Situation("app:clean --table none", 2, "the suppressions table is 'none'"),
    "a bucket that is not there": Situation("app:clean --findings-bucket none", 2, "the findings bucket is 'none'"),
    "no credentials": Situation("app:clean", 2, "no AWS credentials were found", NOBODY),
    "no connection": Situation("app:clean", 2, "there is no connection to AWS", NOWHERE),
    "a report without a folder": Situation("app:clean --report junit=none/x.xml", 2, "a folder that is there"),
    "a report that cannot be written": Situation("app:critical --report junit=/proc/x.xml", 2, "file to write"),
    "a summary that cannot be written": Situation("app:critical --summary /proc/x", 2, "the summary is '/proc/x'"),
    "a name that ECR does not take": Situation("a:x", 2, "repositoryName"),
    # not scanned
    "no such tag": Situation("app:none", 3, "there is no image team/app:none"),
    "no such repository": Situation("none:latest", 3, "there is no repository none"),
    "an unsupported system": Situation("app:fedora", 3, "does not support the operating system of this image, fedora"),
    "an unsupported image": Situation("app:unsupported", 3, "does not support this kind of image"),
    "a chart": Situation("app:chart", 3, "ECR cannot scan this kind of image"),
    "archived": Situation("app:archived", 3, "the image is archived"),
    "failed today": Situation("app:failed", 3, "this one was the last for today"),
    "too slow": Situation("app:slow --timeout 2s", 3, "did not end within 2s: its last status is IN_PROGRESS"),
    "pending": Situation("app:pending --timeout 2s", 3, "its last status is PENDING"),
    "not watched any more": Situation("app:expired", 3, "does not watch this image any more"),
    "not watched at all": Situation("app:unwatched", 3, "Amazon Inspector does not scan this repository"),
    "the registry's quota": Situation("app:quota", 3, "the daily quota of scans of the registry is used up"),
    "refused in unknown words": Situation("app:odd", 3, "Layer 3 has an unusual compression"),
    "an index that names a missing image": Situation("app:multi-missing", 3, "it is not in the repository"),
    "no baseline": Situation("app:clean --baseline team/app:none", 3, "there is no image team/app:none"),
    "a baseline without a result": Situation("app:clean --baseline team/app:fedora", 3, "the baseline team/app:fedora"),
    # against the policy
    "critical": Situation("app:critical", 4, "FAILED: team/app:critical is against the policy: 1 critical"),
    "several conditions": Situation("app:critical --fail-on critical,high", 4, "1 critical (allowed: none), 1 high"),
    "without a severity": Situation("app:unrated --fail-on undefined", 4, "1 without a severity"),
    "exploited": Situation("app:exploited --stack lenient", 4, "1 exploited (allowed: none)"),
    "likely to be exploited": Situation("app:likely --stack lenient --fail-on epss>=0.5", 4, "EPSS 0.84"),
    "overdue": Situation("app:overdue --fail-on overdue --remediation-days high=30", 4, "overdue by "),
    "a fix that nobody knows of": Situation("app:critical --only-fixable", 4, "the fix of 2 findings is unknown"),
    "something new": Situation("app:critical --baseline team/app:high", 4, "1 in the baseline too"),
    "the thresholds of a repository": Situation("strict:strict --stack lenient", 4, "AWS tags of the repository"),
    "one image of an index": Situation("app:multi-bad", 4, "1 critical (allowed: none) in"),
    "one fails, one is not scanned": Situation("app:multi-both", 4, "1 critical (allowed: none) in"),
    "a summary that is not there": Situation(
        "app:critical", 4, "warning: the summary", {"GITHUB_STEP_SUMMARY": "/proc/x"}
    ),
    "shown above a level only": Situation("app:critical --report-level critical", 4, "1 less severe"),
}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The local AWS with all images; it evaluates IAM policies."""
    with running_emulator(has_iam=True) as emulator:
        world = World(emulator, tmp_path_factory.mktemp("pipeline"))
        fill(world)
        rules(world.folder)
        yield world


@pytest.fixture(scope="module")
def results(world: World) -> Iterator[Callable[[str], Done]]:
    """Runs all situations, several at a time, and returns the result of one by its name."""
    with ThreadPoolExecutor(AT_A_TIME) as threads:
        started: dict[str, Future[Done]] = {
            name: threads.submit(world.run, *_arguments(situation), **situation.variables)
            for name, situation in SITUATIONS.items()
        }
        yield lambda name: started[name].result()


def _arguments(situation: Situation) -> list[str]:
    given = situation.arguments.split()
    if given and re.match(r"(app|strict)[:@]", given[0]):
        given[0] = f"team/{given[0]}"
    return ["check", *given]


def test_there_are_enough_situations() -> None:
    assert len(SITUATIONS) >= 40
    assert {situation.status for situation in SITUATIONS.values()} == {PASSED, ERROR, USAGE, NOT_SCANNED, AGAINST}


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_situation_has_its_exit_status_and_says_why(name: str, results: Callable[[str], Done]) -> None:
    situation, done = SITUATIONS[name], results(name)
    # A line of usage errors is folded to the width of the terminal.
    said = re.sub(r"\s+", " ", done.stdout + done.stderr)
    assert (done.returncode, situation.says in said) == (situation.status, True), said
    assert "Traceback" not in said


def test_a_failed_check_leaves_all_reports_and_a_summary(world: World) -> None:
    files = {each: world.folder / f"check.{each}" for each in ("json", "junit", "sarif", "markdown", "csv", "ndjson")}
    options = [option for format_, path in files.items() for option in ("--report", f"{format_}={path}")]
    summary = world.folder / "summary.md"
    done = world.run("check", "team/app:critical", *options, GITHUB_STEP_SUMMARY=str(summary))
    assert done.returncode == AGAINST
    assert json.loads(files["json"].read_text())["verdict"] == "againstPolicy"
    assert ET.parse(files["junit"]).getroot().find("testsuite").get("failures") == "2"  # type: ignore[union-attr]
    (run,) = json.loads(files["sarif"].read_text())["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["CVE-1", "CVE-2"]
    assert files["csv"].read_text().count("\n") == 3
    assert files["ndjson"].read_text().count("\n") == 2
    assert "FAILED" in files["markdown"].read_text()
    assert "FAILED" in summary.read_text(encoding="utf-8")


def test_a_check_without_a_result_leaves_a_report_that_is_an_error(world: World) -> None:
    done = world.run("check", "team/app:fedora", "--report", "junit=unscanned.xml", "--output", "json")
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (NOT_SCANNED, "notScanned")
    suite = ET.parse(world.folder / "unscanned.xml").getroot().find("testsuite")
    assert suite is not None
    assert (suite.get("failures"), suite.get("errors")) == ("0", "1")


def test_an_output_that_nobody_reads_is_no_verdict(world: World) -> None:
    command = f"{sys.executable} -m ecr_scan_reporter check team/app:clean --output json"
    for script, status in (
        (f"{command} > /dev/full", ERROR),
        (f"({command}; echo $? >&2) | true", ERROR),
    ):
        done = subprocess.run(
            ["/bin/sh", "-c", script],
            env=world.environment(),
            cwd=world.folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        shown = done.returncode or int(done.stderr.split()[-1])
        assert shown == status, done.stderr


def test_ctrl_c_ends_the_wait_and_is_no_verdict(world: World) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "ecr_scan_reporter", "check", "team/app:slow"],
        env=world.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # As in a terminal: a shell's background job, which tests may be, ignores Ctrl-C, and so would its children.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stderr
        assert any("waiting up to 15m" in line for line in process.stderr)
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=30)
    assert (process.returncode, output) == (130, "")
    assert time.monotonic() - began < 10


def documented_policy() -> dict[str, Any]:
    """The IAM policy of the document, for the account and the names of the test."""
    (text,) = re.findall(r"```json\n(\{\n  \"Version\".*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    policy: dict[str, Any] = json.loads(re.sub(r"arn:aws:(ecr|dynamodb|cloudformation):[^\"]*", "*", text))
    for statement in policy["Statement"]:
        if any(action.startswith("s3:") for action in statement["Action"]):
            statement["Resource"] = "*"
    return policy


def test_the_policy_of_the_document_is_enough(world: World) -> None:
    key = world.key_of("pipeline", documented_policy())
    done = world.run("check", "team/app:exploited", "--stack", "lenient", **key)
    assert (done.returncode, EXPLOITED in done.stdout) == (AGAINST, True), done.stderr
    done = world.run("check", "team/app:multi-bad", "--stack", "lenient", "--fail-on", "critical,overdue", **key)
    assert done.returncode == AGAINST, done.stderr


def test_without_a_permission_there_is_no_verdict(world: World) -> None:
    reader = {"Effect": "Allow", "Action": ["ecr:Describe*"], "Resource": "*"}
    key = world.key_of("reader", {"Version": "2012-10-17", "Statement": [reader]})
    world.push("new")
    done = world.run("check", "team/app:new", **key)
    assert done.returncode == USAGE
    assert "AWS denies a call" in done.stderr
    assert "ecr:StartImageScan" in done.stderr
    done = world.run("check", "team/app:scanned", **key)
    assert (done.returncode, "PASSED" in done.stdout) == (PASSED, True), "a fresh result needs no scan"


def test_the_reports_of_a_check_are_written_before_it_fails(world: World, tmp_path: Path) -> None:
    report = tmp_path / "check.json"
    done = world.run("check", "team/app:critical", "--output", "markdown", "--report", f"json={report}")
    assert done.returncode == AGAINST
    assert done.stdout.startswith("### ")
    assert done.stderr.startswith("FAILED: team/app:critical")
    assert json.loads(report.read_text())["images"][0]["counts"]["CRITICAL"] == 1
