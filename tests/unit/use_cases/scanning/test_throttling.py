"""Starts that ECR throttles."""

from dataclasses import dataclass

from ecr_scan_reporter.domain.registry.images import Image
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.samples import digest, image
from tests.unit.use_cases.fakes import FakeLedger, FakeRegistry
from tests.unit.use_cases.scanning.scans import JOB, after_starts, scan

THROTTLED = CallFailedError(
    "start_image_scan", "ThrottlingException", "Rate exceeded", is_passing=True, is_throttled=True
)


@dataclass
class Throttling(FakeRegistry):
    """Throttles the first `times` starts of each image, but for those in `spared`."""

    times: int = 1
    spared: frozenset[str] = frozenset()

    def start_scan(self, image: Image) -> StartScanResult:
        answer = super().start_scan(image)
        if image.digest not in self.spared and self.started.count(image.digest) <= self.times:
            raise THROTTLED
        return answer


def test_throttled_starts_are_retried_while_there_is_time_and_ecr_is_asked_once() -> None:
    registry = Throttling([image(n) for n in range(10)], spared=frozenset({digest(0)}))
    ledger = FakeLedger()
    summary = scan(registry, ledger, JOB)
    assert (summary.started, summary.failed, summary.is_finished) == (10, 0, True)
    assert (len(registry.asked), ledger.spent) == (10, 10)


def test_images_that_are_throttled_until_time_is_up_are_left_to_the_next_invocation() -> None:
    registry = Throttling([image(n) for n in range(3)], times=1_000)
    summary = scan(registry, FakeLedger(), JOB, time_is_up=after_starts(registry, 3))
    assert (summary.started, summary.failed, summary.is_finished) == (0, 0, False)


def test_an_api_that_lets_nothing_through_fails_the_job() -> None:
    registry = Throttling([image(n) for n in range(3)], times=1_000)
    summary = scan(registry, FakeLedger(), JOB)
    assert (summary.started, summary.failed, summary.is_finished) == (0, 3, True)
    assert "throttled" in summary.first_error
