"""How far the work on an inventory is."""

from typing import Protocol


class InventoryProgress(Protocol):
    """Is told of the work, in parts one after the other; several threads call it."""

    def begin(self, what: str, total: int | None = None) -> None:
        """Begin a part: what it counts ('repositories'), and how many of them there are, where that is known."""

    def advance(self, number: int = 1) -> None:
        """Count what is done of the part."""


class NoProgress:
    """Nobody looks on."""

    def begin(self, what: str, total: int | None = None) -> None:
        """Do nothing."""

    def advance(self, number: int = 1) -> None:
        """Do nothing."""
