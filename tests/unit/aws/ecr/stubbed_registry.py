"""ECR behind a stub."""

from datetime import UTC, datetime
from typing import Any

from ecr_scan_reporter.aws.ecr import EcrRegistry
from tests.unit.aws.clients import stubbed_client
from tests.unit.aws.clock import FakeClock, make_caller
from tests.unit.samples import digest

AT = datetime(2026, 1, 31, 4, 0, 48, tzinfo=UTC)
CALL = {"repositoryName": "team/app", "imageId": {"imageDigest": digest(1)}}


class StubbedRegistry:
    """A registry, and the answers that it gets."""

    def __init__(self, registry_id: str | None = None) -> None:
        client, self.stub = stubbed_client("ecr")
        self.clock = FakeClock()
        self.registry = EcrRegistry(client, make_caller(self.clock), registry_id, clock=self.clock)

    def answers(self, operation: str, answer: dict[str, Any], expected: dict[str, Any]) -> None:
        """Answer the next call, which has to have the expected parameters."""
        self.stub.add_response(operation, answer, expected)

    def refuses(self, operation: str, code: str, message: str = "", status: int = 400) -> None:
        """Answer the next call with an error."""
        self.stub.add_client_error(operation, code, message, status)
