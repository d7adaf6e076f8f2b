"""Write docs/reference/exports.md: the members of each record, their columns, and the limits of SARIF."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.inventory.exports.members import Kind, Member, RecordType
from ecr_scan_reporter.domain.inventory.exports.records_of_findings import VULNERABILITIES, finding_records
from ecr_scan_reporter.domain.inventory.exports.records_of_images import IMAGES
from ecr_scan_reporter.domain.inventory.exports.records_of_totals import (
    CHANGES,
    COVERAGE,
    HISTORY,
    LEFT_BEHIND,
    TOTALS,
)
from ecr_scan_reporter.domain.inventory.exports.sarif import MAX_GZIP_BYTES, MAX_RESULTS, MAX_RUNS
from ecr_scan_reporter.domain.inventory.exports.sarif_rules import level, security_severity
from ecr_scan_reporter.domain.inventory.left_behind import DIFFERENCES
from ecr_scan_reporter.domain.severities import Severity
from scripts.reference.pages import FOLDER, Page, code, table

RECORDS: tuple[RecordType[Any], ...] = (
    IMAGES,
    finding_records(SnapshotInfo(0, 0, "", datetime(2026, 1, 1, tzinfo=UTC))),
    VULNERABILITIES,
    TOTALS,
    COVERAGE,
    HISTORY,
    CHANGES,
    LEFT_BEHIND,
)


def render() -> str:
    """Return the tables of the page."""
    return "\n".join(_sections())


def _sections() -> Iterator[str]:
    for records in RECORDS:
        rows = (
            (code(member.name), member.kind.value, _columns(member), "yes" if member.is_brief else "", member.meaning)
            for member in records.members
        )
        yield f"## {records.name}\n\n" + table(("member", "kind", "columns in CSV", "in Markdown", "meaning"), rows)
    yield "## The columns of counts\n\n" + table(("kind", "a column for each of"), _kinds_with_columns())
    yield "## The limits of SARIF files\n\n" + table(
        ("of a file", "at most"),
        (
            ("runs, one for each image", f"{MAX_RUNS}"),
            ("results of a run", f"{MAX_RESULTS:,}"),
            ("bytes after gzip", f"{MAX_GZIP_BYTES:,}"),
        ),
    )
    yield "## The severities of SARIF results\n\n" + table(
        ("severity", "level", "`security-severity` without a score"),
        (
            (code(severity.value), code(level(severity)), code(security_severity([Finding("", severity)])))
            for severity in Severity
        ),
    )
    differences = "".join(f"- {difference}\n" for difference in DIFFERENCES)
    yield f"## What the lifecycle policy cannot know\n\n{differences}"


def _columns(member: Member[Any]) -> str:
    first, *others = member.columns
    return f"{code(first)} ... {code(others[-1])}" if others else code(first)


def _kinds_with_columns() -> Iterator[tuple[str, str]]:
    for kind in Kind:
        member: Member[Any] = Member("", kind, "", str)
        if member.parts:
            yield kind.value, ", ".join(map(code, member.parts))


PAGE = Page(FOLDER / "exports.md", render)
