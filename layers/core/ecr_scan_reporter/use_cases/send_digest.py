"""Send the digest: sum up the ledger, tell people, and remember what they were told."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from ecr_scan_reporter.domain.digest.digest import Digest
from ecr_scan_reporter.domain.digest.sums import sum_up
from ecr_scan_reporter.domain.durations import Duration
from ecr_scan_reporter.domain.events.schedules import Occasion
from ecr_scan_reporter.domain.ledger.entries import DigestState, LedgerEntry
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.use_cases.delivery import NotAllToldError, Outlets


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


class Suppressions(Protocol):
    """The stored suppressions."""

    def all(self) -> Iterable[Suppression]:
        """Return all suppressions, also those that have ended."""


def send_digest(
    ledger: Ledger,
    suppressions: Suppressions | None,
    outlets: Outlets[Digest],
    occasion: Occasion,
    *,
    max_age: Duration,
    scans_per_day: int,
    now: datetime,
) -> tuple[Digest | None, dict[str, str]]:
    """Send the digest; return it and the ids of its messages by outlet, None and no ids when it was sent already.

    It is remembered after it was told: when a step fails, a repetition tells the same news again, and loses none.
    """
    before = ledger.last_digest()
    if before and occasion.at and before.at >= occasion.at:
        return None, {}
    rules = suppressions.all() if suppressions else ()
    # As of the event: tried again later, the digest tells the same, and what came after it is left to the next one.
    at = min(occasion.at, now) if occasion.at else now
    digest = sum_up(
        ledger.entries(),
        rules,
        before,
        last_look=ledger.last_look(),
        max_age=max_age,
        scans_per_day=scans_per_day,
        now=at,
    )
    try:
        ids = outlets.tell(digest, occasion.id)
    except NotAllToldError as error:
        if error.is_for_good:
            ledger.save_digest(digest.state)
        raise
    ledger.save_digest(digest.state)
    return digest, ids
