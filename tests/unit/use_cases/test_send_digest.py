import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import pytest

from ecr_scan_reporter.domain.digest.digest import Digest
from ecr_scan_reporter.domain.events.schedules import Trigger
from ecr_scan_reporter.domain.ledger.entries import DigestState, LedgerEntry
from ecr_scan_reporter.domain.ledger.records import RepositoryCoverage
from ecr_scan_reporter.domain.messages.digest.notification import compose_digest
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import CallFailedError
from ecr_scan_reporter.use_cases.delivery import Channels, publish
from ecr_scan_reporter.use_cases.send_digest import send_digest
from tests.unit.domain.digest.samples import APP, RULES, WEEK, changed, known, last_look
from tests.unit.samples import NOW, ago, scanned
from tests.unit.use_cases.fakes import FakeTopic


@dataclass
class FakeContents:
    """A ledger in memory; saving the digest fails with `error`, if there is one."""

    known: list[LedgerEntry] = field(default_factory=list)
    state: DigestState | None = None
    error: Exception | None = None

    def entries(self) -> Iterable[LedgerEntry]:
        return iter(self.known)

    def last_look(self) -> datetime | None:
        return last_look(self.known)

    def last_digest(self) -> DigestState | None:
        return self.state

    def save_digest(self, state: DigestState) -> None:
        if self.error:
            raise self.error
        self.state = state


@dataclass
class FakeSuppressions:
    """The suppressions of the samples."""

    made: tuple[Suppression, ...] = RULES

    def all(self) -> Iterable[Suppression]:
        return self.made


MONDAY: list[LedgerEntry] = [
    RepositoryCoverage(APP, ago(hours=8), images=1),
    known(11, scanned(hours=7), counts={Severity.HIGH: 3}, tag="1.2"),
]


BY_HAND = Trigger()


def sent(contents: FakeContents, topic: FakeTopic, now: datetime = NOW, trigger: Trigger = BY_HAND) -> Digest | None:
    channels = Channels({"topic": lambda digest: publish(topic, partial(compose_digest, digest))})
    digest, delivery = send_digest(
        contents, FakeSuppressions(), channels, trigger, max_age=WEEK, scans_per_day=80_000, now=now
    )
    assert delivery.ids == ({"topic": f"message-{len(topic.published)}"} if digest else {})
    return digest


def test_week_by_week_each_change_is_in_one_digest() -> None:
    contents, topic = FakeContents([*MONDAY]), FakeTopic()
    assert sent(contents, topic)
    wednesday = NOW + timedelta(days=2)
    contents.known = [
        changed(11, wednesday, new={Severity.CRITICAL: 2}, fixed={Severity.HIGH: 1}, news=("CVE-2026-1 curl",)),
        *MONDAY[:1],
        known(11, scanned(days=-2), counts={Severity.CRITICAL: 2, Severity.HIGH: 2}, tag="1.2"),
    ]
    for week in (1, 2):
        assert sent(contents, topic, NOW + timedelta(weeks=week))
    assert [notification.subject for notification in topic.published] == [
        "ECR digest: the first digest - 3 high",
        "ECR digest: 1 image got worse - 2 critical (+2), 2 high (-1)",
        "ECR digest: no image scanned in time; no scan found anything worse - 2 critical, 2 high",
    ]
    assert contents.state
    assert contents.state.at == NOW + timedelta(weeks=2)


def test_the_suppressions_are_reviewed() -> None:
    topic = FakeTopic()
    sent(FakeContents([*MONDAY]), topic)
    review = json.loads(json.loads(topic.published[0].message)["sqs"])["suppressions"]
    assert [rule["id"] for rule in review["unmatched"]] == ["openssl", "typo", "zlib"]


def test_without_a_table_of_suppressions_there_are_none() -> None:
    digest, _ = send_digest(FakeContents(), None, Channels(), Trigger(), max_age=WEEK, scans_per_day=80_000, now=NOW)
    assert digest
    assert digest.suppressions.is_empty


def test_a_digest_that_could_not_be_published_is_not_taken_for_sent() -> None:
    contents, topic = FakeContents([*MONDAY]), FakeTopic(error=CallFailedError("publish", "NotFound", "no topic"))
    with pytest.raises(CallFailedError, match="no topic"):
        sent(contents, topic)
    assert contents.state is None


def test_a_digest_that_could_not_be_recorded_is_sent_again() -> None:
    contents, topic = FakeContents([*MONDAY], error=CallFailedError("put_item", "Throttling", "slow")), FakeTopic()
    with pytest.raises(CallFailedError, match="slow"):
        sent(contents, topic)
    contents.error = None
    assert sent(contents, topic)
    assert len(topic.published) == 2


def test_an_event_that_comes_again_after_its_digest_was_sent_sends_none() -> None:
    contents, topic = FakeContents([*MONDAY]), FakeTopic()
    monday, next_monday = Trigger("1", NOW - timedelta(seconds=3)), Trigger("2", NOW + timedelta(days=7))
    assert sent(contents, topic, NOW, monday)
    assert sent(contents, topic, NOW + timedelta(minutes=2), monday) is None
    assert contents.state == DigestState(NOW - timedelta(seconds=3), {Severity.HIGH: 3})
    assert sent(contents, topic, NOW + timedelta(days=7, seconds=3), next_monday)


def test_each_manual_invocation_sends_a_digest() -> None:
    contents, topic = FakeContents([*MONDAY]), FakeTopic()
    for minute in range(3):
        assert sent(contents, topic, NOW + timedelta(minutes=minute))
    assert len(topic.published) == 3
