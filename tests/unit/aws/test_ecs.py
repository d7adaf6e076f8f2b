from typing import Any

import pytest

from ecr_scan_reporter.aws.ecs import EcsClusters
from ecr_scan_reporter.errors import CallFailedError
from tests.unit.aws.clients import stubbed_client
from tests.unit.aws.clock import make_caller
from tests.unit.samples import DIGEST

CLUSTERS = ["arn:aws:ecs:eu-west-1:123456789012:cluster/blue", "arn:aws:ecs:eu-west-1:123456789012:cluster/green"]


def task(*containers: dict[str, Any]) -> dict[str, Any]:
    return {"containers": list(containers)}


def test_every_container_of_every_running_task_of_every_cluster_is_found() -> None:
    client, stub = stubbed_client("ecs")
    blue, green = CLUSTERS

    def running(cluster: str, tasks: list[str], token: str | None = None, after: str | None = None) -> None:
        expected = {"cluster": cluster, "desiredStatus": "RUNNING"} | ({"nextToken": after} if after else {})
        stub.add_response("list_tasks", {"taskArns": tasks} | ({"nextToken": token} if token else {}), expected)

    def described(cluster: str, tasks: list[str], *answer: dict[str, Any]) -> None:
        stub.add_response("describe_tasks", {"tasks": list(answer)}, {"cluster": cluster, "tasks": tasks})

    stub.add_response("list_clusters", {"clusterArns": [blue], "nextToken": "t"}, {})
    running(blue, ["1", "2"], token="more")
    described(blue, ["1", "2"], task({"image": "app:1", "imageDigest": DIGEST}, {"image": "sidecar:1"}), task())
    running(blue, ["3"], after="more")
    described(blue, ["3"], task({"name": "no image"}, {"image": "app:2"}))
    stub.add_response("list_clusters", {"clusterArns": [green]}, {"nextToken": "t"})
    running(green, [])

    images = list(EcsClusters(client, make_caller()).running_images())
    assert images == [("app:1", DIGEST), ("sidecar:1", ""), ("app:2", "")]
    stub.assert_no_pending_responses()


def test_a_refusal_is_an_error_of_the_library() -> None:
    client, stub = stubbed_client("ecs")
    stub.add_client_error("list_clusters", "AccessDeniedException", "not you")
    with pytest.raises(CallFailedError, match="list_clusters failed: AccessDeniedException: not you"):
        list(EcsClusters(client, make_caller()).running_images())
