"""Amazon ECS: the images that run at the time.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/Welcome.html
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ecr_scan_reporter.aws.retries import Caller

if TYPE_CHECKING:
    from mypy_boto3_ecs import ECSClient


class EcsClusters:
    """The clusters of one account and region."""

    def __init__(self, client: "ECSClient", caller: Caller) -> None:
        self._client = client
        self._caller = caller

    def running_images(self) -> Iterator[tuple[str, str]]:
        """Yield URI and digest of each running container, with repetitions. The digest is empty when ECS has none."""
        for clusters in self._caller.pages(self._client.list_clusters):
            for cluster in clusters["clusterArns"]:
                # A page holds 100 tasks, and one DescribeTasks takes as many.
                for tasks in self._caller.pages(self._client.list_tasks, cluster=cluster, desiredStatus="RUNNING"):
                    if tasks["taskArns"]:
                        yield from self._containers(cluster, tasks["taskArns"])

    def _containers(self, cluster: str, tasks: list[str]) -> Iterator[tuple[str, str]]:
        response = self._caller(self._client.describe_tasks, cluster=cluster, tasks=tasks)
        for task in response["tasks"]:
            for container in task.get("containers", ()):
                if container.get("image"):
                    yield container["image"], container.get("imageDigest", "")
