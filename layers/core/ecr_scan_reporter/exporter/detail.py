"""How much the metrics tell apart."""

from enum import StrEnum


class MetricsDetail(StrEnum):
    """Each has the metrics of those before: of registries by owner, of each repository, of each tag of each image."""

    REGISTRY = "registry"
    REPOSITORY = "repository"
    IMAGE = "image"

    def has(self, other: "MetricsDetail") -> bool:
        """Return whether the metrics of another detail are among those of this one."""
        order = list(MetricsDetail)
        return order.index(self) >= order.index(other)
