from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ecr_scan_reporter.domain.inventory.coverage import CoverageStatus
from ecr_scan_reporter.domain.inventory.kinds import ImageKind, image_status, kind_of
from ecr_scan_reporter.domain.inventory.places import running_in
from ecr_scan_reporter.domain.registry.images import Image, ImageId, Repository
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus

NOW = datetime(2026, 11, 21, tzinfo=UTC)
APP = Repository("123456789012", "eu-west-1", "team/app")
DIGEST = "sha256:" + "ab" * 32
IMAGE = Image(ImageId(APP, DIGEST))
FRESH = LastScan(ScanStatus.COMPLETE, NOW)


@pytest.mark.parametrize(
    ("image", "kind"),
    [
        (IMAGE, ImageKind.IMAGE),
        (replace(IMAGE, manifest_media_type="application/vnd.oci.image.index.v1+json"), ImageKind.INDEX),
        (replace(IMAGE, subject_digest=DIGEST), ImageKind.REFERRER),
        (replace(IMAGE, artifact_media_type="application/vnd.cncf.helm.config.v1+json"), ImageKind.ARTIFACT),
        (replace(IMAGE, is_archived=True, subject_digest=DIGEST), ImageKind.ARCHIVED),
    ],
)
def test_each_entry_of_a_repository_is_of_one_kind(image: Image, kind: ImageKind) -> None:
    assert kind_of(image) is kind


@pytest.mark.parametrize(
    ("kind", "scan", "status"),
    [
        (ImageKind.IMAGE, None, CoverageStatus.NEVER_SCANNED),
        (ImageKind.IMAGE, FRESH, CoverageStatus.CURRENT),
        (ImageKind.IMAGE, replace(FRESH, scanned_at=NOW - timedelta(days=30)), CoverageStatus.STALE),
        (ImageKind.INDEX, None, CoverageStatus.UNSUPPORTED_TYPE),
        (ImageKind.ARTIFACT, None, CoverageStatus.UNSUPPORTED_TYPE),
        (ImageKind.ARCHIVED, FRESH, CoverageStatus.ARCHIVED),
    ],
)
def test_the_coverage_of_what_ecr_cannot_scan_is_no_gap(
    kind: ImageKind, scan: LastScan | None, status: CoverageStatus
) -> None:
    assert image_status(kind, scan, NOW - timedelta(days=7)) is status


def test_running_images_of_ecr_are_known_by_their_digests() -> None:
    host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com"
    running = [
        (f"{host}/team/app:1.0", DIGEST),
        (f"{host}/team/app@{DIGEST}", ""),
        (f"{host}/team/app:unresolved", ""),
        ("nginx:latest", DIGEST),
    ]
    assert running_in(running, "ECS") == {ImageId(APP, DIGEST): {"ECS"}}
