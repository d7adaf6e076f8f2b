"""Registries behind a stub."""

import pytest

from tests.unit.aws.ecr.stubbed_registry import StubbedRegistry


@pytest.fixture
def ecr() -> StubbedRegistry:
    """The registry of this account."""
    return StubbedRegistry()


@pytest.fixture
def other_ecr() -> StubbedRegistry:
    """The registry of another account."""
    return StubbedRegistry("999999999999")
