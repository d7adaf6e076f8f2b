"""The conditions of a gate: from how many findings of a kind on an image must not ship."""

import re
from dataclasses import dataclass
from enum import StrEnum

from ecr_scan_reporter.domain.findings.importance import describe_epss
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.thresholds import OFF, Thresholds, parse_threshold
from ecr_scan_reporter.errors import InvalidInputError


class ConditionKind(StrEnum):
    """What a condition counts, by the word that names it; a severity is named by itself."""

    SEVERITY = "severity"
    EXPLOITED = "exploited"
    EXPLOIT_AVAILABLE = "exploit-available"
    EPSS = "epss"
    OVERDUE = "overdue"
    ANY = "any"


# UNTRIAGED is what nobody has rated yet: it counts as UNDEFINED, as for the thresholds of the reporter.
SEVERITIES = {severity.lower(): severity for severity in Severity if severity is not Severity.UNTRIAGED}
COUNTED = (ConditionKind.EXPLOITED, ConditionKind.EXPLOIT_AVAILABLE, ConditionKind.OVERDUE, ConditionKind.ANY)
ALLOWED = (
    f"{OFF}, or conditions with commas between them: {', '.join((*SEVERITIES, *COUNTED))}, each with a number "
    "such as critical=1 (1 without it), and epss>=0.5"
)
_EPSS = re.compile(r"epss\s*>=\s*([01](?:\.[0-9]{0,9})?|\.[0-9]{1,9})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Condition:
    """A kind of finding, and the number of such findings from which on the gate fails: at least 1.

    `severity` and `epss` belong to the two kinds of these names.
    """

    kind: ConditionKind
    limit: int = 1
    severity: Severity | None = None
    epss: float | None = None

    @property
    def name(self) -> str:
        """What it counts, as an option writes it: `critical`, `exploited`, `epss>=0.5`."""
        if self.epss is not None:
            return f"epss>={self.epss:g}"
        return self.severity.lower() if self.severity else self.kind.value

    def __str__(self) -> str:
        """Return the text of which it was made: `critical=1`, `epss>=0.5`."""
        return self.name if self.epss is not None else f"{self.name}={self.limit}"

    @property
    def in_words(self) -> str:
        """What it counts, after a number: '2 critical', '3 with EPSS of 0.50 or more'."""
        words = {
            ConditionKind.EXPLOIT_AVAILABLE: "with an available exploit",
            ConditionKind.EPSS: f"with EPSS of {describe_epss(self.epss or 0.0)} or more",
            ConditionKind.ANY: "of any severity",
        }
        return words.get(self.kind, "without a severity" if self.severity is Severity.UNDEFINED else self.name)


Conditions = tuple[Condition, ...]


def parse_conditions(text: str, name: str = "the conditions") -> Conditions:
    """Read `critical=1,high=10,exploited,epss>=0.5`; none for `off`. Raises InvalidInputError with what is allowed.

    A number of 0 means the same as 1, as for the thresholds: from one finding on. `high=off` leaves a kind out.
    """
    if text.strip().lower() == OFF:
        return ()
    found: dict[tuple[ConditionKind, Severity | None], Condition | None] = {}
    for part in text.lower().split(","):
        key, condition = _parse(part.strip(), text, name)
        if key in found:
            raise InvalidInputError(name, text, f"each kind once, and {part.strip()} is given twice")
        found[key] = condition
    return tuple(condition for condition in found.values() if condition)


def _parse(part: str, text: str, name: str) -> tuple[tuple[ConditionKind, Severity | None], Condition | None]:
    epss = _EPSS.fullmatch(part)
    if epss and float(epss[1]) <= 1.0:
        return (ConditionKind.EPSS, None), Condition(ConditionKind.EPSS, epss=float(epss[1]))
    word, is_counted, number = (each.strip() for each in part.partition("="))
    severity = SEVERITIES.get(word)
    if severity is None and word not in COUNTED:
        raise InvalidInputError(name, text, ALLOWED)
    kind = ConditionKind.SEVERITY if severity else ConditionKind(word)
    limit = parse_threshold(number, f"{word} of {name}") if is_counted else 1
    return (kind, severity), None if limit is None else Condition(kind, max(limit, 1), severity)


def threshold_conditions(thresholds: Thresholds, known_exploited: int | None) -> Conditions:
    """Return the conditions that say the same as thresholds; None is for exploited findings that count like others."""
    exploited = [] if known_exploited is None else [Condition(ConditionKind.EXPLOITED, max(known_exploited, 1))]
    severities = (
        Condition(ConditionKind.SEVERITY, max(thresholds[severity], 1), severity)
        for severity in Severity
        if severity in thresholds
    )
    return (*severities, *exploited)


DEFAULT_CONDITIONS = "critical=1,exploited"
