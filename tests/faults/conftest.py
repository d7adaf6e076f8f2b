"""The images scanner behind its queue, on a stub of AWS."""

from collections.abc import Callable

import pytest

from benchmarks.stub_process import StubProcess
from tests.faults.deliveries import Deliveries, variables


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Callable[[StubProcess], None]:
    """Point the functions at a stub."""

    def point(stub: StubProcess) -> None:
        for name, value in variables(stub.url).items():
            monkeypatch.setenv(name, value)

    return point


@pytest.fixture
def deliveries(environment: Callable[[StubProcess], None]) -> Callable[[StubProcess], Deliveries]:
    """Return a queue in front of the real handler."""

    def make(stub: StubProcess) -> Deliveries:
        environment(stub)
        import images_scanner

        return Deliveries(stub, images_scanner.lambda_handler)

    return make
