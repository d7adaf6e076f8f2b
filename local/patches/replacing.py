"""Replace a name of the emulator; fail when the emulator no longer has it."""

from typing import Any


class PatchTargetMissingError(Exception):
    """The emulator has no such name: read its changes, and the patch's docstring."""


def replace(owner: Any, name: str, replacement: Any) -> Any:
    """Set `owner.name` to `replacement`, and return the original."""
    original = original_of(owner, name)
    setattr(owner, name, replacement)
    return original


def original_of(owner: Any, name: str) -> Any:
    """Return the value of a name on which a patch relies."""
    if not hasattr(owner, name):
        raise PatchTargetMissingError(f"{owner.__name__}.{name}")
    return getattr(owner, name)
