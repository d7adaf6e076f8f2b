"""The e-mail: plain text (all that SNS sends). What changed, the counts, the findings, the next steps, the image."""

from collections.abc import Iterable, Iterator

from ecr_scan_reporter.domain.findings.failures import MAX_EXPLANATION, brief_reason, explain_failure
from ecr_scan_reporter.domain.messages.report.email_findings import finding_lists
from ecr_scan_reporter.domain.messages.report.email_steps import steps
from ecr_scan_reporter.domain.messages.report.news import (
    describe_baseline,
    describe_feeds,
    describe_fixable,
    describe_news,
    describe_suppressed,
)
from ecr_scan_reporter.domain.registry.partitions import console_url, image_uri
from ecr_scan_reporter.domain.reports.reports import ReportReason, ScanReport
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import describe_counts, describe_moment, describe_tags, one_line, shorten
from ecr_scan_reporter.domain.thresholds import OFF, RATED_SEVERITIES, THRESHOLD_SEVERITIES, threshold_level

MAX_FINDINGS = 25


def email(report: ScanReport, most_findings: int = MAX_FINDINGS) -> str:
    """Write the e-mail, with at most `most_findings` findings in each list."""
    if report.reason is ReportReason.SCAN_FAILED:
        sections: tuple[Iterable[str], ...] = (_failure(report), steps(report), _image(report))
    else:
        lists = finding_lists(report, most_findings)
        sections = (_summary(report), _counts(report), lists, steps(report), _image(report))
    texts = ("\n".join(lines).rstrip("\n") for lines in sections)
    return "\n\n".join(text for text in texts if text) + "\n"


def _failure(report: ScanReport) -> Iterator[str]:
    verb = "failed again, as the scan before did" if report.is_repeated else "failed"
    reason = shorten(one_line(brief_reason(report.result)), MAX_EXPLANATION)
    yield f"The scan of {one_line(report.image.name)} {verb}: {reason}."
    explanation = one_line(explain_failure(report.result))
    description = one_line(report.result.description[:MAX_EXPLANATION])
    is_explained = description != explanation
    if is_explained:
        yield explanation
    yield "Its vulnerabilities stay unknown until a scan succeeds."
    if description and is_explained:
        yield f"ECR says: {description}"


def _summary(report: ScanReport) -> Iterator[str]:
    name, counts = one_line(report.image.name), describe_counts(report.result.counts, list(Severity)) or "no findings"
    exploited = f"{len(report.exploited)} known to be exploited" if report.exploited else ""
    fixable = describe_fixable(report)
    if report.changes is None:
        yield f"{'; '.join(filter(None, (f'{name} has {counts}', exploited, fixable)))}."
    else:
        yield f"{'; '.join(filter(None, (describe_news(report), fixable)))}."
        yield f"{'; '.join(filter(None, (f'{name} has {counts} now', exploited)))}."
    yield f"{one_line(describe_baseline(report.changes, report.image.digest))}."
    if report.suppressed:
        yield f"{one_line(describe_suppressed(report))}."


def _counts(report: ScanReport) -> Iterator[str]:
    breached = {breach.severity for breach in report.breaches}
    reached_now = {breach.severity for breach in report.newly_breached}
    yield f"  {'Severity':<14}{'Found':>7}{'Threshold':>12}"
    if report.exploited:
        threshold = report.exploited_breach.threshold if report.exploited_breach else None
        shown = "-" if threshold is None else str(max(threshold, 1))
        reached = "  reached" if report.exploited_breach else ""
        yield f"  {'EXPLOITED':<14}{len(report.exploited):>7}{shown:>12}{reached}"
    for severity in Severity:
        count, level = report.result.counts.get(severity, 0), threshold_level(severity)
        if severity in RATED_SEVERITIES or count:
            shown = OFF if level in THRESHOLD_SEVERITIES else "-"
            if level in report.thresholds:
                shown = str(max(report.thresholds[level], 1))
            reached = ("  reached" if level in breached else "") + (", not before" if level in reached_now else "")
            yield f"  {severity:<14}{count:>7}{shown:>12}{reached}"


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
    feeds = describe_feeds(report)
    if feeds:
        yield f"Exploits    {one_line(feeds)}"
    if report.findings_uri:
        yield f"All details {one_line(report.findings_uri)}"
    for warning in report.tag_warnings:
        yield f"Ignored     {one_line(warning)}"
