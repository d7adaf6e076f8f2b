"""A patch whose target is gone is noticed when the emulator starts."""

from types import ModuleType

import pytest

from local.patches.replacing import PatchTargetMissingError, original_of, replace


def test_a_name_that_is_there_is_replaced_and_given_back() -> None:
    module = ModuleType("services")
    module.answer = "before"  # type: ignore[attr-defined]
    assert replace(module, "answer", "after") == "before"
    assert original_of(module, "answer") == "after"


def test_a_name_that_is_gone_is_refused_by_its_full_name() -> None:
    with pytest.raises(PatchTargetMissingError, match=r"services\.moved_elsewhere"):
        replace(ModuleType("services"), "moved_elsewhere", None)
