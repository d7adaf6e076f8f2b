"""DescribeRepositories is authorized on `repository/*`, as AWS's own refusals word it, and not on `*`.

Why: with AUTH=true ministack takes `*` as the resource of a call that names no repository, and so refuses a policy
that AWS accepts (`...:repository/*`). Calls without a resource level, as GetRegistryScanningConfiguration, keep `*`.
Goes when: ministack's extract_resource_arn gives the repositories' ARN for DescribeRepositories.
"""

from collections.abc import Mapping
from typing import Any

from ministack.core import iam_actions

from local.patches.replacing import replace


def apply() -> None:
    """Name the resource of DescribeRepositories."""

    def resource(
        service: str,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes,
        query: Any,
        region: str,
        account: str,
    ) -> str:
        if service == "ecr" and headers.get("x-amz-target", "").endswith(".DescribeRepositories"):
            return f"arn:aws:ecr:{region}:{account}:repository/*"
        found: str = original(service, method, path, headers, body, query, region, account)
        return found

    original = replace(iam_actions, "extract_resource_arn", resource)
