from datetime import UTC, datetime, timedelta, timezone

import pytest

from ecr_scan_reporter.domain.findings.documents import (
    counts_document,
    finding_document,
    findings_key,
    result_document,
    scan_document,
)
from ecr_scan_reporter.domain.findings.findings import Finding, ScanResult
from ecr_scan_reporter.domain.moments import format_moment
from ecr_scan_reporter.domain.registry.images import ImageId, ScannedImage
from ecr_scan_reporter.domain.registry.scan_status import ScanStatus
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.samples import DIGEST, REPOSITORY


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (None, None),
        (datetime(2026, 1, 31, 4, 0, 48, 999_999, tzinfo=UTC), "2026-01-31T04:00:48Z"),
        (datetime(2026, 1, 31, 1, 0, 48, tzinfo=timezone(timedelta(hours=2))), "2026-01-30T23:00:48Z"),
    ],
)
def test_moments_are_written_in_utc_to_the_second(moment: datetime | None, text: str | None) -> None:
    assert format_moment(moment) == text


def test_counts_name_the_levels_of_basic_scanning_always() -> None:
    assert counts_document({Severity.HIGH: 2}) == {
        "CRITICAL": 0,
        "HIGH": 2,
        "MEDIUM": 0,
        "LOW": 0,
        "INFORMATIONAL": 0,
        "UNDEFINED": 0,
    }
    assert counts_document({Severity.UNTRIAGED: 2})["UNTRIAGED"] == 2


def test_a_finding_says_nothing_of_what_is_not_known() -> None:
    assert finding_document(Finding("CVE-1", Severity.LOW)) == {"name": "CVE-1", "severity": "LOW"}
    assert finding_document(Finding("CVE-1", Severity.LOW, "curl", "7", 0.0, "https://x.example", "long")) == {
        "name": "CVE-1",
        "severity": "LOW",
        "package": "curl",
        "version": "7",
        "score": 0.0,
        "uri": "https://x.example",
    }


def test_a_long_description_of_a_scan_is_cut() -> None:
    assert scan_document(ScanResult(ScanStatus.FAILED, description="x" * 5_000)) == {
        "status": "FAILED",
        "description": "x" * 400,
        "completedAt": None,
        "vulnerabilitySourceUpdatedAt": None,
    }


def test_the_full_result_has_every_finding_with_its_description() -> None:
    findings = (
        Finding("CVE-1", Severity.HIGH, "curl", "7", 9.8, "https://x.example", "A flaw."),
        *(Finding(f"CVE-{n}", Severity.LOW) for n in range(2, 1_000)),
    )
    completed = datetime(2026, 1, 31, 4, 0, 48, tzinfo=UTC)
    counts = {Severity.HIGH: 1, Severity.LOW: 998}
    image = ScannedImage(ImageId(REPOSITORY, DIGEST), ("latest", "1.2"))
    document = result_document(image, ScanResult(ScanStatus.COMPLETE, completed, "Done.", counts, findings))
    assert len(document.pop("findings")) == 999
    assert document == {
        "schemaVersion": "1.1",
        "registryId": "123456789012",
        "region": "eu-west-1",
        "repository": "team/app",
        "imageDigest": DIGEST,
        "imageTags": ["latest", "1.2"],
        "scan": {
            "status": "COMPLETE",
            "description": "Done.",
            "completedAt": "2026-01-31T04:00:48Z",
            "vulnerabilitySourceUpdatedAt": None,
        },
        "counts": {"CRITICAL": 0, "HIGH": 1, "MEDIUM": 0, "LOW": 998, "INFORMATIONAL": 0, "UNDEFINED": 0},
    }
    assert result_document(image, ScanResult(ScanStatus.COMPLETE, findings=findings[:1]))["findings"] == [
        {
            "name": "CVE-1",
            "severity": "HIGH",
            "package": "curl",
            "version": "7",
            "score": 9.8,
            "uri": "https://x.example",
            "description": "A flaw.",
        }
    ]


def test_each_digest_has_a_key_of_its_own() -> None:
    assert findings_key(ImageId(REPOSITORY, DIGEST)) == (
        "findings/123456789012/eu-west-1/team/app/"
        "sha256-7f5b2640fe6fb4f46592dfd3410c4a79dac4f89e4782432e0378abcd12345678.json"
    )
