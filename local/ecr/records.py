"""The scans of each image digest. moto stores the images themselves."""

import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

Finding = dict[str, Any]
ImageKey = tuple[str, str, str, str]
"""Account, region, repository, digest."""

UNSUPPORTED_SYSTEM = "UnsupportedImageError: The operating system '{name}' version '{version}' is not supported."
SCANNED = "The scan was completed successfully."
WATCHED = "Continuous scan is selected for image."

ENHANCED_STATUS = "ACTIVE"


@dataclass(frozen=True)
class Outcome:
    """The result of the next scan of an image. An enhanced scan is ACTIVE: it never ends."""

    status: str = "COMPLETE"
    description: str = SCANNED
    findings: tuple[Finding, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """The number of findings of each severity; a severity without findings is absent, as in ECR."""
        return dict(
            Counter(finding["severity"] for finding in self.findings if finding.get("status", "ACTIVE") == "ACTIVE")
        )

    @property
    def is_enhanced(self) -> bool:
        """True when the findings are Amazon Inspector's, in ECR's shape `enhancedFindings`."""
        return self.status == ENHANCED_STATUS


@dataclass(frozen=True)
class Refusal:
    """ECR's error for a start of a scan."""

    code: str
    message: str


@dataclass
class Scan:
    """A started scan, IN_PROGRESS until it completes."""

    outcome: Outcome
    started_at: float
    completed_at: float | None = None

    @property
    def status(self) -> str:
        """The status as ECR's API shows it."""
        return self.outcome.status if self.completed_at else "IN_PROGRESS"

    def describe(self) -> dict[str, str]:
        """ECR's imageScanStatus."""
        return {"status": self.status, **({"description": self.outcome.description} if self.completed_at else {})}

    def age(self, seconds: float) -> None:
        """Move the scan into the past."""
        self.started_at -= seconds
        if self.completed_at:
            self.completed_at -= seconds


@dataclass
class ScanRecord:
    """The last and the next scan of one image digest, and its last pull.

    The next scan takes `scan_seconds`, None for as long as those of other images; `refusal` is why none can start.
    """

    next_outcome: Outcome = field(default_factory=Outcome)
    scan: Scan | None = None
    pulled_at: float | None = None
    scan_seconds: float | None = None
    refusal: Refusal | None = None


@dataclass
class RegistryState:
    """The state of this ECR beyond moto."""

    records: dict[ImageKey, ScanRecord] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    scan_seconds: float = 0.5
    # DescribeImages had scan fields until basic scanning became AWS_NATIVE.
    has_scan_fields: bool = False

    def record(self, key: ImageKey) -> ScanRecord:
        """The record of one digest, made on first use."""
        return self.records.setdefault(key, ScanRecord())

    def clear(self) -> None:
        """Delete every record and count."""
        self.records.clear()
        self.calls.clear()
        self.has_scan_fields = False

    def age_scans(self, seconds: float) -> int:
        """Move every scan into the past; return their number."""
        scans = [record.scan for record in self.records.values() if record.scan]
        for scan in scans:
            scan.age(seconds)
        return len(scans)


def now() -> float:
    """The moment as a number, as in moto and ECR's JSON."""
    return time.time()
