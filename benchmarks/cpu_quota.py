"""Limits a process to a share of one processor, as Lambda does below 1,769 MB."""

import os
import signal
import time
from collections.abc import Callable

# https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
MB_OF_A_PROCESSOR = 1_769
PERIOD_SECONDS = 0.02
LOOK_EVERY_SECONDS = 0.001


def share_of(memory_mb: int) -> float:
    """Return the share of a processor that a function of this memory size has."""
    return memory_mb / MB_OF_A_PROCESSOR


def hold_to(share: float, pid: int, is_done: Callable[[], bool]) -> None:
    """Stop the process whenever it has used its share of a period, until `is_done`. Linux only."""
    clock = (~pid << 3) | 2  # the CPU clock of another process: clock_getcpuclockid(3)
    now, used = time.monotonic(), time.clock_gettime(clock)
    credit = 0.0
    while not is_done():
        time.sleep(LOOK_EVERY_SECONDS)
        before, used_before = now, used
        now, used = time.monotonic(), time.clock_gettime(clock)
        credit = min(credit + (now - before) * share - (used - used_before), PERIOD_SECONDS * share)
        if credit < 0:
            os.kill(pid, signal.SIGSTOP)
            time.sleep(-credit / share)
            os.kill(pid, signal.SIGCONT)
