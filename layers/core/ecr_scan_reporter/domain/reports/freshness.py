"""Whether ECR returns the scan of an event or the one before: its reads may lag behind its events."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.findings.findings import SUCCEEDED, ScanResult
from ecr_scan_reporter.domain.registry.scan_status import RUNNING, ScanStatus

# ECR scans an image once in 24 hours, so what ended an hour before the event is the scan before.
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StartImageScan.html
SAME_SCAN = timedelta(hours=1)

# ECR's answers without a result of an ended scan: not yet, not any more, or with an unknown status.
WITHOUT_RESULT = RUNNING | {
    ScanStatus.NOT_SCANNED,
    ScanStatus.FINDINGS_UNAVAILABLE,
    ScanStatus.IMAGE_ARCHIVED,
    ScanStatus.UNKNOWN,
}


def is_behind(answer: ScanResult | None, event: ScanEvent) -> bool:
    """True when ECR does not know yet how the event's scan ended, so that it is worth asking again.

    Events of single findings are no scans, and enhanced scanning dates only its first scan.
    """
    if event.status is ScanStatus.UNKNOWN:
        return False
    if answer is None or answer.status in RUNNING:
        return True
    return not event.is_enhanced and answer.status not in WITHOUT_RESULT and _is_of_scan_before(answer, event)


def _is_of_scan_before(answer: ScanResult, event: ScanEvent) -> bool:
    has_failed, was_to_fail = answer.status not in SUCCEEDED, event.status not in SUCCEEDED
    if answer.completed_at is None or (has_failed and was_to_fail):
        # A failure may come without a date, or with that of the findings before it.
        return has_failed is not was_to_fail
    return event.at - answer.completed_at > SAME_SCAN


def known_result(answer: ScanResult | None, event: ScanEvent, now: datetime) -> tuple[ScanResult, bool]:
    """Return the result to report, and whether ECR returned it: else it has the counts of the event alone.

    ECR may return a later scan already, which takes precedence over the event; an answer that lags does not.
    """
    if answer is None or answer.status in WITHOUT_RESULT or is_behind(answer, event):
        return ScanResult(event.status, event.at, counts=event.counts), False
    # Enhanced scanning never ends: what ECR says without a date holds now.
    ended_at = now if event.is_enhanced else event.at
    return replace(answer, completed_at=_date(answer, event) or ended_at), True


def scan_identity(answer: ScanResult | None, event: ScanEvent) -> str:
    """Return the identity of a basic scan: the same for all its events, and another one for every other scan.

    It is the moment at which the scan completed by ECR; where ECR has none, it is the event.
    """
    date = None if answer is None or is_behind(answer, event) else _date(answer, event)
    when = (date or event.at).astimezone(UTC).isoformat()
    scan = when if date else f"event {event.event_id or when}"
    return f"{event.image}/{scan}"


def _date(answer: ScanResult, event: ScanEvent) -> datetime | None:
    """Return when the scan of the answer ended; None where ECR has no date, or that of the scan before."""
    at = answer.completed_at
    return None if at is None or (not event.is_enhanced and event.at - at > SAME_SCAN) else at
