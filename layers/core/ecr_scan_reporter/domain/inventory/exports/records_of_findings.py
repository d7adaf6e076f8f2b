"""The records of findings in images, and of vulnerabilities."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import LEVEL_WORDS, describe_importance, importance_of
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, Occurrence, SnapshotInfo, Vulnerability
from ecr_scan_reporter.domain.inventory.exports.members import Kind, Member, RecordType
from ecr_scan_reporter.domain.inventory.exports.records_of_images import IMAGES, image_id_members

_LEVELS = ", ".join(f"{level} {words}" for level, words in LEVEL_WORDS.items())
_KEV = "KEV's entry: the days on which it entered, and until which US agencies must act; whether ransomware uses it"

_OCCURRENCE: tuple[Member[Occurrence], ...] = (
    *image_id_members(lambda each: each.image.id),
    Member("imageTags", Kind.TAGS, "the tags of the image", lambda each: each.image.tags, is_brief=True),
    Member("owner", Kind.TEXT, "the owner of the repository", lambda each: each.image.owner),
    Member("vulnerability", Kind.TEXT, "its name, such as a CVE", lambda each: each.finding.name, is_brief=True),
    Member("severity", Kind.TEXT, "its severity", lambda each: each.finding.severity.value, is_brief=True),
    Member("package", Kind.TEXT, "the package that has it", lambda each: each.finding.package, is_brief=True),
    Member("version", Kind.TEXT, "the version of the package", lambda each: each.finding.version, is_brief=True),
    Member("alsoIn", Kind.PACKAGES, "further packages that share the finding", lambda each: each.finding.also),
    Member("score", Kind.NUMBER, "its CVSS score", lambda each: each.finding.score),
    Member("fixAvailable", Kind.TEXT, "`YES`, `NO`, `PARTIAL`", lambda each: each.finding.fix_available),
    Member("fixedIn", Kind.TEXT, "the version that fixes it", lambda each: each.finding.fixed_in, is_brief=True),
    Member("isFixable", Kind.BOOLEAN, "all of its packages have a fix", lambda each: each.finding.is_fixable),
    Member(
        "exploitAvailable",
        Kind.BOOLEAN,
        "an exploit is available, as Amazon Inspector knows",
        lambda each: each.finding.exploit_available,
    ),
    Member("epss", Kind.NUMBER, "its probability of exploitation, 0 to 1", lambda each: each.finding.epss),
    Member("uri", Kind.TEXT, "where it is described", lambda each: each.finding.uri),
    Member("firstSeenAt", Kind.MOMENT, "when it was first seen", lambda each: each.finding.first_seen_at),
    Member("suppressedBy", Kind.TEXT, "the id of its suppression", lambda each: each.finding.suppressed_by),
    Member("description", Kind.TEXT, "its description", lambda each: each.finding.description),
    Member("pushedAt", Kind.MOMENT, "when the image was pushed", lambda each: each.image.pushed_at),
    Member("pulledAt", Kind.MOMENT, "when the image was last pulled", lambda each: each.image.pulled_at),
    Member("scannedAt", Kind.MOMENT, "when its last scan ended", lambda each: each.image.scanned_at),
    Member("isInUse", Kind.BOOLEAN, "whether the image runs", lambda each: each.image.is_in_use),
    Member("places", Kind.TEXTS, "where the image runs", lambda each: each.image.places),
)


def finding_records(info: SnapshotInfo) -> RecordType[Occurrence]:
    """Return the records of findings, weighed by the deadlines and the feeds of this snapshot."""

    def of(read: Callable[[Finding], Any]) -> Callable[[Occurrence], Any]:
        return lambda each: read(each.finding)

    weighed: tuple[Member[Occurrence], ...] = (
        Member(
            "importance",
            Kind.NUMBER,
            f"its level of importance: {_LEVELS}",
            of(lambda found: int(importance_of(found))),
        ),
        Member("reason", Kind.TEXT, "why it is important, in words", of(describe_importance), is_brief=True),
        Member("isExploited", Kind.BOOLEAN, "whether it is known to be exploited (KEV)", of(info.is_exploited)),
        Member("knownExploited", Kind.EXPLOIT, _KEV, of(lambda found: found.exploit)),
        Member("isLikely", Kind.BOOLEAN, "its EPSS is at or above the threshold", of(lambda found: found.is_likely)),
        Member("dueOn", Kind.DAY, "the last day on which it may be there", of(info.due_on), is_brief=True),
        Member(
            "overdueDays",
            Kind.NUMBER,
            "the days from that day to the snapshot; 0 where there is time, or no deadline",
            of(info.days_overdue),
        ),
    )
    return RecordType("Findings", (*_OCCURRENCE, *weighed), has_exploits=True)


VULNERABILITIES: RecordType[Vulnerability] = RecordType(
    "Vulnerabilities",
    (
        Member("vulnerability", Kind.TEXT, "its name, such as a CVE", lambda each: each.name, is_brief=True),
        Member("severity", Kind.TEXT, "the worst of its findings", lambda each: each.severity.value, is_brief=True),
        Member("score", Kind.NUMBER, "the highest CVSS score of its findings", lambda each: each.score, is_brief=True),
        Member("images", Kind.NUMBER, "images that have it unsuppressed", lambda each: each.images, is_brief=True),
        Member(
            "suppressedImages",
            Kind.NUMBER,
            "images that have it only suppressed",
            lambda each: each.suppressed_images,
        ),
        Member("packages", Kind.TEXTS, "the packages that have it", lambda each: each.packages, is_brief=True),
        Member("fixedIn", Kind.TEXTS, "the versions that fix it", lambda each: each.fixed_in, is_brief=True),
        Member("isFixable", Kind.BOOLEAN, "whether it has a fix", lambda each: each.is_fixable),
        Member(
            "isExploited", Kind.BOOLEAN, "whether it is known to be exploited (KEV)", lambda each: each.is_exploited
        ),
        Member("epss", Kind.NUMBER, "its probability of exploitation, 0 to 1", lambda each: each.epss),
        Member("uri", Kind.TEXT, "where it is described", lambda each: each.uri),
        Member("description", Kind.TEXT, "its description", lambda each: each.description),
        Member(
            "importance",
            Kind.NUMBER,
            f"the level of importance of its most important finding: {_LEVELS}",
            lambda each: int(each.importance),
        ),
        Member("reason", Kind.TEXT, "why it is important, in words", describe_importance, is_brief=True),
        Member("knownExploited", Kind.EXPLOIT, _KEV, lambda each: each.exploit),
        Member(
            "exploitAvailable",
            Kind.BOOLEAN,
            "an exploit is available, as Amazon Inspector knows",
            lambda each: each.exploit_available,
        ),
        Member("isLikely", Kind.BOOLEAN, "its EPSS is at or above the threshold", lambda each: each.is_likely),
        Member("inUse", Kind.NUMBER, "images in use that have it", lambda each: each.in_use, is_brief=True),
    ),
    has_exploits=True,
)


def occurrences(images: Iterable[ImageFindings]) -> Iterator[Occurrence]:
    """Yield each finding of each image, in their order: the rows of an export of findings."""
    for each in images:
        for finding in each.findings:
            yield Occurrence(each.image, finding)


def card_records(info: SnapshotInfo) -> RecordType[ImageFindings]:
    """Return the records of images with their findings inside."""
    findings = finding_records(info)

    class CardRecords(RecordType[ImageFindings]):
        def record(self, item: ImageFindings) -> dict[str, Any]:
            return IMAGES.record(item.image) | {"findings": [findings.record(each) for each in occurrences([item])]}

    return CardRecords("Images with findings", ())
