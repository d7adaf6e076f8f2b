"""A report for Slack and Microsoft Teams: the news first, then the image, then what to do."""

from collections.abc import Iterator
from datetime import datetime
from hashlib import sha256

from ecr_scan_reporter.domain.findings.facts import describe_facts
from ecr_scan_reporter.domain.findings.failures import explain_failure
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.messages.chat_text import MAX_DESCRIPTION, MAX_TITLE, chat_message, code, plain
from ecr_scan_reporter.domain.messages.report.chat_steps import next_steps
from ecr_scan_reporter.domain.messages.report.headline import head, tails
from ecr_scan_reporter.domain.messages.report.news import (
    describe_baseline,
    describe_feeds,
    describe_fixable,
    describe_news,
    describe_suppressed,
    suppression_before,
)
from ecr_scan_reporter.domain.registry.arns import image_arn
from ecr_scan_reporter.domain.registry.partitions import image_uri
from ecr_scan_reporter.domain.reports.reports import ReportReason, ScanReport
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import describe_counts, describe_moment

# What custom actions may be attached to: letters, digits and hyphens.
# https://docs.aws.amazon.com/chatbot/latest/APIReference/API_CustomActionAttachment.html
EVENT_TYPE = "ECR-Scan-Report"
MAX_FINDINGS = 10
MAX_FIXED = 3
MAX_TAGS = 5
MAX_TAG_WARNINGS = 2
LONGEST_NAME, LONGEST_FACT = 100, 120


def compose_chat(report: ScanReport) -> str:
    """Return the message for chat. Where it would be too long it shows fewer findings, and never fewer facts."""
    most = MAX_FINDINGS
    description = _description(report, most)
    while len(description) > MAX_DESCRIPTION and most:
        most -= 1
        description = _description(report, most)
    image, repository = report.image, report.image.repository
    severity = report.severity.value if report.severity else "NONE"
    return chat_message(
        _title(report),
        description,
        event_type=EVENT_TYPE,
        steps=next_steps(report),
        keywords=("ECR", *([severity] if report.severity else ()), repository.name, report.owner),
        thread=thread_of(report),
        resources=[image_arn(image.id)],
        context={
            "reason": report.reason.value,
            "severity": severity,
            "newSeverity": report.new_severity.value if report.new_severity else "NONE",
            "hasNew": "true" if report.has_news else "false",
            "hasExploited": "true" if report.exploited else "false",
            "repository": repository.name,
            "owner": report.owner,
            "region": repository.region,
            "registryId": repository.registry_id,
            "imageDigest": image.digest,
            "suppressedTotal": str(report.suppressed),
        },
    )


def thread_of(report: ScanReport) -> str:
    """Return the same short text for all scans of one image: its messages make one thread."""
    return f"ecr-scan-{sha256(f'{report.image.id}'.encode()).hexdigest()[:32]}"


def _title(report: ScanReport) -> str:
    start = f"{head(report)} {code(report.image.name, LONGEST_NAME)}"
    ends = [f" - {plain(tail)}" for tail in tails(report)]
    return start + next((end for end in ends if len(start) + len(end) <= MAX_TITLE), ends[-1])[: MAX_TITLE - len(start)]


def _description(report: ScanReport, most: int) -> str:
    # An empty line between paragraphs: Teams joins lines that stand under each other.
    failed = report.reason is ReportReason.SCAN_FAILED
    paragraphs = [*(_failure(report) if failed else _found(report, most)), *_image(report)]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _failure(report: ScanReport) -> Iterator[str]:
    explanation, description = explain_failure(report.result), report.result.description
    yield plain(explanation, 500) + (" The scan before failed in the same way." if report.is_repeated else "")
    yield "Its vulnerabilities stay unknown until a scan succeeds."
    if description and description != explanation:
        yield f"ECR says: {code(description, 400)}"


def _found(report: ScanReport, most: int) -> Iterator[str]:
    changes, at = report.changes, report.result.completed_at
    found = describe_counts(report.result.counts, list(Severity)) or "nothing"
    first, *others = (describe_news(report) if changes else found).split("; ")
    yield "; ".join(filter(None, (f"*{first}*", *others, describe_fixable(report))))
    yield f"{plain(describe_baseline(changes, report.image.digest))}."
    if changes:
        hidden = suppression_before(report)
        new = [_finding(finding, at, hidden.get(finding.identity, "")) for finding in changes.new]
        raised = [_finding(each.finding, at, f"it was {each.before}") for each in changes.raised]
        exploited = [_finding(finding, at) for finding in changes.exploited]
        yield _listed("New", new, most)
        yield _listed("Known to be exploited since", exploited, most)
        yield _listed("More severe than before", raised, most - min(len(new), most))
        yield _listed("Fixed", [_finding(finding, at) for finding in changes.fixed], min(MAX_FIXED, most))
    if not changes or not changes.news:
        yield _listed("Most important", [_finding(finding, at) for finding in report.result.findings], most)
    yield f"*All together:* {found}"
    if report.suppressed:
        yield f"*Suppressed:* {plain(describe_suppressed(report).replace(' suppressed', '', 1))}"


def _listed(title: str, lines: list[str], most: int) -> str:
    if not lines:
        return ""
    shown = "".join(f"\n- {line}" for line in lines[:most])
    more = len(lines) - most
    return f"*{title}:* {len(lines)}{shown}" + (f"\n- and {more} more" if more > 0 and shown else "")


def _finding(finding: Finding, at: datetime | None, remark: str = "") -> str:
    package = code(f"{finding.package} {finding.version}", LONGEST_NAME)
    facts = "; ".join(plain(fact, LONGEST_FACT) for fact in (remark, *describe_facts(finding, at)) if fact)
    named = f"{finding.severity} {code(finding.name)}" + (f" in {package}" if package else "")
    return f"{named}: {facts}" if facts else named


def _image(report: ScanReport) -> Iterator[str]:
    image, repository = report.image, report.image.repository
    if report.owner:
        yield f"*Owner:* {code(report.owner)}"
    tags = ", ".join(filter(None, (code(tag) for tag in image.tags[:MAX_TAGS]))) or "none"
    more = f" and {len(image.tags) - MAX_TAGS} more" if len(image.tags) > MAX_TAGS else ""
    # At its full length: it is there to be copied.
    yield f"*Image:* {code(image_uri(image.id), 450)}"
    yield f"*Tags:* {tags}{more}"
    registry = f"registry {repository.registry_id} in {repository.region}"
    feeds = describe_feeds(report)
    if feeds:
        yield f"*Exploits:* {code(feeds, 200)}"
    yield f"*Scanned:* {describe_moment(report.result.completed_at)}, {registry}"
    for warning in report.tag_warnings[:MAX_TAG_WARNINGS]:
        yield f"*Ignored:* {plain(warning, 200)}"
