"""Requests for ECR go to local.ecr.

Why: ministack's own ECR knows no scans (StartImageScan, DescribeImageScanFindings). Handing over behind the gateway
keeps one endpoint for every service, and ministack's evaluation of the caller's IAM policies in front of it.
Goes when: ministack scans images, and can be told the findings.
"""

from collections.abc import Mapping
from typing import Any

from ministack.core import responses
from ministack.services import ecr

from local.ecr.service import Answer, EcrService
from local.patches.replacing import original_of, replace


def apply(service: EcrService) -> None:
    """Let `service` answer."""
    account, region = original_of(responses, "get_account_id"), original_of(responses, "get_region")

    async def handle(_method: str, _path: str, headers: Mapping[str, str], body: bytes, _query: Any) -> Answer:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        return service.handle(operation, body, account=account(), region=region())

    replace(ecr, "handle_request", handle)
