"""Replacing a name of the emulator, loudly."""

from typing import Any


class PatchTargetMissingError(Exception):
    """The emulator has no such name (any more): read its changes, and the patch's docstring."""


def replace(owner: Any, name: str, replacement: Any) -> Any:
    """Put `replacement` in the place of `owner.name`, and return what was there."""
    original = original_of(owner, name)
    setattr(owner, name, replacement)
    return original


def original_of(owner: Any, name: str) -> Any:
    """Return what stands under a name that a patch relies on."""
    if not hasattr(owner, name):
        raise PatchTargetMissingError(f"{owner.__name__}.{name}")
    return getattr(owner, name)
