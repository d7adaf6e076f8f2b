"""The log of an invocation is whole, also where the machine is too busy to read it at once."""

import os
import queue
import threading
import time

from local.worker_logs import drain


def test_lines_that_are_read_late_belong_to_the_invocation() -> None:
    read_end, write_end = os.pipe()
    lines: queue.Queue[str] = queue.Queue()
    with os.fdopen(write_end, "w") as writer, os.fdopen(read_end) as reader:
        writer.write("".join(f"line {number}\n" for number in range(5)))
        writer.flush()

        def read_slowly() -> None:
            for _ in range(5):
                time.sleep(0.02)
                lines.put(reader.readline().rstrip())

        thread = threading.Thread(target=read_slowly)
        thread.start()
        assert drain(lines, reader).splitlines() == [f"line {number}" for number in range(5)]
        thread.join()


def test_a_worker_that_has_logged_nothing_or_is_gone_has_no_log() -> None:
    assert drain(queue.Queue(), None) == ""
