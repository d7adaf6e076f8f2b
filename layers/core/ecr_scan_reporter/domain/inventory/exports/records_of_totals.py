"""The records of totals, coverage, history, changes, and images left behind."""

from ecr_scan_reporter.domain.inventory.answers import (
    CoverageTotals,
    HistoryDay,
    InventoryChange,
    RepositoryLeftBehind,
    Totals,
)
from ecr_scan_reporter.domain.inventory.exports.members import Kind, Member, RecordType
from ecr_scan_reporter.domain.inventory.exports.records_of_images import image_id_members, repository_members

_NAME = "the repository or the owner; empty for everything"

TOTALS: RecordType[Totals] = RecordType(
    "Totals",
    (
        Member("name", Kind.TEXT, _NAME, lambda each: each.name, is_brief=True),
        *repository_members(lambda each: each.repository),
        Member("images", Kind.NUMBER, "all images", lambda each: each.images, is_brief=True),
        Member("scanned", Kind.NUMBER, "images with a result", lambda each: each.scanned, is_brief=True),
        Member(
            "counts", Kind.COUNTS, "findings of images that are not suppressed", lambda each: each.counts, is_brief=True
        ),
        Member("suppressed", Kind.COUNTS, "suppressed findings of images", lambda each: each.suppressed),
        Member(
            "unique",
            Kind.COUNTS,
            "different CVEs that are not suppressed, each of its worst severity",
            lambda each: each.unique,
            is_brief=True,
        ),
        Member(
            "exploited",
            Kind.NUMBER,
            "those of `counts` that are known to be exploited (KEV); unknown without KEV",
            lambda each: each.exploited,
            is_brief=True,
        ),
        Member("ransomware", Kind.NUMBER, "those of `exploited` that ransomware uses", lambda each: each.ransomware),
        Member(
            "withExploit",
            Kind.NUMBER,
            "those of `counts` with an exploit, as Amazon Inspector knows",
            lambda each: each.with_exploit,
        ),
        Member(
            "likely",
            Kind.NUMBER,
            "those of `counts` with an EPSS at or above the threshold",
            lambda each: each.likely,
        ),
        Member(
            "overdue",
            Kind.NUMBER,
            "those of `counts` whose deadline has passed",
            lambda each: each.overdue,
            is_brief=True,
        ),
    ),
    has_exploits=True,
)

COVERAGE: RecordType[CoverageTotals] = RecordType(
    "Coverage",
    (
        Member("name", Kind.TEXT, _NAME, lambda each: each.name, is_brief=True),
        *repository_members(lambda each: each.repository),
        Member("counts", Kind.COVERAGE, "images of each coverage", lambda each: each.counts, is_brief=True),
        Member(
            "oldestScanAt",
            Kind.MOMENT,
            "the oldest last scan, of the images with a result",
            lambda each: each.oldest_scan_at,
            is_brief=True,
        ),
    ),
)

HISTORY: RecordType[HistoryDay] = RecordType(
    "History",
    (
        Member("day", Kind.DAY, "the day (UTC)", lambda each: each.day, is_brief=True),
        Member("images", Kind.NUMBER, "images at its end", lambda each: each.images, is_brief=True),
        Member("coverage", Kind.COVERAGE, "images of each coverage at its end", lambda each: each.coverage),
        Member(
            "counts",
            Kind.COUNTS,
            "findings that are not suppressed at its end",
            lambda each: each.counts,
            is_brief=True,
        ),
        Member("suppressed", Kind.NUMBER, "suppressed findings at its end", lambda each: each.suppressed),
        Member("new", Kind.COUNTS, "findings that were new on it", lambda each: each.new, is_brief=True),
        Member("fixed", Kind.COUNTS, "findings that were fixed on it", lambda each: each.fixed, is_brief=True),
    ),
)

CHANGES: RecordType[InventoryChange] = RecordType(
    "Changes",
    (
        *image_id_members(lambda each: each.change.image),
        Member("imageTag", Kind.TEXT, "the tag for people", lambda each: each.change.tag, is_brief=True),
        Member("owner", Kind.TEXT, "the owner of the repository", lambda each: each.owner),
        Member("at", Kind.MOMENT, "when the scan ended", lambda each: each.change.at, is_brief=True),
        Member(
            "isFirst", Kind.BOOLEAN, "the first known scan: all its findings are new", lambda each: each.change.is_first
        ),
        Member("new", Kind.COUNTS, "new findings", lambda each: each.change.new, is_brief=True),
        Member("raised", Kind.COUNTS, "findings that became more severe", lambda each: each.change.raised),
        Member("fixed", Kind.COUNTS, "findings that are gone", lambda each: each.change.fixed, is_brief=True),
        Member("news", Kind.TEXTS, "the worst new or raised findings", lambda each: each.change.news, is_brief=True),
    ),
)

LEFT_BEHIND: RecordType[RepositoryLeftBehind] = RecordType(
    "Left behind",
    (
        *repository_members(lambda each: each.repository),
        Member("owner", Kind.TEXT, "the owner of the repository", lambda each: each.owner, is_brief=True),
        Member("images", Kind.NUMBER, "images that nobody has used", lambda each: each.images, is_brief=True),
        Member("sizeBytes", Kind.NUMBER, "their compressed size in bytes", lambda each: each.size_bytes, is_brief=True),
        Member("counts", Kind.COUNTS, "their findings", lambda each: each.counts, is_brief=True),
    ),
)
