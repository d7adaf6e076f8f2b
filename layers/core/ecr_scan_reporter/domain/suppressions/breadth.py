"""How much a suppression matches: everything of an image, or less than another suppression."""

from datetime import date

from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.ends import End
from ecr_scan_reporter.domain.suppressions.rules import Suppression, glob_test

# A glob that matches names as different as these matches any.
_VULNERABILITIES = ("CVE-1999-0001", "CVE-2018-25032", "CVE-2026-1234567")
_NAMES = ("a", "0", "team/app", "libssl3", "Zlib_1.2-x")
_UNCLEAR = frozenset("?[")


def hides_whole_images(suppression: Suppression) -> bool:
    """Tell whether no finding is left in the images that a suppression applies to.

    One that holds until a fix is known counts too: with basic scanning it leaves none.
    """
    return (
        _matches_all(suppression.cve.upper(), _VULNERABILITIES)
        and _matches_all(suppression.package, _NAMES)
        and suppression.most_severity in (None, Severity.CRITICAL)
    )


def images(suppression: Suppression) -> str:
    """Return in words the images that a suppression applies to."""
    of_all = _matches_all(suppression.repository, _NAMES)
    where = "every repository" if of_all else f"repositories {suppression.repository}"
    return f"every image of {where}" + (f" with a tag {suppression.tag}" if suppression.tag else "")


def covers(wider: Suppression, other: Suppression) -> bool:
    """Tell whether `wider` surely matches all that `other` matches, for at least as long.

    False may also mean that it is not certain: two globs are compared by their texts.
    """
    globs = (
        (wider.cve.upper(), other.cve.upper()),
        (wider.repository, other.repository),
        (wider.tag, other.tag),
        (wider.package, other.package),
    )
    is_as_long_and_severe = _lasts(wider.until, other.until) and _severest(wider) <= _severest(other)
    return is_as_long_and_severe and all(_covers(*pair) for pair in globs)


def _lasts(wider: End, other: End) -> bool:
    if isinstance(wider, date) and isinstance(other, date):
        return other <= wider
    return wider is None or wider is other


def _severest(suppression: Suppression) -> int:
    return 0 if suppression.most_severity is None else suppression.most_severity.rank


def _covers(wider: str | None, other: str | None) -> bool:
    if wider is None or wider == other:
        return True
    if other is None or set(wider) == {"*"}:
        return other is not None
    # A star may stand for any part of the other glob; the characters between stars only for themselves.
    are_plain = _UNCLEAR.isdisjoint(wider) and "[" not in other
    return are_plain and bool(glob_test(wider)(other))


def _matches_all(glob: str | None, names: tuple[str, ...]) -> bool:
    return glob is None or all(map(glob_test(glob), names))
