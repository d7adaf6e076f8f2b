"""The AWS clients that a function makes at its start."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

# No server listens there: the variable alone makes a function start as in Lambda.
_RUNTIME_API = {"AWS_LAMBDA_RUNTIME_API": "127.0.0.1:9"}
_PROGRAM = """
import importlib, json, sys
import boto3

services, make = [], boto3.Session.client

def client(session, service, *arguments, **parameters):
    services.append(service)
    return make(session, service, *arguments, **parameters)

boto3.Session.client = client
importlib.import_module(sys.argv[1])
print(json.dumps(services))
"""


def clients_at_start(python: Path, module: str, path: Sequence[Path], variables: Mapping[str, str]) -> list[str]:
    """Start the function in `module` with this interpreter, path and environment; return each service once, in order.

    Raises CalledProcessError when the function does not start.
    """
    environment = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(map(str, path)), **_RUNTIME_API, **variables}
    done = subprocess.run(
        [python, "-c", _PROGRAM, module], env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return list(dict.fromkeys(json.loads(done.stdout.splitlines()[-1])))
