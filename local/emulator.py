"""The emulated AWS as one process: `python -m local.emulator`, in the environment that has ministack and moto.

local.running starts it, and chooses the port, the folders and the rest of the environment.
"""

import os
import shutil
import signal
import sys
import threading
from typing import Any

from local.identity import ACCOUNT

SETTINGS = {
    "BIND_HOST": "127.0.0.1",
    # Services that this application does not use.
    "IOT_MTLS_ENABLED": "0",
    "SFTP_ENABLED": "0",
    "MINISTACK_ACCOUNT_ID": ACCOUNT,
    "MINISTACK_HOST": "127.0.0.1",
    "LAMBDA_ASYNC_RETRY_BASE_SECONDS": "1",
    "LAMBDA_ASYNC_RETRY_MAX_SECONDS": "2",
}


def main() -> None:
    """Patch the emulator, and serve until SIGTERM or Ctrl-C, or until the process that started this one is gone."""
    os.environ.update({name: value for name, value in SETTINGS.items() if name not in os.environ})
    application = _patched_application()
    _end_with_parent()
    sys.argv = ["ministack"]
    application.main()


def _patched_application() -> Any:
    # ministack reads its settings when it is imported.
    from ministack import app

    from local.control_api import with_control_api
    from local.ecr.control import RegistryControl
    from local.ecr.inspector import InspectorControl
    from local.ecr.records import RegistryState
    from local.ecr.service import EcrService
    from local.patches import (
        aws_events,
        chosen_port,
        ecr_gateway,
        ecr_resources,
        http_api_cors,
        http_api_events,
        http_api_port,
        http_api_signatures,
        lambda_concurrency,
        lambda_interpreter,
        log_lines,
        pseudo_parameters,
        queue_concurrency,
        rule_targets,
        stack_secrets,
        table_ttl,
    )
    from local.patches.captured_mail import Mailbox
    from local.patches.replacing import replace

    state, mailbox = RegistryState(), Mailbox()
    emit = aws_events.emitter()
    control, inspector = RegistryControl(state), InspectorControl(state, emit)
    ecr_gateway.apply(EcrService(state, emit))
    lambda_interpreter.apply(os.environ.get("LAMBDA_PYTHON") or sys.executable)
    for patch in (
        chosen_port,
        ecr_resources,
        http_api_cors,
        http_api_events,
        http_api_signatures,
        lambda_concurrency,
        log_lines,
        pseudo_parameters,
        queue_concurrency,
        rule_targets,
        stack_secrets,
        table_ttl,
    ):
        patch.apply()
    mailbox.apply()
    operations = {
        "ecr/repository": control.add_repository,
        "ecr/image": control.add_image,
        "ecr/findings": control.set_findings,
        "ecr/age": control.age_scans,
        "ecr/options": control.set_options,
        "ecr/reset": control.reset,
        "ecr/calls": control.calls,
        "ecr/calls/clear": control.clear_calls,
        "inspector/scan": inspector.send_scan,
        "inspector/findings": inspector.send_findings,
        "mail": mailbox.read,
        "mail/clear": mailbox.clear,
    }
    api_port = int(os.environ["EMULATOR_API_PORT"])
    http_api_port.apply(api_port)
    replace(app, "app", http_api_port.with_api_port(with_control_api(app.app, operations), api_port))
    return app


def _end_with_parent() -> None:
    """End with the parent, which holds standard input as a pipe: when the pipe closes, nothing may remain."""
    folder = os.environ.get("EMULATOR_FOLDER")
    if folder:
        threading.Thread(target=_clean_up_after_parent, args=(folder,), daemon=True).start()


def _clean_up_after_parent(folder: str) -> None:
    while os.read(sys.stdin.fileno(), 1024):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
