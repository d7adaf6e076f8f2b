"""ECR's calls are authorized on their repositories, and not on `*`.

Why: with AUTH=true ministack takes `*` as the resource of a call that has no repositoryName, and so refuses a policy
that AWS accepts (`...:repository/*`). DescribeRepositories is authorized on `repository/*`, as AWS's own refusals word
it, and the operations on AWS tags on the ARN that they name. Calls without a resource level, as
GetRegistryScanningConfiguration, keep `*`.
Goes when: ministack's extract_resource_arn gives these ARNs.
"""

import json
from collections.abc import Mapping
from typing import Any

from ministack.core import iam_actions

from local.patches.replacing import replace

_ON_TAGS = ("ListTagsForResource", "TagResource", "UntagResource")


def apply() -> None:
    """Set the resource of DescribeRepositories, ListTagsForResource, TagResource and UntagResource."""

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
        operation = headers.get("x-amz-target", "").rpartition(".")[2] if service == "ecr" else ""
        if operation == "DescribeRepositories":
            return f"arn:aws:ecr:{region}:{account}:repository/*"
        if operation in _ON_TAGS:
            return str(json.loads(body).get("resourceArn"))
        found: str = original(service, method, path, headers, body, query, region, account)
        return found

    original = replace(iam_actions, "extract_resource_arn", resource)
