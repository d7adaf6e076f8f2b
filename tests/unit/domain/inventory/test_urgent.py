"""What cannot wait, as the inventory publishes it and the digest reads it."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.exploits.known import FeedCopy
from ecr_scan_reporter.domain.inventory.urgent import (
    ExploitedCve,
    OverdueFinding,
    Urgent,
    UrgentTotals,
    WorstImage,
    parse_urgent,
    urgent_document,
)
from ecr_scan_reporter.domain.rankings import Ranked
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError

MOMENTS = st.integers(0, 10**9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
TEXTS, NUMBERS = st.text(max_size=20), st.integers(0, 10**9)
COPIES = st.none() | st.builds(FeedCopy, TEXTS, MOMENTS, st.none() | MOMENTS, TEXTS, NUMBERS)
CVES = st.builds(ExploitedCve, TEXTS, st.sampled_from(Severity), TEXTS, NUMBERS, st.none() | NUMBERS)
WORST = st.builds(
    WorstImage,
    st.builds(ImageId, st.builds(Repository, TEXTS, TEXTS, TEXTS), TEXTS),
    TEXTS,
    TEXTS,
    st.dictionaries(st.sampled_from(Severity), st.integers(1, 99)),
    st.none() | NUMBERS,
)
OVERDUE = st.builds(OverdueFinding, TEXTS, TEXTS, TEXTS, st.sampled_from(Severity), TEXTS, NUMBERS)


@st.composite
def urgents(draw: st.DrawFn) -> Urgent:
    totals = draw(st.builds(UrgentTotals, NUMBERS, NUMBERS, NUMBERS, NUMBERS))
    exploited = Ranked(tuple(draw(st.lists(CVES, max_size=3))), draw(NUMBERS))
    overdue = Ranked(tuple(draw(st.lists(OVERDUE, max_size=3))), totals.overdue)
    worst = tuple(draw(st.lists(WORST, max_size=3)))
    return Urgent(draw(MOMENTS), totals, exploited, overdue, worst, draw(COPIES), draw(COPIES))


@given(urgents())
def test_it_is_read_as_it_was_written(urgent: Urgent) -> None:
    assert parse_urgent(json.loads(json.dumps(urgent_document(urgent)))) == urgent


@pytest.mark.parametrize("document", [None, [], {}, {"exploited": 1}, {"exploited": {}, "overdue": {}}])
def test_another_document_is_refused(document: object) -> None:
    with pytest.raises(InvalidInputError, match="the document that the inventory publishes"):
        parse_urgent(document)
