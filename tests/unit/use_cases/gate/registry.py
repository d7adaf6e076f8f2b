"""A registry of which each image has a list of answers, and a clock that nobody waits for."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.registry.images import Image, ImageId, ImageReference, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.errors import CallFailedError, ImageNotFoundError, RepositoryNotFoundError
from ecr_scan_reporter.use_cases.gate.scans import Clock
from tests.unit.samples import NOW, result_of
from tests.unit.use_cases.fakes import given

THROTTLED = CallFailedError(
    "describe_image_scan_findings", "ThrottlingException", "Rate exceeded", is_passing=True, is_throttled=True
)
DENIED = CallFailedError("start_image_scan", "AccessDeniedException", "no")
NOTHING = LastScan(ScanStatus.NOT_SCANNED)
RUNNING = LastScan(ScanStatus.IN_PROGRESS)


@dataclass
class Time:
    """The time of a test; to sleep is to move it."""

    now: datetime = NOW
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += timedelta(seconds=seconds)

    @property
    def clock(self) -> Clock:
        """The clock that shows this time."""
        return Clock(lambda: self.now, self.sleep)

    def complete(self) -> LastScan:
        """A scan that has just ended."""
        return LastScan(ScanStatus.COMPLETE, self.now)


Answer = LastScan | Exception


@dataclass
class ScriptedRegistry:
    """Answers `last_scan` with the next of a list, by digest; the last answer stays."""

    answers: dict[str, list[Answer]] = field(default_factory=dict)
    results: dict[str, ScanResult | Exception | None] = field(default_factory=dict)
    starts: dict[str, StartScanResult | Exception] = field(default_factory=dict)
    listed: Sequence[Image] | None = ()
    manifests: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] | Exception = field(default_factory=dict)
    watched: bool | None = None
    started: list[str] = field(default_factory=list)

    def last_scan(self, image: Image) -> LastScan:
        answers = self.answers.get(image.digest, [NOTHING])
        return given(answers.pop(0) if len(answers) > 1 else answers[0])

    def start_scan(self, image: Image) -> StartScanResult:
        self.started.append(image.digest)
        return given(self.starts.get(image.digest, StartScanResult.STARTED))

    def scan_result(self, image: ImageId) -> ScanResult | None:
        return given(self.results.get(image.digest, result_of()))

    def is_watched(self, repository: str) -> bool | None:
        return self.watched

    def images_named(self, repository: str, references: Sequence[ImageReference]) -> Iterator[Image]:
        if self.listed is None:
            raise RepositoryNotFoundError(repository)
        for image in self.listed:
            if any(each.digest == image.digest or each.tag in image.tags for each in references):
                yield image

    def manifest(self, image: ImageId) -> str:
        if image.digest not in self.manifests:
            raise ImageNotFoundError(image.digest)
        return self.manifests[image.digest]

    def repository_tags(self, repository: Repository) -> Mapping[str, str]:
        return given(self.tags)


def fresh(image: Image, *findings: Finding) -> tuple[dict[str, list[Answer]], dict[str, ScanResult | Exception | None]]:
    """Return the answers for an image that has just been scanned."""
    return {image.digest: [LastScan(ScanStatus.COMPLETE, NOW)]}, {image.digest: result_of(*findings)}
