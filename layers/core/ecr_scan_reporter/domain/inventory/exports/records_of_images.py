"""The records of images, of findings in images, and of vulnerabilities."""

from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from ecr_scan_reporter.domain.inventory.answers import ImageFindings, InventoryImage, Occurrence, Vulnerability
from ecr_scan_reporter.domain.inventory.exports.members import Kind, Member, RecordType
from ecr_scan_reporter.domain.registry.images import ImageId, Repository

Item = TypeVar("Item")


def repository_members(read: Callable[[Item], Repository | None]) -> tuple[Member[Item], ...]:
    """Return the members for a repository; they are null in an answer about more than one."""

    def part(name: str) -> Callable[[Item], str | None]:
        return lambda item: getattr(read(item), name, None)

    return (
        Member("registryId", Kind.TEXT, "the account of the registry", part("registry_id")),
        Member("region", Kind.TEXT, "the region of the registry", part("region")),
        Member("repository", Kind.TEXT, "the name of the repository", part("name"), is_brief=True),
    )


def image_id_members(read: Callable[[Item], ImageId]) -> tuple[Member[Item], ...]:
    """Return the members for the identity of an image."""
    digest: Member[Item] = Member(
        "imageDigest", Kind.TEXT, "the image digest, `sha256:...`", lambda item: read(item).digest, is_brief=True
    )
    return (*repository_members(lambda item: read(item).repository), digest)


IMAGES: RecordType[InventoryImage] = RecordType(
    "Images",
    (
        *image_id_members(lambda image: image.id),
        Member("imageTags", Kind.TAGS, "the tags of the image", lambda image: image.tags, is_brief=True),
        Member("owner", Kind.TEXT, "the owner of the repository", lambda image: image.owner),
        Member("pushedAt", Kind.MOMENT, "when it was pushed", lambda image: image.pushed_at),
        Member("pulledAt", Kind.MOMENT, "when it was last pulled, as ECR knows", lambda image: image.pulled_at),
        Member("sizeBytes", Kind.NUMBER, "its compressed size in bytes", lambda image: image.size_bytes),
        Member("status", Kind.TEXT, "its coverage", lambda image: image.status.value, is_brief=True),
        Member("scanStatus", Kind.TEXT, "the status of its last scan", lambda image: image.scan_status.value),
        Member("scannedAt", Kind.MOMENT, "when that scan ended", lambda image: image.scanned_at, is_brief=True),
        Member("scanDescription", Kind.TEXT, "the reason of ECR for a missing result", lambda image: image.description),
        Member("counts", Kind.COUNTS, "findings that are not suppressed", lambda image: image.counts, is_brief=True),
        Member("suppressed", Kind.COUNTS, "suppressed findings", lambda image: image.suppressed),
        Member("fixable", Kind.NUMBER, "those of `counts` with a fix", lambda image: image.fixable, is_brief=True),
        Member("exploited", Kind.NUMBER, "those of `counts` that are exploited", lambda image: image.exploited),
        Member("epss", Kind.NUMBER, "their highest probability of exploitation, 0 to 1", lambda image: image.epss),
        Member("isInUse", Kind.BOOLEAN, "whether it runs", lambda image: image.is_in_use),
        Member("places", Kind.TEXTS, "where it runs", lambda image: image.places),
        Member("isPending", Kind.BOOLEAN, "its findings were not read yet", lambda image: image.is_pending),
    ),
)

FINDINGS: RecordType[Occurrence] = RecordType(
    "Findings",
    (
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
        Member("exploitAvailable", Kind.BOOLEAN, "an exploit is known", lambda each: each.finding.exploit_available),
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
    ),
)

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
        Member("isExploited", Kind.BOOLEAN, "whether it is exploited", lambda each: each.is_exploited),
        Member("epss", Kind.NUMBER, "its probability of exploitation, 0 to 1", lambda each: each.epss),
        Member("uri", Kind.TEXT, "where it is described", lambda each: each.uri),
        Member("description", Kind.TEXT, "its description", lambda each: each.description),
    ),
)


def occurrences(images: Iterable[ImageFindings]) -> Iterator[Occurrence]:
    """Yield each finding of each image, in their order: the rows of an export of findings."""
    for each in images:
        for finding in each.findings:
            yield Occurrence(each.image, finding)
