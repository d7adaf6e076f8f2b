"""What the inventory knows of the images that a scan configuration names."""

from collections.abc import Iterator
from dataclasses import dataclass

from ecr_scan_reporter.domain.configs.configs import ScanConfig
from ecr_scan_reporter.domain.inventory.answers import InventoryImage
from ecr_scan_reporter.domain.inventory.selection import ImageFilter, ImageSort
from ecr_scan_reporter.use_cases.inventory.contents import images_of
from ecr_scan_reporter.use_cases.inventory.ports import Inventory


@dataclass(frozen=True, slots=True)
class ConfiguredImage:
    """An image by one of its tags; `image` is None where the inventory has none with this tag."""

    config: ScanConfig | None
    repository: str
    region: str
    tag: str
    image: InventoryImage | None

    @property
    def name(self) -> str:
        """The name for people."""
        return f"{self.repository}:{self.tag}"


def configured_images(inventory: Inventory, config: ScanConfig) -> Iterator[ConfiguredImage]:
    """Yield what a configuration names, by tag: all tags of the repository, or those that it has."""
    by_tag: dict[str, InventoryImage] = {}
    for image in images_of(inventory, ImageFilter(repository=config.repository), ImageSort.REPOSITORY):
        if image.id.repository == config.place:
            by_tag |= dict.fromkeys(image.tags, image)
    for tag in config.tags if config.tags is not None else sorted(by_tag):
        yield ConfiguredImage(config, config.repository, config.region, tag, by_tag.get(tag))


def tagged_images(inventory: Inventory) -> Iterator[ConfiguredImage]:
    """Yield all images of the inventory, each by each of its tags."""
    for image in images_of(inventory, ImageFilter(), ImageSort.REPOSITORY):
        repository = image.id.repository
        for tag in image.tags:
            yield ConfiguredImage(None, repository.name, repository.region, tag, image)


def is_named(config: ScanConfig, image: InventoryImage) -> bool:
    """Return whether a configuration names an image: by its tags, or with all of its repository."""
    is_there = image.id.repository == config.place
    return is_there and (config.tags is None or not set(config.tags).isdisjoint(image.tags))
