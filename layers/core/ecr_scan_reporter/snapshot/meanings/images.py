"""The tables of `images.sqlite` in words."""

from collections.abc import Iterable

from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.kinds import ImageKind
from ecr_scan_reporter.domain.inventory.places import ECS
from ecr_scan_reporter.snapshot.meanings.tables import META, Column, Table, described
from ecr_scan_reporter.snapshot.schema import COUNTS, SUPPRESSED_COUNTS


def _one_of(values: Iterable[str]) -> str:
    return ", ".join(f"`{value}`" for value in values)


_UNSUPPRESSED = "findings of this severity that no suppression hides"
_SUPPRESSED = Column(SUPPRESSED_COUNTS, "suppressed findings of this severity")

TABLES: tuple[Table, ...] = (
    META,
    described(
        "severity",
        "A severity. All tables that have a `rank` mean this one.",
        rank="0 for the most severe",
        name="`CRITICAL`, `HIGH` and so on",
    ),
    described("owner", "An owner of repositories.", id="the row", name="the owner's name; empty for no owner"),
    described(
        "repository",
        "A repository of ECR.",
        id="the row",
        registry_id="the account of the registry",
        region="the region of the registry",
        name="the name",
        owner_id="its row in `owner`",
        uri="the URI for docker",
        tag_mutability="whether tags may move, such as `MUTABLE`",
        scan_on_push="1 when ECR scans on push",
        encryption_type="how it is encrypted, such as `AES256`",
        max_age="the age at which its scans expire, by its own AWS tag; else empty",
        is_excluded="1 when its AWS tag takes it out of the scans",
        tags_read_at="when its AWS tags were last read, which happens once a day",
        listed_at="when its images were last listed",
        error="why its images could not be listed; those of the snapshot before stay",
    ),
    described(
        "image",
        "An image digest of a repository.",
        id="the row; a snapshot that is made from the one before keeps it",
        repository_id="its row in `repository`",
        digest="the 32 bytes of the image digest, without `sha256:`; `lower(hex(digest))` writes them",
        tags="its tags, as a JSON list",
        size="its size in ECR, in bytes",
        pushed="when it was pushed",
        pulled="when it was last pulled; ECR writes it down at least once in 24 hours",
        used="the later of the two; 0 where neither is known",
        media_type="the media type of the artifact, or of the manifest",
        kind=f"{_one_of(ImageKind)}; ECR scans only the first",
        status=f"its coverage: {_one_of(CoverageStatus)}",
        scan_status="ECR's status of its last scan that ended; `NOT_SCANNED` where none is known",
        scanned="when the last scan ended",
        description="ECR's reason for a missing result",
        set_id="its finding set; NULL without findings",
        counts=Column(COUNTS, f"{_UNSUPPRESSED}; the ledger's where no result is stored"),
        suppressed=_SUPPRESSED,
        fixable="findings that updates fix, without the suppressed",
        exploited="findings that are known to be exploited (KEV), without the suppressed; NULL where nobody knows",
        ransomware="those of `exploited` that ransomware uses",
        with_exploit="findings of which Inspector knows an exploit, without the suppressed",
        likely="findings whose EPSS is at or above the threshold, without the suppressed",
        epss="the highest EPSS of its findings, without the suppressed, up to a hundredth; NULL where nobody knows",
        overdue="findings whose deadline has passed, without the suppressed",
        overdue_since="the earliest of these deadlines, a day; NULL for none",
        next_due="the earliest deadline that has not passed, a day; NULL for none",
        in_use="1 when it runs somewhere, 0 when not; NULL where nobody knows",
        found="the version of the stored result that was read; empty for none",
        found_at="when the scan of that result ended",
        pending="1 when its stored result was not read yet",
        asked="when ECR answered for a result, where none is stored",
        tried="when ECR was last asked for one, with or without an answer",
    ),
    described(
        "image_tag",
        "A tag of an image, for searches by tag.",
        tag="the tag",
        image_id="the row in `image`",
    ),
    described(
        "running",
        "A place where an image runs.",
        image_id="the row in `image`",
        place=f"the kind of place: `{ECS}`",
    ),
    described(
        "total",
        "The sums of a repository over its images.",
        repository_id="the row in `repository`",
        images="its images",
        scanned="those with a result, `current` or `stale`",
        size="their bytes together",
        counts=Column(COUNTS, _UNSUPPRESSED),
        suppressed=_SUPPRESSED,
    ),
    described(
        "unique_total",
        "The number of different vulnerabilities of a repository or an owner.",
        kind="`repository` or `owner`",
        id="the row in the table of that name",
        counts=Column(
            COUNTS, "vulnerabilities whose worst finding there, not counting suppressed ones, has this severity"
        ),
    ),
    described(
        "coverage",
        "The images of a repository that have one coverage.",
        repository_id="the row in `repository`",
        status="the coverage, as in `image`",
        images="the number of images",
        oldest="when the oldest of their last scans ended",
    ),
)
