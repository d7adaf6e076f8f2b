"""Functions run in an interpreter with the packages of Lambda's Python runtime, without this machine's settings.

Why: ministack runs them with its own interpreter and environment. A dependency missing from the layer would go
unnoticed, and a certificate bundle exported on this machine would break TLS.
Goes when: ministack has a setting for the interpreter and the environment of its workers.
"""

import os

from ministack.core import lambda_runtime

from local.patches.replacing import replace

# Certificate bundles of this machine; a Lambda worker must trust the gateway's certificate instead.
_OWN_SETTINGS = ("PYTHONPATH", "AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE")


def apply(interpreter: str) -> None:
    """Run Python functions with `interpreter`."""
    for name in _OWN_SETTINGS:
        os.environ.pop(name, None)

    def detect(runtime: str) -> tuple[str, str]:
        binary, script = original(runtime)
        return (interpreter if runtime.startswith("python") else binary), script

    original = replace(lambda_runtime, "_detect_runtime_binary", detect)
