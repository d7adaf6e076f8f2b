"""The lists of a digest, as long as there is room for: those that people act on are cut last."""

from collections.abc import Iterator
from dataclasses import replace

from ecr_scan_reporter.domain.digest.digest import Digest

MAX_LISTED = 20
# How many of each list that people act on, and of the others.
_LENGTHS = (
    (MAX_LISTED, MAX_LISTED),
    (MAX_LISTED, 5),
    (MAX_LISTED, 2),
    (MAX_LISTED, 0),
    (10, 0),
    (5, 0),
    (2, 0),
    (1, 0),
)


def shorter_and_shorter(digest: Digest) -> Iterator[Digest]:
    """Return the digest with lists that get shorter, and with the same counts. The last one has no lists."""
    for acted_on, others in _LENGTHS:
        yield _cut(digest, acted_on, others)
    yield digest.cut(0)


def _cut(digest: Digest, acted_on: int, others: int) -> Digest:
    """Keep more of what got worse, is new, is not covered, ends or is wrong, than of what is fixed or known."""
    cut, least = digest.cut(acted_on), digest.cut(others)
    review = replace(cut.suppressions, ended=least.suppressions.ended, unmatched=least.suppressions.unmatched)
    repositories = replace(cut.repositories, inactive=least.repositories.inactive)
    return replace(cut, better=least.better, worst=least.worst, repositories=repositories, suppressions=review)
