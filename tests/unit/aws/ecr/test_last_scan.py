"""The last scan of an image, as ECR has it."""

from typing import Any

import pytest

from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus
from ecr_scan_reporter.errors import ImageNotFoundError
from tests.unit.aws.ecr.stubbed_registry import AT, CALL, StubbedRegistry
from tests.unit.samples import image


@pytest.mark.parametrize(
    ("answer", "last_scan"),
    [
        pytest.param(
            {
                "imageScanStatus": {"status": "COMPLETE", "description": "Done."},
                "imageScanFindings": {"imageScanCompletedAt": AT},
            },
            LastScan(ScanStatus.COMPLETE, AT, description="Done."),
            id="complete",
        ),
        pytest.param({"imageScanStatus": {"status": "FAILED"}}, LastScan(ScanStatus.FAILED), id="failed"),
        pytest.param({}, LastScan(ScanStatus.UNKNOWN), id="an answer that says nothing"),
    ],
)
def test_ecr_is_asked_for_the_last_scan_of_one_image(
    ecr: StubbedRegistry, answer: dict[str, Any], last_scan: LastScan
) -> None:
    ecr.answers("describe_image_scan_findings", answer, CALL | {"maxResults": 1})
    assert ecr.registry.last_scan(image()) == last_scan


def test_an_image_without_a_scan_was_never_scanned(ecr: StubbedRegistry) -> None:
    ecr.refuses("describe_image_scan_findings", "ScanNotFoundException")
    assert ecr.registry.last_scan(image()) == LastScan(ScanStatus.NOT_SCANNED)


def test_an_image_that_is_gone_is_an_error_of_the_library(ecr: StubbedRegistry) -> None:
    ecr.refuses("describe_image_scan_findings", "ImageNotFoundException")
    with pytest.raises(ImageNotFoundError):
        ecr.registry.last_scan(image())
