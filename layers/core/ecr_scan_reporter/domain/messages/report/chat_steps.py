"""What the reader of a chat message can do next."""

from collections.abc import Iterator

from ecr_scan_reporter.domain.findings.facts import describe_effect
from ecr_scan_reporter.domain.findings.failures import SUPPORTED_SYSTEMS, is_unsupported
from ecr_scan_reporter.domain.findings.fixes import updates
from ecr_scan_reporter.domain.messages.chat_text import MAX_STEP, code, plain
from ecr_scan_reporter.domain.messages.report.commands import rescan_command, suppress_command
from ecr_scan_reporter.domain.messages.report.news import named_first
from ecr_scan_reporter.domain.registry.partitions import console_url
from ecr_scan_reporter.domain.reports.reports import ReportReason, ScanReport

MAX_UPDATES = 3
LONGEST_PACKAGE, LONGEST_VERSION, LONGEST_EFFECT = 60, 40, 70


def next_steps(report: ScanReport) -> list[str]:
    """Return the steps, the most useful first."""
    failed = report.reason is ReportReason.SCAN_FAILED
    steps = _after_failure(report) if failed else _after_findings(report)
    return [step for step in (_look(report), *steps) if len(step) <= MAX_STEP]


def _look(report: ScanReport) -> str:
    return f"Look at the image in the console: {console_url(report.image.id)}"


def _after_findings(report: ScanReport) -> Iterator[str]:
    if report.findings_uri:
        yield f"Read all findings: {code(report.findings_uri, 600)}"
    if report.reason is ReportReason.FINDINGS_FIXED:
        return
    yield _update(report)
    finding = next(iter(named_first(report)), None)
    command = " ".join(suppress_command(report, finding)) if finding else ""
    if command:
        yield f"If it does not concern this image, suppress it for a time: `{command}`"


def _update(report: ScanReport) -> str:
    found = [update for update in updates(report.result.findings) if update.fixed_in]
    named = [
        f"{code(update.package, LONGEST_PACKAGE)} to {code(update.fixed_in, LONGEST_VERSION)}"
        f" (fixes {plain(describe_effect(update), LONGEST_EFFECT)})"
        for update in found[:MAX_UPDATES]
    ]
    more = len(found) - MAX_UPDATES
    if not named:
        return "Build the image again with updated packages and base image, and push it."
    others = f" and {more} more" if more > 0 else ""
    return f"Update {', '.join(named)}{others}, build the image again and push it."


def _after_failure(report: ScanReport) -> Iterator[str]:
    if is_unsupported(report.result):
        yield f"Build the image on a system that ECR's scanner supports: {SUPPORTED_SYSTEMS}"
    elif command := rescan_command(report):
        yield f"Start the scan again (ECR scans an image once in 24 hours): `{command}`"
