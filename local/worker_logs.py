"""Read the log of a Lambda worker to its end: a worker writes its lines to a pipe before its response."""

import fcntl
import queue
import struct
import termios
import time
from typing import IO

IDLE_SECONDS = 0.05
MAX_SECONDS = 5.0
POLL_SECONDS = 0.002


def drain(lines: "queue.Queue[str]", pipe: IO[str] | None) -> str:
    """Return all lines that another thread reads from `pipe` into the queue, until both are empty for a while."""
    drained: list[str] = []
    began = idle_since = time.monotonic()
    while time.monotonic() - began < MAX_SECONDS:
        try:
            drained.append(lines.get_nowait())
            idle_since = time.monotonic()
        except queue.Empty:
            if _unread_bytes(pipe):
                idle_since = time.monotonic()
            elif time.monotonic() - idle_since >= IDLE_SECONDS:
                break
            time.sleep(POLL_SECONDS)
    return "\n".join(drained)


def _unread_bytes(pipe: IO[str] | None) -> int:
    if pipe is None or pipe.closed:
        return 0
    unread: tuple[int] = struct.unpack("i", fcntl.ioctl(pipe.fileno(), termios.FIONREAD, bytes(4)))
    return unread[0]
