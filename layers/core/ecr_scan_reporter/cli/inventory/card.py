"""One image for people: what is known of it, which update fixes what, its findings."""

from collections.abc import Iterator

from rich.text import Text

from ecr_scan_reporter.cli.inventory.cells import severity
from ecr_scan_reporter.cli.inventory.run import Run
from ecr_scan_reporter.cli.inventory.tables import FACTS, Column, print_line, print_table
from ecr_scan_reporter.cli.inventory.urgency import urgency
from ecr_scan_reporter.cli.inventory.words import has_counts, size, status_name
from ecr_scan_reporter.domain.findings.deadlines import describe_deadline
from ecr_scan_reporter.domain.findings.facts import describe_effect, describe_facts
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.fixes import Update, updates
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, InventoryImage, SnapshotInfo
from ecr_scan_reporter.domain.inventory.coverage import STATUS_NAMES
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import describe_counts, describe_moment, describe_tags

_UPDATES = (
    Column[Update]("Update", lambda update: f"{update.package} {update.version}"),
    Column[Update]("to", lambda update: update.fixed_in or "a version that ECR does not name"),
    Column[Update]("fixes", describe_effect),
)


def show_card(run: Run, card: ImageFindings, limit: int) -> None:
    """Print an image, and the first `limit` of its findings; 0 for all."""
    print_line(card.image.name, "bold")
    print_table(_facts(card.image, run.inventory.info), FACTS, has_header=False)
    todo = [update for update in updates(each for each in card.findings if not each.suppressed_by) if update.fixed_in]
    if todo:
        print_line("")
        print_table(todo[: limit or None], _UPDATES)
        run.note_remaining(len(todo) - limit if limit else 0)
    if card.findings:
        print_line("")
        print_table(card.findings[: limit or None], _finding_columns(run))
        run.note_remaining(len(card.findings) - limit if limit else 0)


def _facts(image: InventoryImage, info: SnapshotInfo) -> Iterator[tuple[str, str]]:
    yield "digest", image.digest
    yield "registry", f"{image.repository.registry_id}, {image.repository.region}"
    yield "tags", describe_tags(image.tags)
    yield "owner", image.owner or "not known"
    yield "status", f"{status_name(image.status)}: {STATUS_NAMES[image.status].lower()}"
    if image.description:
        yield "reason", image.description
    yield "scanned", describe_moment(image.scanned_at) if image.scanned_at else "never, as far as is known"
    yield "pushed", describe_moment(image.pushed_at)
    yield "pulled", describe_moment(image.pulled_at)
    yield "size", size(image.size_bytes)
    yield "in use", _use(image)
    yield "findings", _findings(image)
    if has_counts(image):
        yield from urgency(image, info)


def _use(image: InventoryImage) -> str:
    if image.is_in_use is None:
        return "not known"
    return ("yes" + (f": {', '.join(image.places)}" if image.places else "")) if image.is_in_use else "no"


def _findings(image: InventoryImage) -> str:
    if image.is_pending:
        return "not read yet"
    if not has_counts(image):
        return "not known"
    counts = describe_counts(image.counts, list(Severity)) or "none"
    parts = (counts, f"{image.fixable:,} fixable" if image.fixable else "")
    hidden = sum(image.suppressed.values())
    return "; ".join(filter(None, (*parts, f"{hidden:,} suppressed" if hidden else "")))


def _finding_columns(run: Run) -> tuple[Column[Finding], ...]:
    info = run.inventory.info

    def facts(finding: Finding) -> Text:
        return Text("; ".join(describe_facts(finding, run.now)))

    def deadline(finding: Finding) -> str:
        return describe_deadline(info.due_on(finding), info.built_at.date())

    return (
        Column[Finding]("Severity", lambda finding: severity(finding.severity)),
        Column[Finding]("Vulnerability", lambda finding: finding.name),
        Column[Finding]("Package", lambda finding: f"{finding.package} {finding.version}"),
        Column[Finding]("Deadline", deadline, is_optional=True),
        Column[Finding]("Known of it", facts),
        Column[Finding]("Suppressed by", lambda finding: finding.suppressed_by, is_optional=True),
    )
