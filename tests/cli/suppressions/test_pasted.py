"""The command that a message offers."""

import shlex
import subprocess
from dataclasses import replace

import boto3
import pytest

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.messages.report.email import email
from ecr_scan_reporter.domain.messages.report.email_steps import HEADING
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.severities import Severity
from tests.cli.suppressions.table import TABLE, run, stored
from tests.unit.samples import DIGEST, SCANNED_IMAGE, breached_report, result_of


@pytest.mark.parametrize("package", ["org.apache.logging.log4j:log4j-core", "libstdc++6~bpo"])
def test_the_command_of_an_e_mail_works_as_pasted(package: str) -> None:
    region = boto3.client("dynamodb").meta.region_name
    image = replace(SCANNED_IMAGE, id=ImageId(Repository("123456789012", region, "team/app"), DIGEST))
    finding = Finding("CVE-2021-44228", Severity.CRITICAL, package, "2.14.1")
    report = breached_report(result_of(finding), image=image, suppressions_table=TABLE)
    command = pasted(email(report))
    program, group, *arguments = words_of(command)
    assert (program, group) == ("ecr-scan-reporter", "suppressions")
    result = run(*arguments)
    assert (result.exit_code, result.stderr) == (0, "")
    (suppression,) = stored().values()
    assert (suppression["cve"], suppression["repository"]) == ("CVE-2021-44228", "team/app")
    assert (suppression["package"], suppression["until"]) == (package, "2026-05-01")


def pasted(mail: str) -> str:
    """Return what a reader selects: the lines below the one that introduces the command."""
    steps = mail.partition(HEADING)[2].partition("\n\n")[0]
    return "ecr-scan-reporter" + steps.partition("ecr-scan-reporter")[2]


def words_of(command: str) -> list[str]:
    """Return the words as a shell reads them."""
    shell = subprocess.run(
        ["/bin/sh", "-c", f'printf "%s\\n" {command}'], capture_output=True, text=True, check=True, timeout=10
    )
    assert shell.stdout.splitlines() == shlex.split(command.replace("\\\n", " "))
    return shell.stdout.splitlines()
