import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.errors import InvalidInputError, JobIncompleteError
from ecr_scan_reporter.use_cases.reporting.report_batch import FailedImage, FailedMessage, report_batch
from tests.recorded_events import load_event
from tests.unit.samples import NOW, REPOSITORY, digest


@dataclass
class Reports:
    """Reports images, but for those in `broken`; remembers what failed."""

    broken: frozenset[str] = frozenset()
    reported: list[tuple[ScanEvent, Mapping[str, float]]] = field(default_factory=list)
    failures: list[FailedMessage | FailedImage] = field(default_factory=list)

    def report(self, scan: ScanEvent, epss: Mapping[str, float]) -> None:
        if scan.image.digest in self.broken:
            raise ZeroDivisionError
        self.reported.append((scan, epss))

    def run(self, records: object, time_is_up: Callable[[], bool] = lambda: False) -> list[str]:
        return report_batch(records, self.report, on_failure=self.failures.append, now=NOW, time_is_up=time_is_up)


def finding(number: int, **detail: Any) -> dict[str, Any]:
    """Return the event of a finding in an image; the number is that of its digest."""
    event = load_event("inspector_finding")
    arn = f"arn:aws:ecr:{REPOSITORY.region}:{REPOSITORY.registry_id}:repository/{REPOSITORY.name}/{digest(number)}"
    resource = event["detail"]["resources"][0] | {"id": arn}
    return event | {"detail": event["detail"] | {"resources": [resource]} | detail}


def records(*events: object) -> list[dict[str, Any]]:
    return [{"messageId": f"m{number}", "body": json.dumps(event)} for number, event in enumerate(events)]


def test_each_image_is_reported_once_however_many_findings_it_has() -> None:
    reports = Reports()
    assert reports.run(records(finding(1), finding(2), finding(1))) == []
    assert [scan.image.digest for scan, _ in reports.reported] == [digest(1), digest(2)]
    scan, epss = reports.reported[0]
    assert (scan.image.repository, scan.status, scan.is_enhanced) == (REPOSITORY, ScanStatus.UNKNOWN, True)
    assert epss == {"CVE-2024-6119": 0.00208}
    assert reports.failures == []


def test_an_image_that_fails_fails_alone_with_all_its_messages() -> None:
    reports = Reports(broken=frozenset({digest(1)}))
    assert reports.run(records(finding(1), finding(2), finding(1))) == ["m0", "m2"]
    assert [scan.image.digest for scan, _ in reports.reported] == [digest(2)]
    (failure,) = reports.failures
    assert isinstance(failure, FailedImage)
    assert (failure.image.digest, type(failure.error)) == (digest(1), ZeroDivisionError)


def test_images_that_are_not_reached_in_time_go_back_to_the_queue() -> None:
    reports, asked = Reports(), iter([False, True, True])
    assert reports.run(records(finding(1), finding(2), finding(3)), lambda: next(asked)) == ["m1", "m2"]
    assert [scan.image.digest for scan, _ in reports.reported] == [digest(1)]
    assert [type(failure.error) for failure in reports.failures] == [JobIncompleteError] * 2
    assert {str(failure.error) for failure in reports.failures} == {"the time of the invocation was up"}


@pytest.mark.parametrize("body", ["no JSON", None, "[]", "{}", '{"detail": 7}'])
def test_a_message_that_is_no_finding_event_fails_alone(body: object) -> None:
    reports = Reports()
    bad: list[Any] = [{"messageId": "bad", "body": body}]
    assert reports.run(bad + records(finding(1))) == ["bad"]
    assert [scan.image.digest for scan, _ in reports.reported] == [digest(1)]
    (failure,) = reports.failures
    assert isinstance(failure, FailedMessage)
    assert (failure.id, failure.body) == ("bad", body)


@pytest.mark.parametrize("record", [7, None, {}, {"messageId": ""}, {"messageId": 7, "body": "{}"}])
def test_a_record_without_an_id_is_told_and_cannot_go_back_to_the_queue(record: object) -> None:
    reports = Reports()
    assert reports.run([record, *records(finding(1))]) == []
    (failure,) = reports.failures
    assert isinstance(failure, FailedMessage)
    assert failure.id == ""
    assert len(reports.reported) == 1


def test_a_finding_of_something_else_than_an_image_is_done() -> None:
    reports = Reports()
    assert reports.run(records(finding(1, resources=[{"type": "AWS_EC2_INSTANCE", "id": "i-1"}]))) == []
    assert (reports.reported, reports.failures) == ([], [])


@pytest.mark.parametrize("batch", [None, {}, "records", 7])
def test_records_that_are_no_batch_are_refused(batch: object) -> None:
    with pytest.raises(InvalidInputError, match=r"^Records of the event is .*: allowed is a list of messages"):
        Reports().run(batch)
