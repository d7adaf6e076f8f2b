"""Lists of vulnerabilities: one row for each CVE."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from sqlite3 import Connection
from typing import Any

from ecr_scan_reporter.domain.findings.importance import Importance
from ecr_scan_reporter.domain.inventory.answers import Page, Vulnerability
from ecr_scan_reporter.domain.inventory.cursors import Question
from ecr_scan_reporter.domain.inventory.selection import EVERY_IMAGE, FindingFilter, ImageFilter, SuppressedFindings
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.snapshot.questions.conditions import Conditions, finding_conditions, image_conditions
from ecr_scan_reporter.snapshot.questions.pages import PagedList, read_page
from ecr_scan_reporter.snapshot.rows import known_exploit

_SEVERITIES = tuple(Severity)
MAX_PACKAGES = 20
_COLUMNS = """vulnerability.id, vulnerability.name, vulnerability.rank, vulnerability.uri,
    vulnerability.description, vulnerability.exploited, vulnerability.epss, {images}, {suppressed},
    vulnerability.level, vulnerability.likely, vulnerability.fixable, vulnerability.in_use, vulnerability.kev_added,
    vulnerability.kev_due, vulnerability.ransomware"""
_PACKAGES = """SELECT package.name, finding.fixed_in, finding.fix_available, finding.score, finding.exploit_available
    FROM f.finding
    JOIN f.package ON package.id = finding.package_id WHERE finding.vulnerability_id = ?"""
# The order of importance, as `domain.findings.importance` has it.
_ORDER = (
    *("vulnerability.level", "vulnerability.rank", "COALESCE(vulnerability.in_use, 0) = 0"),
    "NOT vulnerability.fixable",
    *("iif(vulnerability.epss IS NULL, 1, 2 - 2 * vulnerability.likely)", "-COALESCE(vulnerability.epss, 0)"),
)
_HAS_IMAGES = {
    SuppressedFindings.EXCLUDED: "{images} > 0",
    SuppressedFindings.INCLUDED: "{images} + {suppressed} > 0",
    SuppressedFindings.ONLY: "{suppressed} > 0",
}
_SET_FINDINGS = """JOIN f.set_component ON set_component.set_id = {of}.set_id
    JOIN f.component_finding ON component_finding.component_id = set_component.component_id
    JOIN f.finding ON finding.id = component_finding.finding_id"""


def find_vulnerabilities(
    connection: Connection,
    generation: str,
    wanted: FindingFilter,
    images: ImageFilter,
    *,
    limit: int,
    cursor: str | None,
) -> Page[Vulnerability]:
    """Return one page of vulnerabilities, the most important first."""
    counted = vulnerability_counts(connection, images)
    names = {"images": "vulnerability.images", "suppressed": "vulnerability.suppressed_images"}
    tables, before = "f.vulnerability", ""
    if counted:
        names = {"images": "counted.images", "suppressed": "counted.suppressed_images"}
        tables = "counted JOIN f.vulnerability ON vulnerability.id = counted.vulnerability_id"
        before = f"WITH {counted.where}"
    conditions = Conditions([], list(counted.values) if counted else [])
    conditions.add(_HAS_IMAGES[wanted.suppressed].format(**names))
    _add_finding_conditions(conditions, connection, wanted)
    keys = (*_ORDER, f"-{names['images']}", "vulnerability.id")
    listed = PagedList(_COLUMNS.format(**names), tables, keys, conditions, is_descending=False, before=before)
    question = Question(generation, ("vulnerabilities", wanted, images))
    page = read_page(connection, listed, question, _Row, limit=limit, cursor=cursor)
    return Page(tuple(_vulnerability(connection, row.values) for row in page.items), page.total, page.next)


def vulnerability_names(connection: Connection) -> Iterator[str]:
    """Yield the names of all vulnerabilities, in no order."""
    return (name for (name,) in connection.execute("SELECT name FROM f.vulnerability"))


class _Row:
    def __init__(self, values: Sequence[Any]) -> None:
        self.values = values


def _add_finding_conditions(conditions: Conditions, connection: Connection, wanted: FindingFilter) -> None:
    of_findings = finding_conditions(connection, replace(wanted, severity=None))
    if wanted.severity is not None:
        conditions.add("vulnerability.rank <= ?", wanted.severity.rank)
    if of_findings.parts:
        conditions.add(
            f"""EXISTS (SELECT 1 FROM f.finding
                WHERE finding.vulnerability_id = vulnerability.id AND {of_findings.where})""",
            *of_findings.values,
        )


def vulnerability_counts(
    connection: Connection, images: ImageFilter, part: tuple[str, int] | None = None
) -> Conditions | None:
    """Return in how many images of a filter each vulnerability is: an expression `counted`, None for all images.

    `part` is a column of `repository` and its value: then only the images of these repositories count.
    """
    table, counted = (
        ("repository_vulnerability", _COUNTED_BY_REPOSITORY)
        if is_of_whole_repositories(images)
        else ("image", _COUNTED)
    )
    conditions = image_conditions(connection, images, table)
    if part:
        conditions.add(f"{table}.repository_id IN (SELECT id FROM repository WHERE {part[0]} = ?)", part[1])
    if not conditions.parts:
        return None
    return Conditions([counted.replace("{where}", conditions.where)], conditions.values * counted.count("{where}"))


def is_of_whole_repositories(images: ImageFilter) -> bool:
    """Return whether a filter takes all images of a repository, or none."""
    is_about_suppressed = images.suppressed is SuppressedFindings.ONLY
    return not is_about_suppressed and images == replace(
        EVERY_IMAGE, repository=images.repository, owner=images.owner, suppressed=images.suppressed
    )


_COUNTED_BY_REPOSITORY = """counted AS (
    SELECT vulnerability_id, sum(images) AS images, sum(suppressed_images) AS suppressed_images,
    min(iif(images > 0, rank, NULL)) AS rank FROM f.repository_vulnerability WHERE {where} GROUP BY vulnerability_id)"""
_COUNTED = f"""sets AS MATERIALIZED (
        SELECT set_id, count(*) AS images FROM image WHERE {{where}} AND set_id IS NOT NULL GROUP BY set_id),
    present AS (
        SELECT finding.vulnerability_id, sets.set_id, sets.images, min(finding.rank) AS rank
        FROM sets {_SET_FINDINGS.format(of="sets")} GROUP BY finding.vulnerability_id, sets.set_id),
    hidden AS (SELECT vulnerability_id, count(*) AS images FROM (
        SELECT suppressed.image_id, image.set_id, finding.vulnerability_id, count(*) AS number FROM image
        JOIN f.suppressed ON suppressed.image_id = image.id JOIN f.finding ON finding.id = suppressed.finding_id
        WHERE {{where}} GROUP BY 1, 2, 3) AS of_image
        WHERE number = (SELECT count(*) FROM f.set_component
            JOIN f.component_finding ON component_finding.component_id = set_component.component_id
            JOIN f.finding ON finding.id = component_finding.finding_id
            WHERE set_component.set_id = of_image.set_id AND finding.vulnerability_id = of_image.vulnerability_id)
        GROUP BY vulnerability_id),
    counted AS (SELECT present.vulnerability_id, sum(present.images) - COALESCE(hidden.images, 0) AS images,
        COALESCE(hidden.images, 0) AS suppressed_images, min(present.rank) AS rank FROM present
        LEFT JOIN hidden ON hidden.vulnerability_id = present.vulnerability_id GROUP BY present.vulnerability_id)"""


def _vulnerability(connection: Connection, values: Sequence[Any]) -> Vulnerability:
    row, name, rank, uri, description, exploited, epss, images, suppressed = values[:9]
    level, likely, fixable, in_use, *kev = values[9:]
    found = connection.execute(_PACKAGES, (row,)).fetchall()
    scores = [score for *_, score, _ in found if score is not None]
    return Vulnerability(
        name=name,
        severity=_SEVERITIES[rank],
        images=images,
        suppressed_images=suppressed,
        score=max(scores, default=None),
        packages=tuple(sorted({package for package, *_ in found}))[:MAX_PACKAGES],
        fixed_in=tuple(sorted({fixed_in for _, fixed_in, *_ in found if fixed_in}))[:MAX_PACKAGES],
        is_fixable=bool(fixable),
        importance=Importance(level),
        exploit=known_exploit(*kev),
        exploit_available=any(exploit for *_, exploit in found),
        is_likely=bool(likely),
        in_use=in_use,
        is_exploited=None if exploited is None else bool(exploited),
        epss=epss,
        uri=uri,
        description=description,
    )
