"""The result of a scan from the pages of DescribeImageScanFindings, for basic and enhanced scanning.

https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ecr_scan_reporter.domain.findings.enhanced import parse_enhanced_finding
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult, parse_basic_finding
from ecr_scan_reporter.domain.findings.importance import sort_findings
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import SeverityCounts, parse_counts

Page = Mapping[str, Any]


def read_scan_result(pages: Sequence[Page]) -> ScanResult:
    """Return the result of all pages together."""
    status, first = pages[0].get("imageScanStatus", {}), _scan_findings(pages[0])
    findings = sort_findings(finding for page in pages for finding in _findings(page))
    return ScanResult(
        status=ScanStatus.parse(status.get("status")),
        completed_at=first.get("imageScanCompletedAt"),
        description=status.get("description", ""),
        counts=_counts(pages, findings),
        findings=findings,
        vulnerability_source_updated_at=first.get("vulnerabilitySourceUpdatedAt"),
    )


def _findings(page: Page) -> Iterator[Finding]:
    for basic in _scan_findings(page).get("findings", ()):
        yield parse_basic_finding(basic)
    for enhanced in _scan_findings(page).get("enhancedFindings", ()):
        finding = parse_enhanced_finding(enhanced)
        if finding:
            yield finding


def _counts(pages: Sequence[Page], findings: Sequence[Finding]) -> SeverityCounts:
    """Return ECR's counts; counts of the findings when ECR has none, too few, or counts closed findings too."""
    counts = parse_counts(_scan_findings(pages[0]).get("findingSeverityCounts"))
    listed = sum(len(_scan_findings(page).get(kind, ())) for page in pages for kind in ("findings", "enhancedFindings"))
    total = sum(counts.values())
    if listed < total or listed == total == len(findings):
        return counts
    return parse_counts(Counter(finding.severity.value for finding in findings))


def _scan_findings(page: Page) -> Mapping[str, Any]:
    scan_findings: Mapping[str, Any] = page.get("imageScanFindings", {})
    return scan_findings
