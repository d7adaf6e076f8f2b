"""The findings of a stored result, grouped by package: the fast path of a build, which reads millions of them.

`domain.findings.stored_result` reads the same document, one dataclass for each finding, and names what is wrong.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from ecr_scan_reporter.domain.findings.findings import UNNAMED
from ecr_scan_reporter.domain.findings.stored_result import parse_stored_result
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError

RANKS = {severity.value: severity.rank for severity in Severity}
_UNDEFINED = Severity.UNDEFINED.rank
EPOCH = date(1970, 1, 1)

# In place of None, so that members of a package can be sorted.
NO_SCORE, NO_EXPLOIT = -1.0, -1

Member = tuple[str, int, float, str, str, int, str]
"""A finding of a package: CVE, rank, score, fixed in, fix available, exploit available (0, 1, -1), also (JSON)."""


class Found(NamedTuple):
    """A member, the day on which it was seen first, and the document's own words."""

    member: Member
    day: int
    words: Mapping[str, Any]


Package = tuple[str, str]
"""Name and version."""


def read_findings(document: Mapping[str, Any], seen_on: int) -> dict[Package, list[Found]]:
    """Group the findings of a stored result by package, each group sorted.

    A finding without a date was seen on `seen_on`. Raises InvalidInputError that names the first wrong member.
    """
    try:
        groups: dict[Package, list[Found]] = {}
        for words in document["findings"]:
            get = words.get
            seen, also, exploit = get("firstSeenAt"), get("alsoIn"), get("exploitAvailable")
            member = (
                get("name") or UNNAMED,
                RANKS.get(get("severity", ""), _UNDEFINED),
                get("score", NO_SCORE),
                get("fixedIn", ""),
                get("fixAvailable", ""),
                NO_EXPLOIT if exploit is None else int(exploit),
                json.dumps([[each["package"], each["version"]] for each in also]) if also else "",
            )
            found = Found(member, _day(seen[:10]) if seen else seen_on, words)
            groups.setdefault((get("package", ""), get("version", "")), []).append(found)
        for package, group in groups.items():
            if len(group) > 1:
                group.sort(key=_member)
                groups[package] = _once(group)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        parse_stored_result(document)
        raise InvalidInputError("findings of the stored result", document.get("findings"), "findings") from error
    return groups


def _once(group: list[Found]) -> list[Found]:
    """Return each member once: a finding that is listed twice, with the same facts, is one."""
    if len({found.member for found in group}) == len(group):
        return group
    return [min(same, key=lambda found: found.day) for _, each in groupby(group, key=_member) if (same := list(each))]


def check_members(package: Package, members: Iterable[Member]) -> None:
    """Refuse what no column takes. Called once for the same findings. Raises InvalidInputError."""
    for member in members:
        texts = (*package, member[0], member[3], member[4])
        if not all(isinstance(text, str) for text in texts) or not isinstance(member[2], int | float):
            raise InvalidInputError("a finding of the stored result", (package, member), "texts, and a score")


def day_of(moment: datetime | None) -> int:
    """Return the day of a moment (UTC), in days since 1970; 0 for none."""
    return (moment.astimezone(UTC).date() - EPOCH).days if moment else 0


def _member(found: Found) -> Member:
    return found.member


@lru_cache(maxsize=10_000)
def _day(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days
