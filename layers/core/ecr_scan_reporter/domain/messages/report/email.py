"""The e-mail: plain text (all that SNS sends), the news first, then the facts."""

from collections.abc import Iterable, Iterator

from ecr_scan_reporter.domain.findings.changes import Changes, Raised
from ecr_scan_reporter.domain.findings.facts import describe_facts
from ecr_scan_reporter.domain.findings.failures import (
    MAX_EXPLANATION,
    SUPPORTED_SYSTEMS,
    explain_failure,
    unsupported_system,
)
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.registry.partitions import console_url, image_uri
from ecr_scan_reporter.domain.reports.reports import ReportReason, ScanReport
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import describe_counts, describe_moment, describe_tags, one_line
from ecr_scan_reporter.domain.thresholds import RATED_SEVERITIES

MAX_FINDINGS = 25


def email(report: ScanReport, most_findings: int = MAX_FINDINGS) -> str:
    """Write the e-mail, with at most `most_findings` findings."""
    failed = report.reason is ReportReason.SCAN_FAILED
    body = _failure(report) if failed else _breaches(report, min(most_findings, MAX_FINDINGS))
    return "\n".join(["\n".join(body).rstrip("\n"), "", *_image(report), ""])


def _failure(report: ScanReport) -> Iterator[str]:
    yield f"The scan of {one_line(report.image.name)} failed."
    yield ""
    yield one_line(explain_failure(report.result))
    yield "Until a scan succeeds, nobody knows which vulnerabilities are in this image."
    if unsupported_system(report.result.description):
        yield f"What is supported: {SUPPORTED_SYSTEMS}"
    description = one_line(report.result.description[:MAX_EXPLANATION])
    if description and description != one_line(explain_failure(report.result)):
        yield ""
        yield f"ECR says: {description}"


def _breaches(report: ScanReport, most_findings: int) -> Iterator[str]:
    found = describe_counts(report.result.counts, RATED_SEVERITIES) or "none"
    suppressed = f" ({report.suppressed} suppressed)" if report.suppressed else ""
    yield f"The scan of {one_line(report.image.name)} found vulnerabilities: {found}{suppressed}."
    if report.changes:
        yield _since(report.changes)
    yield ""
    yield from _counts(report)
    yield ""
    if report.changes and most_findings:
        yield from _changes(report.changes, most_findings)
    yield from _findings(report, most_findings)


def _since(changes: Changes) -> str:
    parts = [f"{len(changes.new)} new", f"{len(changes.raised)} raised", f"{len(changes.fixed)} fixed"]
    return f"Since the scan of {describe_moment(changes.baseline.completed_at)}: {', '.join(parts)}."


def _changes(changes: Changes, most: int) -> Iterator[str]:
    for title, findings in (
        ("New:", [_finding(finding) for finding in changes.new[:most]]),
        ("More severe than before:", [_raised(raised) for raised in changes.raised[:most]]),
        ("Fixed:", [_finding(finding) for finding in changes.fixed[:most]]),
    ):
        if findings:
            yield title
            for lines in findings:
                yield ""
                yield from lines
            yield ""


def _raised(raised: Raised) -> Iterator[str]:
    yield from _finding(raised.finding)
    yield f"            it was {raised.before}"


def _counts(report: ScanReport) -> Iterator[str]:
    breached = {breach.severity for breach in report.breaches}
    yield f"  {'Severity':<14}{'Found':>7}{'Report from':>14}"
    for severity in Severity:
        count = report.result.counts.get(severity, 0)
        if severity in RATED_SEVERITIES or count:
            threshold = report.thresholds.get(severity)
            shown = "-" if threshold is None else str(max(threshold, 1))
            yield f"{'> ' if severity in breached else '  '}{severity:<14}{count:>7}{shown:>14}"


def _findings(report: ScanReport, most_findings: int) -> Iterator[str]:
    total = sum(report.result.counts.values())
    if not total:
        yield "No findings are left."
    elif not report.result.findings[:most_findings]:
        yield "The findings themselves could not be read, or do not fit here: see the links below."
    elif report.changes:
        yield from _known_before(report, report.changes, most_findings)
    else:
        shown = report.result.findings[:most_findings]
        yield "The findings:" if len(shown) == total else f"The {len(shown)} most severe of {total} findings:"
        yield from _listed(shown)


def _known_before(report: ScanReport, changes: Changes, most_findings: int) -> Iterator[str]:
    news = {finding.identity for finding in (*changes.new, *(raised.finding for raised in changes.raised))}
    known = [finding for finding in report.result.findings if finding.identity not in news]
    shown = known[:most_findings]
    if known:
        few = len(shown) < len(known)
        yield f"The {len(shown)} most severe of {len(known)} known before:" if few else "Known before:"
        yield from _listed(shown)


def _listed(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        yield ""
        yield from _finding(finding)


def _finding(finding: Finding) -> Iterator[str]:
    package = one_line(f"{finding.package} {finding.version}") or "package not known"
    score = f"score {finding.score:.1f}" if finding.score is not None else "no score"
    yield f"  {finding.severity:<9} {one_line(finding.name)}  {package}  ({score})"
    facts = "; ".join(describe_facts(finding))
    if facts:
        yield f"            {facts}"
    if finding.uri.startswith(("https://", "http://")):
        yield f"            {one_line(finding.uri)}"


def _image(report: ScanReport) -> Iterator[str]:
    image, repository = report.image, report.image.repository
    yield f"Repository  {one_line(repository.name)}"
    if report.owner:
        yield f"Owner       {one_line(report.owner)}"
    yield f"Tags        {describe_tags(image.tags)}"
    yield f"Image       {one_line(image_uri(image.id))}"
    yield f"Pushed      {describe_moment(image.pushed_at)}"
    yield f"Scanned     {describe_moment(report.result.completed_at)}"
    yield f"Registry    {repository.registry_id} in {repository.region}"
    yield f"Console     {console_url(image.id)}"
    if report.findings_uri:
        yield f"All details {one_line(report.findings_uri)}"
    for warning in report.tag_warnings:
        yield f"Ignored     {one_line(warning)}"
