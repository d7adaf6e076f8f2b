"""The stub in its own process, on the other core."""

import asyncio
import multiprocessing
import os
from collections import Counter
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Self

from benchmarks.stub_aws import StubAws
from benchmarks.stub_http import Faults, listen


@dataclass(frozen=True)
class Report:
    """The record of the stub: calls by API, scans by repository and digest, message bodies."""

    calls: Counter[str]
    due: Counter[tuple[str, str]]
    started: Counter[tuple[str, str]]
    refused: Counter[tuple[str, str]]
    messages: list[str]
    published: list[str] = field(default_factory=list)

    @property
    def is_exact(self) -> bool:
        """True when each due scan started once, and no other."""
        return self.started == self.due


class StubProcess:
    """Runs a StubAws until the `with` ends. `faults` are by API; the key `*` means all of them."""

    def __init__(self, faults: dict[str, Faults] | None = None, **registry: Any) -> None:
        self._arguments = (registry, faults or {})

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("spawn")
        self._pipe, childs = context.Pipe()
        self._process = context.Process(target=_serve, args=(childs, *self._arguments), daemon=True)
        self._process.start()
        self.url: str = self._pipe.recv()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.terminate()
        self._process.join()

    def report(self) -> Report:
        """Return the record of the stub so far."""
        self._pipe.send("report")
        report: Report = self._pipe.recv()
        return report


def _serve(pipe: Connection, registry: dict[str, Any], faults: dict[str, Faults]) -> None:
    stub = StubAws(**registry)
    everywhere = faults.pop("*", None)
    stub.service.faults.update(dict.fromkeys(stub.service.handlers, everywhere) if everywhere else {}, **faults)

    def answer() -> None:
        try:
            pipe.recv()
        except EOFError:  # the parent was killed
            os._exit(0)
        pipe.send(
            Report(
                stub.service.calls, stub.due_scans(), stub.started, stub.refused, stub.messages, stub.stores.published
            )
        )

    async def run() -> None:
        server, url = await listen(stub.service)
        asyncio.get_running_loop().add_reader(pipe.fileno(), answer)
        pipe.send(url)
        await server.serve_forever()

    asyncio.run(run())
