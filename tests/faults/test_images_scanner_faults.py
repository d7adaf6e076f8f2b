"""Whatever happens on the way: each due image gets exactly one scan, and no job is lost.

The stub behind these tests is a process that counts. It plays ECR, DynamoDB and SQS, and fails as a test configures it.
"""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks.stub_http import Faults
from benchmarks.stub_process import StubProcess
from ecr_scan_reporter.aws.retries import READ_TIMEOUT_SECONDS
from tests.faults.deliveries import Deliveries, jobs_for, variables

Deliver = Callable[[StubProcess], Deliveries]

REGISTRY: dict[str, Any] = {"repositories": 4, "images": 40, "due": 10, "latency_factor": 0.05}
NAMES = [f"team-{number}/app-{number:05d}" for number in range(4)]


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param({"*": Faults(throttled=0.5)}, id="half of all calls throttled"),
        pytest.param({"*": Faults(server_error=0.3)}, id="server errors"),
        pytest.param({"*": Faults(reset_before=0.2)}, id="connections reset before the call has an effect"),
        pytest.param({"StartImageScan": Faults(reset_after=0.3)}, id="answers to a start lost"),
        pytest.param({"BatchWriteItem": Faults(reset_after=0.3)}, id="answers of the ledger lost"),
        pytest.param({"*": Faults(slow=0.02, slow_seconds=1.0)}, id="slow answers"),
        pytest.param(
            {"*": Faults(throttled=0.2, server_error=0.1, reset_before=0.05, reset_after=0.05)}, id="all at once"
        ),
    ],
)
@pytest.mark.parametrize("ledger_is_full", [False, True], ids=["ledger empty", "ledger full"])
def test_each_due_image_is_scanned_once_under(
    faults: dict[str, Faults], ledger_is_full: bool, deliveries: Deliver
) -> None:
    with StubProcess(faults=faults, ledger_is_full=ledger_is_full, **REGISTRY) as stub:
        deliveries(stub).run(jobs_for(NAMES))
        assert stub.report().started == stub.report().due


def test_each_due_image_is_scanned_once_when_answers_to_a_start_time_out(deliveries: Deliver) -> None:
    hanging = Faults(slow=0.05, slow_seconds=READ_TIMEOUT_SECONDS + 2)
    with StubProcess(faults={"StartImageScan": hanging}, ledger_is_full=True, **REGISTRY) as stub:
        deliveries(stub).run(jobs_for(NAMES[:2]))
        report = stub.report()
        assert report.started == Counter({scan: 1 for scan in report.due if scan[0] in NAMES[:2]})
        assert report.refused, "a start that had timed out was tried again"


def test_doubled_and_reordered_jobs_start_each_scan_once(deliveries: Deliver) -> None:
    with StubProcess(**REGISTRY) as stub:
        deliveries(stub).run(jobs_for(NAMES, seed=11))
        report = stub.report()
        assert report.started == report.due
        assert not report.refused, "the second delivery knows from the ledger what the first one did"


def test_a_second_run_asks_and_starts_nothing(deliveries: Deliver) -> None:
    with StubProcess(**REGISTRY) as stub:
        deliveries(stub).run(jobs_for(NAMES))
        before = stub.report().calls
        deliveries(stub).run(jobs_for(NAMES))
        later = stub.report().calls - before
        assert later["StartImageScan"] == later["DescribeImageScanFindings"] == later["BatchWriteItem"] == 0


def test_a_process_killed_in_the_middle_is_continued_by_the_next(deliveries: Deliver) -> None:
    with StubProcess(repositories=1, images=400, due=200) as stub:
        program = "import json, sys, images_scanner; images_scanner.lambda_handler(json.loads(sys.argv[1]), None)"
        record = (
            '{"Records": [{"messageId": "1", "eventSource": "aws:sqs", "body": "{\\"repositoryName\\": \\"%s\\"}"}]}'
        )
        with subprocess.Popen(
            [sys.executable, "-c", program, record % "team-0/app-00000"],
            env=variables(stub.url) | {"PYTHONPATH": "functions:layers/core"},
            stdout=subprocess.DEVNULL,
        ) as process:
            _until(lambda: sum(stub.report().started.values()) > 20)
            process.kill()
        assert 20 < sum(stub.report().started.values()) < 200, "it was killed in the middle"
        deliveries(stub).run(jobs_for(["team-0/app-00000"]))
        assert stub.report().started == stub.report().due


def test_an_invocation_that_runs_out_of_time_is_continued(deliveries: Deliver) -> None:
    with StubProcess(repositories=2, images=300, due=100, latency_factor=0.5) as stub:
        # A new budget of time for each invocation: too little for the whole job.
        deliveries(stub).run(jobs_for(["team-0/app-00000", "team-1/app-00001"]), context=_OneSecond())
        report = stub.report()
        assert report.messages, "the job was sent again"
        assert report.started == report.due


def test_the_registrys_daily_quota_stops_all_jobs_and_loses_nothing(deliveries: Deliver) -> None:
    with StubProcess(daily_quota=40, **REGISTRY) as stub:
        deliveries(stub).run(jobs_for(NAMES))
        report = stub.report()
        assert sum(report.started.values()) == 40
        assert report.started <= report.due
        assert sum(report.refused.values()) <= 16, "those that were under way when the first was refused"


def test_one_image_that_was_scanned_already_costs_one_call(deliveries: Deliver) -> None:
    with StubProcess(daily_quota=0, repositories=1, images=1, due=1) as stub:
        began = time.monotonic()
        deliveries(stub).run(jobs_for(["team-0/app-00000"]))
        assert stub.report().calls["StartImageScan"] == 1
        assert time.monotonic() - began < 5, "and no sleep"


class _OneSecond(SimpleNamespace):
    """A Lambda context with one second, which shows at each look the time that is left."""

    def get_remaining_time_in_millis(self) -> int:
        return 1_000


def _until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.01)
