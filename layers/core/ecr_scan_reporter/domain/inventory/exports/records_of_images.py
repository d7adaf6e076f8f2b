"""The records of images, and the members that name an image."""

from collections.abc import Callable
from typing import TypeVar

from ecr_scan_reporter.domain.inventory.answers import InventoryImage
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
        Member(
            "exploited",
            Kind.NUMBER,
            "those of `counts` that are known to be exploited (KEV); unknown without KEV",
            lambda image: image.exploited,
            is_brief=True,
        ),
        Member("epss", Kind.NUMBER, "their highest probability of exploitation, 0 to 1", lambda image: image.epss),
        Member("isInUse", Kind.BOOLEAN, "whether it runs", lambda image: image.is_in_use),
        Member("places", Kind.TEXTS, "where it runs", lambda image: image.places),
        Member("isPending", Kind.BOOLEAN, "its findings were not read yet", lambda image: image.is_pending),
        Member("ransomware", Kind.NUMBER, "those of `exploited` that ransomware uses", lambda image: image.ransomware),
        Member(
            "withExploit",
            Kind.NUMBER,
            "those of `counts` with an exploit, as Amazon Inspector knows",
            lambda image: image.with_exploit,
        ),
        Member(
            "likely",
            Kind.NUMBER,
            "those of `counts` with an EPSS at or above the threshold",
            lambda image: image.likely,
        ),
        Member(
            "overdue",
            Kind.NUMBER,
            "those of `counts` whose deadline has passed",
            lambda image: image.overdue,
            is_brief=True,
        ),
        Member(
            "overdueSince",
            Kind.DAY,
            "the earliest of these deadlines",
            lambda image: image.overdue_since,
            is_brief=True,
        ),
    ),
    has_exploits=True,
)
