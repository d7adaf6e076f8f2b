"""Requests for ECR go to local.ecr.

Why: ministack's own ECR knows no scans (StartImageScan, DescribeImageScanFindings). Behind the
gateway, every service has one endpoint, and ministack evaluates the caller's IAM policies first.
Goes when: ministack scans images, and accepts the findings to return.
"""

from collections.abc import Mapping
from typing import Any

from ministack.core import responses
from ministack.services import ecr

from local.ecr.service import Answer, EcrService
from local.patches.replacing import original_of, replace


def apply(service: EcrService) -> None:
    """Route ECR's requests to `service`."""
    account, region = original_of(responses, "get_account_id"), original_of(responses, "get_region")

    async def handle(_method: str, _path: str, headers: Mapping[str, str], body: bytes, _query: Any) -> Answer:
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        return service.handle(operation, body, account=account(), region=region())

    replace(ecr, "handle_request", handle)
