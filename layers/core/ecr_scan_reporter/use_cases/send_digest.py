"""Send the digest: sum up the ledger, deliver the message, and remember it for the next one to compare with."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from ecr_scan_reporter.domain.digest.digest import Digest
from ecr_scan_reporter.domain.digest.sums import sum_up
from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.events.schedules import Trigger
from ecr_scan_reporter.domain.inventory.urgent import Urgent
from ecr_scan_reporter.domain.ledger.entries import DigestState, LedgerEntry
from ecr_scan_reporter.use_cases.delivery import Channels, Delivery
from ecr_scan_reporter.use_cases.suppressions.ports import Suppressions


class Ledger(Protocol):
    """What is known of all images, and of the digest before."""

    def entries(self) -> Iterable[LedgerEntry]:
        """Yield all, repository by repository: its changes and its coverage, then its images."""

    def last_look(self) -> datetime | None:
        """Return when the images scanner last looked at a whole repository, None where it never did."""

    def last_digest(self) -> DigestState | None:
        """Return what the last digest said, None before the first one."""

    def save_digest(self, state: DigestState) -> None:
        """Remember what the digest says that was just sent."""


def send_digest(
    ledger: Ledger,
    suppressions: Suppressions | None,
    channels: Channels[Digest],
    trigger: Trigger,
    *,
    max_age: Duration,
    scans_per_day: int,
    now: datetime,
    read_urgent: Callable[[], Urgent | None] = lambda: None,
) -> tuple[Digest | None, Delivery]:
    """Send the digest; return it and its delivery, None and an empty one when it was sent already.

    `read_urgent` returns what the inventory says cannot wait, None without one. The ledger remembers the digest after
    its delivery: when a step fails, a repetition reports the same news, and loses none.
    Raises what the delivery met.
    """
    before = ledger.last_digest()
    if before and trigger.at and before.at >= trigger.at:
        return None, Delivery()
    # As of the event: a repetition sends the same digest, and leaves what came after it to the next one.
    at = min(trigger.at, now) if trigger.at else now
    digest = sum_up(
        ledger.entries(),
        suppressions.all() if suppressions else (),
        before,
        last_look=ledger.last_look(),
        max_age=max_age,
        scans_per_day=scans_per_day,
        now=at,
    )
    digest = digest.weighed_by(read_urgent())
    delivery = channels.deliver(digest, trigger.id)
    if delivery.is_final:
        ledger.save_digest(digest.state)
    delivery.raise_for_errors()
    return digest, delivery
