"""A filter has texts that SQLite can look for."""

from collections.abc import Callable

import pytest

from ecr_scan_reporter.domain.inventory.selection import FindingFilter, ImageFilter
from ecr_scan_reporter.errors import InvalidInputError


@pytest.mark.parametrize(
    "make",
    [
        lambda text: ImageFilter(repository=text),
        lambda text: ImageFilter(tag=text),
        lambda text: ImageFilter(owner=text),
        lambda text: FindingFilter(vulnerability=text),
        lambda text: FindingFilter(package=text),
    ],
)
def test_half_of_a_surrogate_pair_is_refused(make: Callable[[str], object]) -> None:
    with pytest.raises(InvalidInputError, match="UTF-8"):
        make("1.\ud83d")


def test_globs_are_as_long_as_the_names_that_they_match() -> None:
    ImageFilter(repository="a" * 256, tag="1" * 300, owner="a" * 1_000)
    with pytest.raises(InvalidInputError, match=r"^repository is .* at most 256 characters"):
        ImageFilter(repository="a" * 257)
    with pytest.raises(InvalidInputError, match=r"^tag is .* at most 300 characters"):
        ImageFilter(tag="*" * 60_000)
