"""Writes the results of a complete run."""

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version

from benchmarks.cost_document import rewrite_cost_document
from benchmarks.figures import FIGURES_FILE, Figures
from benchmarks.functions_work import ROOT
from benchmarks.runtime_interface import PYTHON
from benchmarks.sections import Section, targets_table
from benchmarks.stub_aws import DYNAMODB_SECONDS, ECR_SECONDS, SQS_SECONDS

_INTRODUCTION = """\
# Benchmarks

Written by `make bench`. The handlers of the functions run against a stub of AWS on the same machine. The stub answers
each call after a set latency ({ecr:.0f} ms for ECR, {sqs:.0f} ms for SQS, {dynamodb:.0f} ms for DynamoDB).
It counts the calls, and checks that each due image is scanned once, and no other image: a run that is not exact ends
with an error. "Bare calls" are the fewest calls that do the same work, with boto3 alone in a thread pool of the same
size. They run against a copy of the stub, alternately with the function. "Latency alone" is their time without any time
of the processor.

Measured on {date} in {minutes:.0f} minutes: {cores} cores ({architecture}) shared by function and stub, Python
{python}, boto3 {boto3}; cold starts on Python {runtime}. The absolute figures are this machine's; compare the ratios.
"""


def write_results(sections: Sequence[Section], seconds: float) -> None:
    """Write RESULTS.md, the figures of the cost model, and the tables of docs/cost.md."""
    figures = Figures(**{name: value for section in sections for name, value in section.figures.items()})
    FIGURES_FILE.write_text(json.dumps(figures.rounded(), indent=2) + "\n")
    chapters = "\n".join(map(str, sections))
    text = f"{_introduction(seconds)}\n## Targets\n\n{targets_table(sections)}\n{chapters}"
    (ROOT / "benchmarks/RESULTS.md").write_text(text)
    rewrite_cost_document(Figures.read())


def _introduction(seconds: float) -> str:
    runtime = subprocess.run([PYTHON, "-V"], capture_output=True, text=True, check=True).stdout
    return _INTRODUCTION.format(
        ecr=ECR_SECONDS * 1000,
        sqs=SQS_SECONDS * 1000,
        dynamodb=DYNAMODB_SECONDS * 1000,
        date=f"{datetime.now(UTC):%Y-%m-%d}",
        minutes=seconds / 60,
        cores=os.cpu_count(),
        architecture=platform.machine(),
        python=platform.python_version(),
        boto3=version("boto3"),
        runtime=runtime.split()[-1],
    )
