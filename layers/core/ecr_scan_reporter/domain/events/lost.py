"""The event of a scan whose own event was lost, made from ECR's record of the scan."""

from hashlib import sha256
from typing import Any

from ecr_scan_reporter.domain.registry.arns import repository_arn
from ecr_scan_reporter.domain.registry.images import Image
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus

SOURCE = "ecr-scan-reporter"


def event_of_lost_scan(image: Image, scan: LastScan) -> dict[str, Any]:
    """Return an event in the form of ECR's. The same scan has the same id, so the reporter reports it once.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
    """
    repository = image.repository
    # ECR's event has the time of completion. A failure may have no date but that of its start.
    at = scan.scanned_at if scan.status is ScanStatus.COMPLETE else scan.at
    time = f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else ""
    return {
        "version": "0",
        "id": sha256(f"{image.id}/{time}".encode()).hexdigest()[:32],
        "detail-type": "ECR Image Scan",
        "source": SOURCE,
        "account": repository.registry_id,
        "time": time,
        "region": repository.region,
        "resources": [repository_arn(repository)],
        "detail": {
            "scan-status": scan.status.value,
            "repository-name": repository.name,
            "image-digest": image.digest,
            "image-tags": list(image.tags),
        },
    }
