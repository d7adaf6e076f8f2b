"""Coverage in the digest: how many images have a recent scan, and why the others have none."""

from collections.abc import Iterator
from textwrap import wrap

from ecr_scan_reporter.domain.digest.digest import Digest
from ecr_scan_reporter.domain.findings.failures import SUPPORTED_SYSTEMS
from ecr_scan_reporter.domain.inventory.coverage import STATUS_NAMES, Coverage, CoverageStatus
from ecr_scan_reporter.domain.messages.digest.headline import describe_coverage
from ecr_scan_reporter.domain.messages.digest.names import image_name, repository_name
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.round import describe_round
from ecr_scan_reporter.domain.text import describe_moment, many, one_line, shorten

_REMARKS = {
    CoverageStatus.UNSUPPORTED_TYPE: "indexes (their images count), charts, signatures",
    CoverageStatus.ARCHIVED: "ECR does not scan archived images",
}
_EXPLANATIONS = {
    CoverageStatus.STALE: ("Vulnerabilities that became known since are not among their findings.",),
    CoverageStatus.NEVER_SCANNED: ("They have no result yet: they are new, or the event of their scan was lost.",),
    CoverageStatus.UNSUPPORTED_SYSTEM: (
        "ECR's scanner does not support the operating system of these images, so it finds nothing.",
        "Their vulnerabilities are unknown. It does not mean that they have none.",
        f"ECR supports these systems: {SUPPORTED_SYSTEMS}",
    ),
    CoverageStatus.TOO_LARGE: ("They exceed the size that ECR's scanner takes. Their vulnerabilities are unknown.",),
    CoverageStatus.REFUSED: ("ECR refused to scan them. The application asks again after a month.",),
    CoverageStatus.FAILED: ("ECR could not scan them. Their vulnerabilities are unknown.",),
}
_HELD_BACK = {
    StartScanResult.QUOTA_EXCEEDED: "ECR's daily quota of scans was used up",
    StartScanResult.OVER_BUDGET: "the day's budget (MaxScansPerDay) was spent",
}
MAX_SYSTEMS_NAMED = 5
LONGEST_SYSTEM = 28
WIDTH = 100
# Here ECR's own words say more.
_WITH_DESCRIPTION = frozenset({CoverageStatus.FAILED, CoverageStatus.REFUSED})


def coverage_lines(digest: Digest) -> Iterator[str]:
    """Write the section on coverage."""
    coverage = digest.coverage
    yield f"COVERAGE: {describe_coverage(coverage)}"
    for status, name in STATUS_NAMES.items():
        if coverage.counts.get(status) or status is CoverageStatus.CURRENT:
            remark = f"   {_REMARKS[status]}" if status in _REMARKS else ""
            yield f"  {name:<30}{coverage.counts.get(status, 0):>8}{remark}"
    for status, explanation in _EXPLANATIONS.items():
        if coverage.counts.get(status):
            yield ""
            yield f"{STATUS_NAMES[status]}:"
            yield from (f"  {line}" for line in explanation)
            yield from _details(digest, status)
    yield ""
    yield from _oldest(digest)
    yield from _looks(digest)
    if digest.round:
        yield from wrap(describe_round(digest.round, digest.at), WIDTH)
    for answer, number in digest.repositories.held_back.items():
        yield f"Not started: {many(number, 'scan')}, because {_HELD_BACK[answer]}. The images stay due."


def _details(digest: Digest, status: CoverageStatus) -> Iterator[str]:
    if status is CoverageStatus.UNSUPPORTED_SYSTEM and digest.coverage.systems:
        yield f"  Their systems: {_systems(digest.coverage)}"
    examples = digest.coverage.examples.get(status)
    if examples and examples.first:
        if len(examples.first) < digest.coverage.counts[status]:
            yield "  For example:"
        if len(examples.first) < digest.coverage.counts[status]:
            yield f"  {len(examples.first)} of {digest.coverage.counts[status]}:"
        for image in examples.first:
            said = image.ended_scan.description if image.ended_scan and status in _WITH_DESCRIPTION else ""
            yield f"    {image_name(digest, image)}{f': {shorten(one_line(said), 90)}' if said else ''}"


def _systems(coverage: Coverage) -> str:
    commonest = sorted(coverage.systems.items(), key=lambda entry: (-entry[1], entry[0]))
    shown = [f"{shorten(one_line(name), LONGEST_SYSTEM)} ({number})" for name, number in commonest[:MAX_SYSTEMS_NAMED]]
    return ", ".join(shown) + (" and others" if len(commonest) > MAX_SYSTEMS_NAMED else "")


def _oldest(digest: Digest) -> Iterator[str]:
    oldest = digest.coverage.oldest
    scan = oldest.ended_scan if oldest else None
    if oldest and scan:
        yield f"Oldest scan: {image_name(digest, oldest)}, {describe_moment(scan.scanned_at)}."


def _looks(digest: Digest) -> Iterator[str]:
    seen = digest.repositories
    if seen.looked_at is None:
        yield "No run has looked at a whole repository yet: there may be more images than these."
        return
    yield f"Last look at the repositories: {describe_moment(seen.looked_at)}."
    if seen.inactive.total:
        inactive = many(seen.inactive.total, "repository")
        yield f"Inactive, and not counted: {inactive}. Deleted, or not selected any more?"
        yield "If not, the jobs fail: look at the dead-letter queue."
        yield from (f"    {repository_name(digest, repository)}" for repository in seen.inactive.first)
        if seen.inactive.remaining:
            yield f"    and {seen.inactive.remaining} more"
