"""Report the images of a batch of finding events: each image once, and one that fails fails alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ecr_scan_reporter.domain.events.fields import read_json
from ecr_scan_reporter.domain.events.inspector import Bundle, FindingEvent, bundle, parse_finding_event
from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.registry.images import ImageId
from ecr_scan_reporter.errors import InvalidInputError, JobIncompleteError

Report = Callable[[ScanEvent, Mapping[str, float]], object]
"""Reports one image, with the EPSS probabilities by CVE of its events. Raises what it meets."""


@dataclass(frozen=True, slots=True)
class FailedMessage:
    """A message that is no finding event. The id is empty where the record has none: it cannot go back to a queue."""

    id: str
    body: object
    error: InvalidInputError


@dataclass(frozen=True, slots=True)
class FailedImage:
    """An image that could not be reported, or was not reached in time."""

    image: ImageId
    error: Exception


def report_batch(
    records: object,
    report: Report,
    *,
    on_failure: Callable[[FailedMessage | FailedImage], object],
    now: datetime,
    time_is_up: Callable[[], bool],
) -> list[str]:
    """Report each image of the batch; return the ids of the messages that must go back to the queue.

    `on_failure` takes each message and image that fails, at once. Raises InvalidInputError when the records are no
    batch at all.
    """
    if not isinstance(records, list):
        raise InvalidInputError("Records of the event", records, "a list of messages of a queue")
    events, failed = _read(records, now, on_failure)
    for image, found in bundle(events.values()).items():
        error = _reported(image, found, report, time_is_up)
        if error:
            on_failure(FailedImage(image, error))
            failed += [message for message, event in events.items() if event.image == image]
    return failed


def _reported(image: ImageId, found: Bundle, report: Report, time_is_up: Callable[[], bool]) -> Exception | None:
    if time_is_up():
        return JobIncompleteError("the time of the invocation was up")
    try:
        report(ScanEvent.of_findings(image, found.at, found.tags), found.epss)
    except Exception as error:  # noqa: BLE001 - whatever it is, it must not take the other images with it
        return error
    return None


def _read(
    records: list[Any], now: datetime, on_failure: Callable[[FailedMessage], object]
) -> tuple[dict[str, FindingEvent], list[str]]:
    """Return the events by the id of their message, and the ids of the messages that are none."""
    events: dict[str, FindingEvent] = {}
    failed: list[str] = []
    for record in records:
        fields = record if isinstance(record, Mapping) else {}
        message, body = _id(fields), fields.get("body")
        try:
            if not message:
                raise InvalidInputError("a record of the event", record, "a message of a queue, with its messageId")
            event = parse_finding_event(read_json(body, "the body of the message"), now)
        except InvalidInputError as error:
            on_failure(FailedMessage(message, body, error))
            failed += [message] if message else []
        else:
            events |= {message: event} if event else {}
    return events, failed


def _id(fields: Mapping[str, Any]) -> str:
    message = fields.get("messageId")
    return message if isinstance(message, str) else ""
