"""Images of an account that ECR has scanned."""

from datetime import UTC, datetime, timedelta
from typing import Any

from moto.ecr.models import ecr_backends

from tests.integration.account import ACCOUNT_ID, REGION, Account


def scanned(account: Account, repository: str, tag: str, *findings: dict[str, Any], days_ago: int = 3) -> str:
    digest = account.push(repository, tag)
    at = datetime.now(UTC) - timedelta(days=days_ago)
    counts = {severity: sum(f["severity"] == severity for f in findings) for severity in ("CRITICAL", "HIGH")}
    account.finds(
        repository,
        digest,
        "COMPLETE",
        imageScanCompletedAt=at.timestamp(),
        findings=list(findings),
        findingSeverityCounts={severity: number for severity, number in counts.items() if number},
    )
    return digest


def a_day_passes(repository: str) -> None:
    """ECR scans an image once a day. And moto returns the first result again."""
    for image in ecr_backends[ACCOUNT_ID][REGION].repositories[repository].images:
        image.last_scan = None
        image.scan_finding_results.clear()
