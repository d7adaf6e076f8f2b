"""The outcome of each image, and the summary of a job."""

from dataclasses import replace

import pytest

from ecr_scan_reporter.domain.scanning.jobs import ScanJob
from ecr_scan_reporter.domain.scanning.outcomes import ImageOutcome
from ecr_scan_reporter.domain.scanning.policy import ScanPolicy
from tests.unit.samples import digest, image, scanned
from tests.unit.use_cases.fakes import FakeLedger, FakeRegistry
from tests.unit.use_cases.scanning.scans import FAULT, NEVER_SCANNED, WEEKLY, images, scan


@pytest.mark.parametrize("policy", [WEEKLY, replace(WEEKLY, max_scans_per_day=1)], ids=["no budget", "a budget"])
def test_a_dry_run_decides_and_starts_nothing(policy: ScanPolicy) -> None:
    registry, ledger = FakeRegistry(images(2)), FakeLedger()
    summary = scan(registry, ledger, ScanJob("team/app", dry_run=True), policy=policy)
    assert (registry.started, summary.due, summary.started) == ([], 2, 0)
    assert ledger.spent == 0
    assert ledger.known == {digest(1): NEVER_SCANNED, digest(2): NEVER_SCANNED}


def test_each_image_has_one_outcome() -> None:
    outcomes: list[ImageOutcome] = []
    listed = [image(1, tags=("1.2",)), image(2)]
    ledger = FakeLedger({digest(1): scanned(days=8), digest(2): scanned(days=1)})
    scan(FakeRegistry(listed), ledger, on_outcome=outcomes.append)
    assert [outcome.fields() for outcome in sorted(outcomes, key=lambda outcome: outcome.image.digest)] == [
        {
            "repository": "team/app",
            "imageDigest": digest(1),
            "imageTags": ["1.2"],
            "isDue": True,
            "reason": "expired",
            "lastScanAt": "2026-01-23T12:00:00+00:00",
            "answer": "started",
            "error": None,
        },
        {
            "repository": "team/app",
            "imageDigest": digest(2),
            "imageTags": [],
            "isDue": False,
            "reason": "fresh",
            "lastScanAt": "2026-01-30T12:00:00+00:00",
            "answer": None,
            "error": None,
        },
    ]


def test_the_summary_of_a_job_is_one_log_line() -> None:
    listed = images(3)
    ledger = FakeLedger({digest(1): scanned(days=8), digest(2): scanned(days=1), digest(3): NEVER_SCANNED})
    summary = scan(FakeRegistry(listed, answers={digest(3): FAULT}), ledger)
    assert summary.fields() == {
        "repository": "team/app",
        "images": 3,
        "due": 2,
        "started": 1,
        "recovered": 0,
        "failed": 1,
        "firstError": "StartImageScan failed: ServerException: try again",
        "isFinished": True,
        "hasHadItsShare": False,
        "isEnhanced": False,
        "isLeftOut": False,
        "reasons": {"fresh": 1, "expired": 1, "never_scanned": 1},
        "answers": {"started": 1},
    }
