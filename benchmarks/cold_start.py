"""The cold start of the functions, beside one that only makes the same clients; the size of the layer."""

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.clients_at_start import clients_at_start
from benchmarks.functions_work import API_VARIABLES, ROOT, variables
from benchmarks.runtime_interface import PYTHON, init_milliseconds
from benchmarks.stub_process import StubProcess
from scripts.template_check.source import lambda_modules

BUILD = ROOT / ".aws-sam/local"
LAYER = BUILD / "CoreLayer/python"
STARTS = 7


@dataclass(frozen=True)
class ColdStart:
    """Milliseconds of each init, of a function and of its bare counterpart, alternately."""

    function: str
    inits: Sequence[float]
    bare_inits: Sequence[float]

    @property
    def ratio(self) -> float:
        """The function's median beside the bare one's."""
        return median(self.inits) / median(self.bare_inits)


def cold_starts() -> list[ColdStart]:
    """Start each function of the template several times."""
    with StubProcess(repositories=1) as stub, tempfile.TemporaryDirectory() as folder:
        environment = variables(stub.url, threads=16) | API_VARIABLES
        return [
            _starts(module, BUILD / logical_id, Path(folder), environment)
            for logical_id, module in lambda_modules().items()
        ]


def _starts(module: str, task: Path, folder: Path, environment: dict[str, str]) -> ColdStart:
    services = clients_at_start(PYTHON, module, [task, LAYER], environment)
    bare_task = _bare_function(folder, module, services)
    inits, bare_inits = [], []
    for _ in range(STARTS):
        inits.append(init_milliseconds(task, f"{module}.lambda_handler", [LAYER], environment))
        bare_inits.append(init_milliseconds(bare_task, "bare.lambda_handler", [], environment))
    return ColdStart(module, inits, bare_inits)


def _bare_function(folder: Path, name: str, services: Sequence[str]) -> Path:
    task = folder / name
    task.mkdir()
    clients = "".join(f'session.client("{service}")\n' for service in services)
    handler = "def lambda_handler(event, context):\n    return None\n"
    (task / "bare.py").write_text(f"import boto3\n\nsession = boto3.Session()\n{clients}\n\n{handler}")
    subprocess.run([PYTHON, "-m", "compileall", "-q", "--invalidation-mode", "unchecked-hash", task], check=True)
    return task


def layer_megabytes() -> float:
    """Return the unpacked size of the layer."""
    return sum(file.stat().st_size for file in LAYER.rglob("*") if file.is_file()) / 1e6


def second_sdks() -> list[str]:
    """Return the copies of the SDK in the layer, which must have none: the runtime has it."""
    return sorted(folder.name for name in ("boto3", "botocore", "s3transfer") for folder in LAYER.glob(f"{name}*"))
