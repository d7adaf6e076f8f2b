"""The findings in the e-mail: one to a line, those that are news with a second line."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from ecr_scan_reporter.domain.findings.changes import Changes
from ecr_scan_reporter.domain.findings.facts import describe_facts
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.messages.report.news import suppression_before
from ecr_scan_reporter.domain.reports.reports import ScanReport
from ecr_scan_reporter.domain.text import abridge, one_line, shorten

LONGEST_NAME, LONGEST_PACKAGE = 40, 80
# Names and packages up to here make columns.
NAME_COLUMN, PACKAGE_COLUMN = 16, 32
LONGEST_DESCRIPTION, LONGEST_LINK = 90, 160

Remark = Callable[[Finding], str]


def finding_lists(report: ScanReport, most: int) -> Iterator[str]:
    """Write the lists, each with at most `most` findings; a list that is cut says how many there are."""
    found, changes = report.result.findings, report.changes
    total = max(len(found), sum(report.result.counts.values()))
    if changes:
        yield from _changed(report, changes, most)
    if not total:
        yield "No findings are left."
    elif not found:
        yield "The findings could not be read; see the links below."
    elif changes:
        news, remarks = {finding.identity for finding in changes.news}, _versions_before(changes)
        known = [finding for finding in found if finding.identity not in news]
        yield from _list(report, "Known before", known, most, total=total - len(news), remark=remarks)
    else:
        yield from _list(report, "Findings", found, most, total=total, has_details=True)


def _changed(report: ScanReport, changes: Changes, most: int) -> Iterator[str]:
    suppressed, versions = suppression_before(report), _versions_before(changes)
    before = {raised.finding.identity: f"it was {raised.before}" for raised in changes.raised}
    raised = [each.finding for each in changes.raised]

    def was(finding: Finding) -> str:
        return "; ".join(filter(None, (before[finding.identity], versions(finding))))

    yield from _list(
        report, "New", changes.new, most, has_details=True, remark=lambda f: suppressed.get(f.identity, "")
    )
    yield from _list(
        report, "Known to be exploited since", changes.exploited, most, has_details=True, remark=_known_before
    )
    yield from _list(report, "More severe than before", raised, most, has_details=True, remark=was)
    yield from _list(report, "Fixed", changes.fixed, most)


def _known_before(finding: Finding) -> str:  # noqa: ARG001 - as Remark
    return "known before, and not yet exploited"


def _versions_before(changes: Changes) -> Remark:
    before = {each.finding.identity: each.before for each in changes.other_version}

    def remark(finding: Finding) -> str:
        version = before.get(finding.identity)
        return f"known before in {shorten(one_line(version), 40) or 'another version'}" if version is not None else ""

    return remark


def _list(
    report: ScanReport,
    title: str,
    findings: Sequence[Finding],
    most: int,
    *,
    total: int = 0,
    has_details: bool = False,
    remark: Remark = lambda _: "",
) -> Iterator[str]:
    shown, total = findings[:most], max(len(findings), total)
    if not total:
        return
    yield f"{title} ({total}):" if len(shown) == total else f"{title} ({len(shown)} of {total}):"
    severity = max((len(finding.severity) for finding in shown), default=0)
    name = _column((finding.name for finding in shown), NAME_COLUMN)
    package = _column(map(_package, shown), PACKAGE_COLUMN)
    for finding in shown:
        facts = filter(None, (remark(finding), *describe_facts(finding, report.result.completed_at)))
        columns = (
            f"{finding.severity:<{severity}}",
            f"{shorten(one_line(finding.name), LONGEST_NAME):<{name}}",
            f"{_package(finding):<{package}}",
            "; ".join(facts),
        )
        yield f"  {'  '.join(columns)}".rstrip()
        details = _details(finding) if has_details else ""
        if details:
            yield f"  {'':<{severity}}  {details}"
    yield ""


def _column(texts: Iterable[str], widest: int) -> int:
    """Return the width of a column; a text that is longer than `widest` sticks out of it."""
    return max((len(text) for text in texts if len(text) <= widest), default=0)


def _package(finding: Finding) -> str:
    return shorten(one_line(f"{finding.package} {finding.version}"), LONGEST_PACKAGE) or "package not known"


def _details(finding: Finding) -> str:
    """Return what the vulnerability is, in a few words, and where to read more."""
    uri = one_line(finding.uri)
    has_link = uri.startswith(("https://", "http://")) and len(uri) <= LONGEST_LINK
    return "  ".join(filter(None, (abridge(finding.description, LONGEST_DESCRIPTION), uri if has_link else "")))
