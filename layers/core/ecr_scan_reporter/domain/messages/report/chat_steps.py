"""What the reader of a chat message can do next. Commands are shown only where no text of others can change them."""

import re
from collections.abc import Iterator

from ecr_scan_reporter.domain.findings.failures import SUPPORTED_SYSTEMS, unsupported_system
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.messages.chat_text import MAX_STEP, code
from ecr_scan_reporter.domain.registry.partitions import console_url
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.reports.reports import ReportReason, ScanReport

# What a shell takes for one word, whatever it is.
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]*")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


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
    fixed = next((finding for finding in _named_first(report) if finding.fixed_in), None)
    if fixed and fixed.package:
        yield f"Update {code(fixed.package)} to {code(fixed.fixed_in)}, build the image again and push it."
    else:
        yield "Build the image again with updated packages and base image, and push it."
    yield from _suppress(report)


def _named_first(report: ScanReport) -> tuple[Finding, ...]:
    """Return the findings that the message names first."""
    changes = report.changes
    news = (*changes.new, *(raised.finding for raised in changes.raised)) if changes else ()
    return news or report.result.findings


def _suppress(report: ScanReport) -> Iterator[str]:
    name = next((finding.name for finding in _named_first(report)), "")
    repository = report.image.repository.name
    if _WORD.fullmatch(name) and _WORD.fullmatch(repository):
        command = (
            f"ecr-scan-reporter suppressions add --cve {name} --repository {repository} --reason '...' --until ..."
        )
        yield f"If it does not concern this image, say so for a time: `{command}`"


def _after_failure(report: ScanReport) -> Iterator[str]:
    repository, digest = report.image.repository, report.image.digest
    if unsupported_system(report.result.description) or report.result.status is ScanStatus.UNSUPPORTED_IMAGE:
        yield f"Build the image on a system that ECR's scanner supports: {SUPPORTED_SYSTEMS}"
    elif all(map(_WORD.fullmatch, (repository.name, repository.region, repository.registry_id))) and _DIGEST.fullmatch(
        digest
    ):
        command = (
            f"aws ecr start-image-scan --region {repository.region} --registry-id {repository.registry_id}"
            f" --repository-name {repository.name} --image-id imageDigest={digest}"
        )
        yield f"Start the scan again (ECR scans an image once in 24 hours): `{command}`"
