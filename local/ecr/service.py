"""ECR's JSON protocol: one request in, one response out. The emulator's gateway calls it."""

import json
from collections.abc import Mapping

from moto.core.request import Request

from local.ecr.api import ScanningEcr
from local.ecr.records import RegistryState
from local.ecr.scanner import Emit, Scanner

Answer = tuple[int, dict[str, str], bytes]
JSON = "application/x-amz-json-1.1"


class EcrService:
    """ECR of one emulator, for every account and region."""

    def __init__(self, state: RegistryState, emit: Emit) -> None:
        self._state = state
        self._emit = emit
        self._scanner = Scanner(state, emit)

    def handle(self, operation: str, body: bytes, *, account: str, region: str) -> Answer:
        """Return the response of one operation. The gateway has authorised the caller."""
        self._state.calls[operation] += 1
        request = Request.from_primitives(
            "POST", f"https://api.ecr.{region}.amazonaws.com/", _headers(operation, account), body
        )
        try:
            status, headers, text = ScanningEcr(self._state, self._scanner, self._emit)._dispatch(request)
        except NotImplementedError as error:
            return 400, {"Content-Type": JSON}, _unknown_operation(error)
        content = text if isinstance(text, bytes) else text.encode()
        return int(status), {**{name: str(value) for name, value in headers.items()}, "Content-Type": JSON}, content


def _headers(operation: str, account: str) -> Mapping[str, str]:
    target = f"AmazonEC2ContainerRegistry_V20150921.{operation}"
    return {"X-Amz-Target": target, "Content-Type": JSON, "X-Moto-Account-Id": account}


def _unknown_operation(error: NotImplementedError) -> bytes:
    return json.dumps({"__type": "UnknownOperationException", "message": str(error)}).encode()
