"""Commands for the reader that work as pasted. There is none where a name in it could change what it does."""

import re
import shlex
from collections.abc import Iterable
from datetime import UTC, date, timedelta

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.reports.reports import ScanReport

# How long the suppression of the command holds: long enough to update, and short enough to look again.
SUPPRESSED_FOR = timedelta(days=90)
# No glob, no quote, nothing that a shell expands, and no option.
_SAFE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/+:@~-]{0,255}")
# A package may have a scope: @babel/traverse.
_SAFE_PACKAGE = re.compile(rf"@?{_SAFE.pattern}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


def suppress_command(report: ScanReport, finding: Finding) -> tuple[str, ...]:
    """Return the parts of the command that suppresses a finding in its repository; none where there is no such command.

    It names the package where the finding is in one alone.
    """
    repository = report.image.repository
    return command_to_suppress(
        finding, repository, report.suppressions_table, repository.region, suppressed_until(report)
    )


def command_to_suppress(
    finding: Finding, repository: Repository, table: str, region: str, until: date | None
) -> tuple[str, ...]:
    """Return the parts of `suppress_command`, for a table of suppressions in a region; none without a last day."""
    needed = {
        "--table": table,
        "--region": region,
        "--cve": finding.name,
        "--repository": repository.name,
    }
    is_in_one = bool(finding.package) and not finding.also
    if until is None or not _are_safe(needed.values()) or (is_in_one and not _SAFE_PACKAGE.fullmatch(finding.package)):
        return ()
    package = {"--package": finding.package} if is_in_one else {}
    words = [f"{option} {shlex.quote(value)}" for option, value in (needed | package).items()]
    reason = f"--reason 'say here why it does not concern this image' --until {until.isoformat()}"
    return ("ecr-scan-reporter suppressions add", " ".join(words[:2]), " ".join(words[2:]), reason)


def suppressed_until(report: ScanReport) -> date | None:
    """Return the last day of the suppression that the command adds, None where the scan has no date."""
    at = report.result.completed_at
    return (at.astimezone(UTC) + SUPPRESSED_FOR).date() if at else None


def rescan_command(report: ScanReport) -> str:
    """Return the command that starts the scan of the image again, empty where there is none."""
    repository, digest = report.image.repository, report.image.digest
    if not _are_safe((repository.name, repository.region, repository.registry_id)) or not _DIGEST.fullmatch(digest):
        return ""
    return (
        f"aws ecr start-image-scan --region {repository.region} --registry-id {repository.registry_id}"
        f" --repository-name {repository.name} --image-id imageDigest={digest}"
    )


def _are_safe(values: Iterable[str]) -> bool:
    return all(map(_SAFE.fullmatch, values))
