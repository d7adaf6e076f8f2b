"""Measures work in a fresh process, so that memory, environments and warm caches do not mix."""

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from benchmarks.cpu_quota import hold_to

Work = Callable[[], object]
Prepare = Callable[..., Work]


@dataclass(frozen=True)
class Measured:
    """The time and memory of some work. The peak memory is that of the whole process, imports included."""

    seconds: float
    cpu_seconds: float
    peak_mb: float


def measure(prepare: Prepare, *arguments: Any, cpu_share: float | None = None) -> Measured:
    """Call `prepare` in a new process, and measure the call that it returns; `cpu_share` limits the processor."""
    context = multiprocessing.get_context("spawn")
    pipe, childs = context.Pipe()
    process = context.Process(target=_child, args=(childs, prepare, arguments), daemon=True)
    process.start()
    childs.close()
    try:
        pipe.recv()  # it is ready
        pipe.send("go")
        if cpu_share is not None and process.pid is not None:
            hold_to(cpu_share, process.pid, is_done=pipe.poll)
        measured: Measured = pipe.recv()
    except EOFError as error:
        raise RuntimeError(f"{prepare.__name__} failed, see above") from error
    finally:
        process.join(5)
        process.kill()
    return measured


def _child(pipe: Connection, prepare: Prepare, arguments: tuple[Any, ...]) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the functions' logs
    work = prepare(*arguments)
    pipe.send("ready")
    pipe.recv()
    began, cpu_began = time.perf_counter(), time.process_time()
    work()
    seconds, cpu_seconds = time.perf_counter() - began, time.process_time() - cpu_began
    pipe.send(Measured(seconds, cpu_seconds, _peak_mb()))


def _peak_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1024 if sys.platform == "linux" else 1024 * 1024)
