"""Functions run in an interpreter that has what Lambda's Python runtime has, and nothing of this machine's settings.

Why: ministack runs them with its own interpreter and environment, so that a dependency missing from the layer, or a
certificate bundle exported on this machine, would go unnoticed or get in the way.
Goes when: ministack lets one choose the interpreter and the environment of its workers.
"""

import os

from ministack.core import lambda_runtime

from local.patches.replacing import replace

# What the machine exports for its own tools; a Lambda worker must trust the gateway's certificate instead.
_OWN_SETTINGS = ("PYTHONPATH", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE")


def apply(interpreter: str) -> None:
    """Run Python functions with `interpreter`."""
    for name in _OWN_SETTINGS:
        os.environ.pop(name, None)

    def detect(runtime: str) -> tuple[str, str]:
        binary, script = original(runtime)
        return (interpreter if runtime.startswith("python") else binary), script

    original = replace(lambda_runtime, "_detect_runtime_binary", detect)
