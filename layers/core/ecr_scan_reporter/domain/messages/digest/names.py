"""How the messages of a digest name images, repositories and changes."""

from ecr_scan_reporter.domain.digest.digest import Digest
from ecr_scan_reporter.domain.ledger.entries import ImageState
from ecr_scan_reporter.domain.registry.images import Repository
from ecr_scan_reporter.domain.severities import Severity, SeverityCounts
from ecr_scan_reporter.domain.text import one_line, shorten

LONGEST_NAME = 72


def change_of(digest: Digest, severity: Severity) -> str:
    """Write how a total changed ('+3', '-2'), empty where it did not, or where that is not known."""
    change = digest.change(severity)
    return f"{change:+d}" if change else ""


def image_name(digest: Digest, image: ImageState) -> str:
    """Name an image; with its registry where there are several."""
    return shorten(one_line(_of_registry(digest, image.repository) + image.name), LONGEST_NAME)


def owned_name(digest: Digest, image: ImageState) -> str:
    """Name an image, and its owner."""
    owner = shorten(one_line(image.owner), LONGEST_NAME // 2)
    return f"{image_name(digest, image)} (owner: {owner})" if owner else image_name(digest, image)


def repository_name(digest: Digest, repository: Repository) -> str:
    """Name a repository; with its registry where there are several."""
    return shorten(one_line(_of_registry(digest, repository) + repository.name), LONGEST_NAME)


def _of_registry(digest: Digest, repository: Repository) -> str:
    several = digest.repositories.registries.total > 1
    return f"{repository.registry_id}/{repository.region}/" if several else ""


def describe_changes(new: SeverityCounts, raised: SeverityCounts) -> str:
    """Say what is new and what was raised: '2 new critical, 1 raised to high'."""
    parts = []
    for severity in Severity:
        if new.get(severity):
            parts.append(f"{new[severity]} new {severity.lower()}")
        if raised.get(severity):
            parts.append(f"{raised[severity]} raised to {severity.lower()}")
    return ", ".join(parts)
