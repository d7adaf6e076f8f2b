"""How the command line ends, as a process of its own."""

import json
import signal
import time

from benchmarks.stub_http import Faults
from benchmarks.stub_process import StubProcess
from tests.cli.scanning.process import start


def test_all_done_is_0() -> None:
    with StubProcess(repositories=3, images=50, due=10, latency_factor=0.1) as stub, start(stub, "scan") as process:
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        assert len(json.loads(output)) == 30
        assert stub.report().is_exact


def test_images_left_due_by_the_daily_quota_are_1() -> None:
    with StubProcess(images=50, due=10, daily_quota=5, latency_factor=0.1) as stub, start(stub, "scan") as process:
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 1
        assert [row["answer"] for row in json.loads(output)].count("started") == 5


def test_ctrl_c_finishes_what_is_under_way_and_leaves_complete_results() -> None:
    with StubProcess(repositories=20, images=500, due=500) as stub, start(stub, "scan") as process:
        _wait_for_scans(stub, 20)
        process.send_signal(signal.SIGINT)
        output, errors = process.communicate(timeout=30)
        assert process.returncode == 130
        assert "started" in errors
        shown = {(row["repository"], row["imageDigest"]) for row in json.loads(output) if row["answer"] == "started"}
        assert shown == set(stub.report().started), "what was started is what is shown"
        assert len(shown) < 10_000


def test_a_second_ctrl_c_waits_for_no_call_and_leaves_results_that_can_be_read() -> None:
    slow = {"StartImageScan": Faults(slow=1.0, slow_seconds=9.0)}
    with StubProcess(faults=slow, repositories=1, images=50, due=50) as stub, start(stub, "scan") as process:
        _wait_for_scans(stub, 10)
        process.send_signal(signal.SIGINT)
        assert process.stderr
        while "stopping" not in process.stderr.readline():
            assert process.poll() is None
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=30)
        assert time.monotonic() - began < 5, "the calls under way take 9 seconds"
        assert process.returncode == 130
        assert json.loads(output) == []


def _wait_for_scans(stub: StubProcess, number: int) -> None:
    end = time.monotonic() + 30
    while stub.report().calls["StartImageScan"] < number:
        assert time.monotonic() < end, "it never began"
        time.sleep(0.01)
