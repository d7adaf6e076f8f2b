"""The event of a scan whose own event was lost, made up from what ECR tells of the scan."""

from hashlib import sha256
from typing import Any

from ecr_scan_reporter.domain.registry.arns import repository_arn
from ecr_scan_reporter.domain.registry.images import Image
from ecr_scan_reporter.domain.registry.scan_status import LastScan, ScanStatus

SOURCE = "ecr-scan-reporter"


def event_of_lost_scan(image: Image, scan: LastScan) -> dict[str, Any]:
    """Return an event in the form of ECR's own; the same scan has the same id.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html
    """
    repository = image.repository
    # Of a scan with a result its completion, as ECR's own event; a failure may have no other date than its start.
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
