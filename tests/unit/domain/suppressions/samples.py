"""Suppressions of all kinds, for properties."""

from datetime import UTC, datetime
from string import ascii_letters, digits

from hypothesis import strategies as st

from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.ends import FIXED
from ecr_scan_reporter.domain.suppressions.kinds import JUSTIFIED_KINDS, Justification, SuppressionKind
from ecr_scan_reporter.domain.suppressions.rules import Suppression

_CHARACTERS = st.characters(exclude_categories=("Cc", "Cs"))
_GLOBS = st.text(_CHARACTERS, min_size=1, max_size=20).filter(lambda text: text == text.strip())
_REASONS = st.text(_CHARACTERS, min_size=1).map(lambda text: " ".join(text.split())).filter(bool)

_MEANINGS = st.tuples(st.just(SuppressionKind.ACCEPTED_RISK), st.none()) | st.tuples(
    st.sampled_from(sorted(JUSTIFIED_KINDS)), st.none() | st.sampled_from(Justification)
)

SUPPRESSIONS = st.builds(
    lambda meaning, **facts: Suppression(kind=meaning[0], justification=meaning[1], **facts),
    meaning=_MEANINGS,
    id=st.text(ascii_letters + digits + "._-", min_size=1, max_size=128),
    cve=_GLOBS,
    reason=_REASONS,
    until=st.none() | st.just(FIXED) | st.dates(),
    created_by=_GLOBS,
    created_at=st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    repository=st.none() | _GLOBS,
    tag=st.none() | _GLOBS,
    package=st.none() | _GLOBS,
    most_severity=st.none() | st.sampled_from(Severity),
)
