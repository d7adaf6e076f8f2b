"""`check`: may this image ship? For pipelines."""

import sys
from datetime import timedelta
from pathlib import Path

import click

from ecr_scan_reporter.cli.gate.options import IMAGE, gate_options
from ecr_scan_reporter.cli.gate.outputs import Report
from ecr_scan_reporter.cli.gate.run import Outputs, Question, run_check
from ecr_scan_reporter.cli.inventory.listing_options import length
from ecr_scan_reporter.cli.parameters import is_typed, unless_stack
from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.findings.remediation import (
    DEFAULT_REMEDIATION_DAYS,
    RemediationDays,
    parse_remediation_days,
)
from ecr_scan_reporter.domain.gate.conditions import DEFAULT_CONDITIONS, ConditionKind, Conditions, parse_conditions
from ecr_scan_reporter.domain.gate.policy import GatePolicy
from ecr_scan_reporter.domain.inventory.references import NamedImage
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.settings.command_line import TerminalGateSettings
from ecr_scan_reporter.use_cases.gate.scans import WaitPolicy

EPILOG = (
    "Exit status: 0 passed; 1 an error, or a condition that cannot be judged; 2 wrong usage or no access; 3 not "
    "scanned: the scan takes too long or cannot start, or the image is not there; 4 against the policy; 130 "
    "interrupted. "
    "Results go to standard output, progress and errors to standard error."
)
_OF_FEEDS = (ConditionKind.EXPLOITED, ConditionKind.EPSS)


@click.command(epilog=EPILOG)
@click.argument("image", type=IMAGE)
@gate_options
def check(
    image: tuple[str, NamedImage],
    fail_on: Conditions | None,
    only_fixable: bool,
    baseline: tuple[str, NamedImage] | None,
    ignore: Path | None,
    stack: str,
    table: str,
    findings_bucket: str,
    remediation_days: RemediationDays | None,
    max_age: Duration,
    timeout: timedelta,
    report_level: Severity,
    limit: int | None,
    output: str,
    reports: tuple[Report, ...],
    summary: Path | None,
    profile: str | None,
    region: str | None,
) -> None:
    """Check an image against a policy, for pipelines: may it ship?

    IMAGE is repository:tag, repository@sha256:..., or a URI. A scan is started if none is fresh, and waited for. Of a
    multi-architecture index, every image in it must pass.
    """
    settings = TerminalGateSettings(
        profile,
        region,
        stack,
        unless_stack(stack, "table", table),
        unless_stack(stack, "findings_bucket", findings_bucket),
    )
    policy = GatePolicy(
        parse_conditions(DEFAULT_CONDITIONS) if fail_on is None else fail_on,
        "the default" if fail_on is None else "--fail-on",
        is_explicit=fail_on is not None,
        only_fixable=only_fixable,
        remediation_days=remediation_days or parse_remediation_days(DEFAULT_REMEDIATION_DAYS, "the days"),
    )
    _refuse_what_cannot_be_judged(policy, settings)
    question = Question(
        image,
        baseline,
        policy,
        has_own_policy=fail_on is not None,
        has_own_days=remediation_days is not None,
        ignore=ignore,
        wait=WaitPolicy(max_age, timeout),
    )
    outputs = Outputs(output, reports, summary, is_typed("summary"), report_level, length(limit, output))
    sys.exit(run_check(settings, question, outputs))


def _refuse_what_cannot_be_judged(policy: GatePolicy, settings: TerminalGateSettings) -> None:
    """Refuse conditions of which ECR knows nothing, before a scan is waited for."""
    if settings.stack or settings.findings_bucket or not policy.is_explicit:
        return
    for condition in policy.conditions:
        if condition.kind in _OF_FEEDS:
            raise click.UsageError(
                f"--fail-on {condition.name} needs the exploit feeds of a deployed application: give --stack or "
                "--findings-bucket"
            )
