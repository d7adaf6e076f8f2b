"""Start the emulator as its own process, call it, and remove all of it at the end."""

import contextlib
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from local.identity import REGION

PROJECT = Path(__file__).parents[1]
# The emulator's root user.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}
# It is ready after half a second, and later on a busy machine.
START_SECONDS = 120


class EmulatorFailedError(Exception):
    """The emulator did not start, or refused a request; the message may have the end of its log."""


@dataclass(frozen=True)
class Emulator:
    """A running emulator. `certificate` is None without TLS; an HTTP API of the account is at the root of `api_url`."""

    endpoint: str
    api_url: str
    folder: Path
    certificate: Path | None = None

    @property
    def log(self) -> Path:
        """The path of the emulator's log."""
        return self.folder / "emulator.log"

    def client(
        self,
        service: str,
        key_id: str = CREDENTIALS["AWS_ACCESS_KEY_ID"],
        secret: str = CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    ) -> Any:
        """Return a boto3 client of the emulator, which trusts no other server; for the root user, or with a key."""
        make_client: Any = boto3.client
        return make_client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=key_id,
            aws_secret_access_key=secret,
            verify=str(self.certificate) if self.certificate else None,
            config=Config(connect_timeout=5, read_timeout=70, retries={"total_max_attempts": 2}, proxies={}),
        )

    def control(self, path: str, /, **fields: Any) -> Any:
        """Call one operation of the emulator's own API."""
        request = urllib.request.Request(f"{self.endpoint}/_local/{path}", json.dumps(fields).encode())
        try:
            with self._opener().open(request, timeout=20) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise EmulatorFailedError(f"{path}: {error.read().decode()}") from error

    def environment(self) -> dict[str, str]:
        """The environment in which another program uses the emulator as its AWS."""
        trust = {"AWS_CA_BUNDLE": str(self.certificate)} if self.certificate else {}
        return {"AWS_ENDPOINT_URL": self.endpoint, **CREDENTIALS, **trust}

    def trust(self) -> ssl.SSLContext | None:
        """The TLS settings of a client that trusts this emulator and no other server; None without TLS."""
        return ssl.create_default_context(cafile=str(self.certificate)) if self.certificate else None

    def _opener(self) -> urllib.request.OpenerDirector:
        no_proxy = urllib.request.ProxyHandler({})
        trust = self.trust()
        handlers = [urllib.request.HTTPSHandler(context=trust)] if trust else []
        return urllib.request.build_opener(no_proxy, *handlers)


@contextlib.contextmanager
def running_emulator(
    *, has_tls: bool = False, has_iam: bool = False, port: int | None = None, api_port: int | None = None
) -> Iterator[Emulator]:
    """Start the emulator on `port`, or on a free one. At the end of the block, end it and remove its files.

    The account's first HTTP API is served at the root of `api_port`, or of a free one. With `has_tls` the emulator
    speaks only HTTPS; with `has_iam` it evaluates the IAM policies of every caller.
    """
    folder = Path(tempfile.mkdtemp(prefix="ecr-scan-reporter-"))
    try:
        free, free_api = _free_ports(2)
        emulator = _describe(folder, port or free, api_port or free_api, has_tls=has_tls)
        process = _start(emulator, has_iam=has_iam)
        try:
            _await_ready(emulator, process)
            yield emulator
        finally:
            _stop(process)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def clean_environment() -> dict[str, str]:
    """This process's environment without variables that lead to a real AWS account or another certificate."""
    misleading = ("AWS_", "SAM_", "PYTHON", "MINISTACK_", "REQUESTS_CA_", "CURL_CA_", "SSL_CERT_")
    return {name: value for name, value in os.environ.items() if not name.startswith(misleading)}


def tool(environment: str, program: str) -> Path:
    """Find a program of one of the project's environments; <NAME>_ENV may name another folder for it."""
    folder = Path(os.environ.get(f"{environment.upper()}_ENV", PROJECT / ".envs" / environment))
    path = folder / "bin" / program
    if not path.exists():
        raise EmulatorFailedError(f"{path} is not there: run `make setup`")
    return path.absolute()


def _describe(folder: Path, port: int, api_port: int, *, has_tls: bool) -> Emulator:
    origin = f"{'https' if has_tls else 'http'}://127.0.0.1"
    certificate = folder / "ministack-tls" / "server.crt" if has_tls else None
    return Emulator(f"{origin}:{port}", f"{origin}:{api_port}", folder, certificate)


def _start(emulator: Emulator, *, has_iam: bool) -> subprocess.Popen[bytes]:
    settings = {
        **clean_environment(),
        "TMPDIR": str(emulator.folder),
        "STATE_DIR": str(emulator.folder / "state"),
        "GATEWAY_PORT": emulator.endpoint.rpartition(":")[2],
        "EMULATOR_API_PORT": emulator.api_url.rpartition(":")[2],
        "LAMBDA_PYTHON": str(tool("lambda", "python")),
        "EMULATOR_FOLDER": str(emulator.folder),
        "AUTH": "true" if has_iam else "false",
        "USE_SSL": "1" if emulator.certificate else "0",
    }
    with emulator.log.open("wb") as log:
        return subprocess.Popen(
            [tool("emulator", "python"), "-m", "local.emulator"],
            cwd=PROJECT,
            env=settings,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            # A group of its own: Ctrl-C in the terminal reaches only the parent, and the end reaches every worker.
            start_new_session=True,
        )


def _await_ready(emulator: Emulator, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError, ssl.SSLError, EmulatorFailedError):
            emulator.control("ecr/calls")
            return
        time.sleep(0.1)
    raise EmulatorFailedError(f"the emulator did not start:\n{tail(emulator.log)}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    # It has no state to save, so it may be killed; the workers are in its group.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if process.stdin:
        process.stdin.close()


def _free_ports(number: int) -> list[int]:
    with contextlib.ExitStack() as held:  # together, so that they differ
        probes = [held.enter_context(socket.socket()) for _ in range(number)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


def tail(path: Path, lines: int = 30) -> str:
    """Return the end of a text file."""
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""
