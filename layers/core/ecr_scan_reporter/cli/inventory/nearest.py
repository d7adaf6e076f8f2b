"""The names nearest to that of an image which is not there."""

from difflib import get_close_matches

from ecr_scan_reporter.domain.inventory.selection import ImageFilter, ImageSort, TotalsBy
from ecr_scan_reporter.domain.registry.references import parse_image_uri
from ecr_scan_reporter.domain.text import one_line, shorten
from ecr_scan_reporter.use_cases.inventory.ports import Inventory

MAX_NAMES = 5
MAX_LENGTH = 120
# Of a repository, so many tags are compared: those of its latest images.
MAX_IMAGES = 500


def nearest_names(inventory: Inventory, reference: str) -> str:
    """Return in words which names the inventory has that are like a reference."""
    uri = parse_image_uri(reference)
    repository, tag = _parts(reference)
    if uri:
        repository, tag = uri[0].name, uri[1].tag or ""
    latest = inventory.images(ImageFilter(repository=repository), ImageSort.PUSHED, limit=MAX_IMAGES)
    if latest.total:
        tags = [tag for image in latest.items for tag in image.tags]
        near = get_close_matches(tag, tags, MAX_NAMES) or tags[:MAX_NAMES]
        return _listed([f"{repository}:{each}" for each in near]) or f"where {one_line(repository)} has no tag"
    names = [totals.name for totals in inventory.summary(TotalsBy.REPOSITORY)]
    return _listed(get_close_matches(repository, names, MAX_NAMES, cutoff=0.5)) or "which `images` lists"


def _parts(reference: str) -> tuple[str, str]:
    name, _, _digest = reference.partition("@")
    repository, _, tag = name.partition(":")
    return repository, tag


def _listed(names: list[str]) -> str:
    return f"such as {', '.join(shorten(one_line(name), MAX_LENGTH) for name in names)}" if names else ""
