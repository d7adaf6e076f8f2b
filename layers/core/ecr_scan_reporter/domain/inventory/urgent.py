"""What cannot wait: what is known to be exploited, and what is overdue. The inventory publishes it for the digest."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from ecr_scan_reporter.domain.exploits.documents import copy_document, moment_of, parse_copy
from ecr_scan_reporter.domain.exploits.known import FeedCopy
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.findings.importance import describe_importance
from ecr_scan_reporter.domain.inventory.answers import InventoryImage, Occurrence, Vulnerability
from ecr_scan_reporter.domain.moments import format_moment
from ecr_scan_reporter.domain.rankings import Ranked
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts, parse_counts
from ecr_scan_reporter.errors import InvalidInputError

URGENT_KEY = "inventory/urgent.json"
SCHEMA_VERSION = "1.0"
MAX_NAMED = 20


@dataclass(frozen=True, slots=True)
class ExploitedCve:
    """A vulnerability that is known to be exploited, in so many images; `in_use` is None where nobody knows."""

    name: str
    severity: Severity
    reason: str
    images: int
    in_use: int | None = None


@dataclass(frozen=True, slots=True)
class OverdueFinding:
    """A finding whose deadline passed so many days ago, in an image by its name."""

    image: str
    owner: str
    name: str
    severity: Severity
    reason: str
    days: int


@dataclass(frozen=True, slots=True)
class WorstImage:
    """An image that is among the worst by the order of importance; `exploited` is None where KEV is unknown."""

    id: ImageId
    tag: str
    owner: str
    counts: SeverityCounts
    exploited: int | None = None


@dataclass(frozen=True, slots=True)
class UrgentTotals:
    """Numbers of unsuppressed findings, and of images with at least one of them."""

    exploited: int = 0
    exploited_images: int = 0
    overdue: int = 0
    overdue_images: int = 0


@dataclass(frozen=True, slots=True)
class Urgent:
    """What the snapshot of a moment has, the most important first, and the copies of the feeds that it knows."""

    built_at: datetime
    totals: UrgentTotals = field(default_factory=UrgentTotals)
    exploited: Ranked[ExploitedCve] = field(default_factory=Ranked)
    overdue: Ranked[OverdueFinding] = field(default_factory=Ranked)
    worst: tuple[WorstImage, ...] = ()
    kev: FeedCopy | None = None
    epss: FeedCopy | None = None

    def cut(self, most: int) -> "Urgent":
        """Return the same with at most so many of each list."""
        return replace(
            self, exploited=self.exploited.cut(most), overdue=self.overdue.cut(most), worst=self.worst[:most]
        )


def exploited_cve(vulnerability: Vulnerability) -> ExploitedCve:
    """Return what the digest says of a vulnerability."""
    name, severity = vulnerability.name, vulnerability.severity
    reason = describe_importance(Finding(name, severity, epss=vulnerability.epss, exploit=vulnerability.exploit))
    return ExploitedCve(name, severity, reason, vulnerability.images, vulnerability.in_use)


def worst_image(image: InventoryImage) -> WorstImage:
    """Return what the digest says of an image."""
    return WorstImage(image.id, image.tags[0] if image.tags else "", image.owner, image.counts, image.exploited)


def overdue_finding(occurrence: Occurrence, days: int) -> OverdueFinding:
    """Return what the digest says of a finding in an image, whose deadline passed so many days ago."""
    image, finding = occurrence.image, occurrence.finding
    reason = describe_importance(finding)
    return OverdueFinding(image.name, image.owner, finding.name, finding.severity, reason, days)


def urgent_document(urgent: Urgent) -> dict[str, Any]:
    """Write it as JSON."""
    totals = urgent.totals
    return {
        "schemaVersion": SCHEMA_VERSION,
        "builtAt": format_moment(urgent.built_at),
        "exploited": {
            "findings": totals.exploited,
            "images": totals.exploited_images,
            "vulnerabilities": urgent.exploited.total,
            "first": [
                {
                    "name": each.name,
                    "severity": each.severity.value,
                    "reason": each.reason,
                    "images": each.images,
                    "inUse": each.in_use,
                }
                for each in urgent.exploited.first
            ],
        },
        "overdue": {
            "findings": totals.overdue,
            "images": totals.overdue_images,
            "first": [
                {
                    "image": each.image,
                    "owner": each.owner,
                    "name": each.name,
                    "severity": each.severity.value,
                    "reason": each.reason,
                    "days": each.days,
                }
                for each in urgent.overdue.first
            ],
        },
        "worst": [
            {
                "registryId": each.id.repository.registry_id,
                "region": each.id.repository.region,
                "repository": each.id.repository.name,
                "imageDigest": each.id.digest,
                "tag": each.tag,
                "owner": each.owner,
                "counts": {severity.value: count for severity, count in each.counts.items()},
                "exploited": each.exploited,
            }
            for each in urgent.worst
        ],
        "kev": copy_document(urgent.kev) if urgent.kev else None,
        "epss": copy_document(urgent.epss) if urgent.epss else None,
    }


def parse_urgent(document: Any) -> Urgent:
    """Read the document of `urgent_document`. Raises InvalidInputError for anything else."""
    try:
        exploited, overdue = document["exploited"], document["overdue"]
        totals = (exploited["findings"], exploited["images"], overdue["findings"], overdue["images"])
        return Urgent(
            built_at=moment_of(document["builtAt"]),
            totals=UrgentTotals(*map(int, totals)),
            exploited=Ranked(tuple(map(_exploited, exploited["first"])), int(exploited["vulnerabilities"])),
            overdue=Ranked(tuple(map(_overdue, overdue["first"])), int(overdue["findings"])),
            worst=tuple(map(_worst, document["worst"])),
            kev=parse_copy(document["kev"]) if document["kev"] else None,
            epss=parse_copy(document["epss"]) if document["epss"] else None,
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        allowed = "the document that the inventory publishes"
        raise InvalidInputError(f"the object {URGENT_KEY}", type(error).__name__, allowed) from error


def _exploited(fields: Mapping[str, Any]) -> ExploitedCve:
    in_use = fields["inUse"]
    return ExploitedCve(
        str(fields["name"]),
        Severity.parse(fields["severity"]),
        str(fields["reason"]),
        int(fields["images"]),
        None if in_use is None else int(in_use),
    )


def _worst(fields: Mapping[str, Any]) -> WorstImage:
    exploited = fields["exploited"]
    repository = Repository(str(fields["registryId"]), str(fields["region"]), str(fields["repository"]))
    return WorstImage(
        ImageId(repository, str(fields["imageDigest"])),
        str(fields["tag"]),
        str(fields["owner"]),
        parse_counts(fields["counts"]),
        None if exploited is None else int(exploited),
    )


def _overdue(fields: Mapping[str, Any]) -> OverdueFinding:
    texts = (str(fields[name]) for name in ("image", "owner", "name"))
    image, owner, name = texts
    return OverdueFinding(
        image, owner, name, Severity.parse(fields["severity"]), str(fields["reason"]), int(fields["days"])
    )
