"""What the reader of an e-mail can do next: what to update, and how to suppress what does not concern the image."""

from collections.abc import Iterable, Iterator, Sequence

from ecr_scan_reporter.domain.findings.facts import describe_effect
from ecr_scan_reporter.domain.findings.failures import SUPPORTED_SYSTEMS, is_unsupported
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.fixes import Update, updates
from ecr_scan_reporter.domain.messages.report.commands import rescan_command, suppress_command, suppressed_until
from ecr_scan_reporter.domain.messages.report.news import named_first
from ecr_scan_reporter.domain.reports.reports import ReportReason, ScanReport
from ecr_scan_reporter.domain.text import many, one_line, shorten

MAX_UPDATES, MAX_NAMES = 8, 5
LONGEST_NAME, LONGEST_PACKAGE, LONGEST_VERSION = 40, 60, 40
HEADING = "Next steps:"


def steps(report: ScanReport) -> list[str]:
    """Return the lines, none where nothing has to be done."""
    if report.reason is ReportReason.SCAN_FAILED:
        lines = list(_after_failure(report))
    elif report.reason is ReportReason.FINDINGS_FIXED:
        lines = []
    else:
        lines = [*_update(report.result.findings), *_suppress(report)]
    return [HEADING, *lines] if lines else []


def _update(findings: Sequence[Finding]) -> Iterator[str]:
    found = updates(findings)
    named = [update for update in found if update.fixed_in]
    others = [update for update in found if not update.fixed_in]
    waiting = [finding for finding in findings if finding.fix_available == "NO"]
    if named:
        yield "  Update, build the image again, and push it:"
        yield from _cut((_fixing(update) for update in named[:MAX_UPDATES]), len(named), "update")
    if others:
        yield "  Build with updated packages or a newer base image. ECR names no fixed version for:"
        yield from _cut((_without_version(update) for update in others[:MAX_UPDATES]), len(others), "package")
    if waiting:
        yield f"  No fix yet: {_names(waiting)}"


def _cut(lines: Iterable[str], total: int, what: str) -> Iterator[str]:
    yield from (f"    {line}" for line in lines)
    if total > MAX_UPDATES:
        yield f"    and {many(total - MAX_UPDATES, f'more {what}')}"


def _fixing(update: Update) -> str:
    fixed_in = shorten(one_line(update.fixed_in), LONGEST_VERSION)
    return f"{_package(update)} -> {fixed_in} fixes {describe_effect(update)}"


def _without_version(update: Update) -> str:
    return f"{_package(update)}: {_names(update.findings)}"


def _package(update: Update) -> str:
    version = shorten(one_line(update.version), LONGEST_VERSION)
    return f"{shorten(one_line(update.package), LONGEST_PACKAGE)} {version}".rstrip()


def _names(findings: Sequence[Finding]) -> str:
    names = list(dict.fromkeys(shorten(one_line(finding.name), LONGEST_NAME) for finding in findings))
    more = len(names) - MAX_NAMES
    return ", ".join(names[:MAX_NAMES]) + (f" and {more} more" if more > 0 else "")


def _suppress(report: ScanReport) -> Iterator[str]:
    finding = next(iter(named_first(report)), None)
    command = suppress_command(report, finding) if finding else ()
    if finding and command:
        yield f"  If {finding.name} does not concern this image, suppress it until {suppressed_until(report)}:"
        yield from (f"    {'  ' if part is not command[0] else ''}{part} \\" for part in command[:-1])
        yield f"      {command[-1]}"


def _after_failure(report: ScanReport) -> Iterator[str]:
    if is_unsupported(report.result):
        yield f"  Build the image on a system that ECR's scanner supports: {SUPPORTED_SYSTEMS}"
    elif command := rescan_command(report):
        yield "  Start the scan again (ECR scans an image once in 24 hours):"
        yield f"    {command}"
