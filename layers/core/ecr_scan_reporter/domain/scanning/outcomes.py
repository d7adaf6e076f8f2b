"""The outcome of one image, and the summary of a job."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from ecr_scan_reporter.domain.registry.images import Image
from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.scanning.due import Decision, DueReason


@dataclass(frozen=True, slots=True)
class ImageOutcome:
    """The outcome of one image.

    `answer` is the result of StartImageScan, None without a call. `error` is a fault, after which the image is retried.
    `is_recovered` is True when the event of its last scan was lost, and the reporter gets the result now.
    """

    image: Image
    decision: Decision
    answer: StartScanResult | None = None
    error: str = ""
    is_recovered: bool = False

    def fields(self) -> dict[str, Any]:
        """Return the fields of the image's log line."""
        last = self.decision.last_scan
        return {
            "repository": self.image.repository.name,
            "imageDigest": self.image.digest,
            "imageTags": list(self.image.tags),
            "isDue": self.decision.is_due,
            "reason": self.decision.reason.value,
            "lastScanAt": last.at.isoformat() if last and last.at else None,
            "answer": self.answer.value if self.answer else None,
            "error": self.error or None,
        }


@dataclass(slots=True)
class ScanSummary:
    """The counts of one job.

    `is_finished` is False when the job must continue: its time or its share of the day's scans (`has_had_its_share`)
    was used up before its last image. `met_quota` is True for the first job that meets the registry's daily quota.
    `is_excluded` is True when a tag of the repository switches scans off. `tag_warnings` name its wrong tags.
    """

    repository: str
    is_enhanced: bool = False
    is_finished: bool = True
    has_had_its_share: bool = False
    met_quota: bool = False
    is_excluded: bool = False
    tag_warnings: tuple[str, ...] = ()
    images: int = 0
    due: int = 0
    recovered: int = 0
    failed: int = 0
    first_error: str = ""
    reasons: Counter[DueReason] = field(default_factory=Counter)
    answers: Counter[StartScanResult] = field(default_factory=Counter)

    @property
    def started(self) -> int:
        """The number of started scans."""
        return self.answers[StartScanResult.STARTED]

    @property
    def is_complete(self) -> bool:
        """True when the job took every image, none failed, and no image stays due by ECR's quota or settings."""
        left_due = self.answers[StartScanResult.QUOTA_EXCEEDED] + self.answers[StartScanResult.DISABLED]
        return self.is_finished and not self.failed and not left_due

    def add(self, outcome: ImageOutcome) -> None:
        """Count one image."""
        self.images += 1
        self.due += outcome.decision.is_due
        self.reasons[outcome.decision.reason] += 1
        if outcome.answer:
            self.answers[outcome.answer] += 1
        self.recovered += outcome.is_recovered
        if outcome.error:
            self.failed += 1
            self.first_error = self.first_error or outcome.error

    def fields(self) -> dict[str, Any]:
        """Return the fields of the job's log line."""
        return {
            "repository": self.repository,
            "images": self.images,
            "due": self.due,
            "started": self.started,
            "recovered": self.recovered,
            "failed": self.failed,
            "firstError": self.first_error or None,
            "isFinished": self.is_finished,
            "hasHadItsShare": self.has_had_its_share,
            "isEnhanced": self.is_enhanced,
            "isLeftOut": self.is_excluded,
            "reasons": {reason.value: count for reason, count in self.reasons.items()},
            "answers": {answer.value: count for answer, count in self.answers.items()},
        }
