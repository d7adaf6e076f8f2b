"""The findings of a stored result, grouped by package: the fast path of a build, which reads millions of them.

`domain.findings.stored_result` reads the same document, one dataclass for each finding, and names what is wrong.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from ecr_scan_reporter.domain.findings.findings import UNNAMED
from ecr_scan_reporter.domain.findings.stored_result import parse_stored_result
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError

RANKS = {severity.value: severity.rank for severity in Severity}
_UNDEFINED = Severity.UNDEFINED.rank
_EPOCH = date(1970, 1, 1)

# In place of None, so that members of a package can be sorted.
NO_SCORE, NO_EXPLOIT = -1.0, -1
NO_EPSS = -1.0
_EXPLOITS = {False: 0, True: 1}

Member = tuple[str, int, float, str, str, int, str]
"""A finding of a package: CVE, rank, score, fixed in, fix available, exploit available (0, 1, -1), also (JSON)."""


Found = tuple[Member, int, float, Mapping[str, Any]]
"""A member, the day on which it was seen first, its EPSS, and the document's own words."""

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
            score, epss = get("score", NO_SCORE), get("epss", NO_EPSS)
            member = (
                get("name") or UNNAMED,
                RANKS.get(get("severity", ""), _UNDEFINED),
                score if type(score) is float else _number(score, NO_SCORE),
                get("fixedIn", ""),
                get("fixAvailable", ""),
                NO_EXPLOIT if exploit is None else _EXPLOITS[exploit],
                json.dumps([[each["package"], each["version"]] for each in also]) if also else "",
            )
            if type(epss) is not float:
                epss = _number(epss, NO_EPSS)
            found = (member, _day(seen[:10]) if seen else seen_on, epss, words)
            package = (get("package", ""), get("version", ""))
            if package in groups:
                groups[package].append(found)
            else:
                groups[package] = [found]
        for package, group in groups.items():
            if len(group) > 1:
                group.sort(key=_member)
                groups[package] = _once(group)
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        parse_stored_result(document)
        raise InvalidInputError("findings of the stored result", document.get("findings"), "findings") from error
    return groups


def _once(group: list[Found]) -> list[Found]:
    """Return each member once: a finding that is listed twice, with the same facts, is one."""
    if len({member for member, *_ in group}) == len(group):
        return group
    return [min(same, key=_day_of) for _, same in groupby(group, key=_member)]


def check_members(package: Package, members: Iterable[Member]) -> None:
    """Refuse what no column takes. Called once for the same findings. Raises InvalidInputError."""
    for member in members:
        also = json.loads(member[6]) if member[6] else ()
        texts = (*package, member[0], member[3], member[4], *chain.from_iterable(also))
        if not all(isinstance(text, str) and _is_unicode(text) for text in texts):
            raise InvalidInputError("a finding of the stored result", (package, member), "Unicode texts")


def clean_text(value: object) -> str:
    """Return a text of a finding for people, with `?` in place of what is not Unicode."""
    text = str(value)
    return text if text.isascii() else text.encode(errors="replace").decode()


def _is_unicode(text: str) -> bool:
    """Return whether a text can be written: JSON may have halves of a pair of surrogates, UTF-8 may not."""
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def _number(value: object, default: float) -> float:
    """Return a number of JSON, which may be an integer of any size. Raises TypeError, OverflowError."""
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    return float(value)


_member, _day_of = itemgetter(0), itemgetter(1)


@lru_cache(maxsize=10_000)
def _day(text: str) -> int:
    return (date.fromisoformat(text) - _EPOCH).days
