"""With TLS on, the emulator listens only on the chosen port.

Why: ministack also takes port 443 of this machine where it is free.
Goes when: a setting of ministack turns that off.
"""

from ministack import app

from local.patches.replacing import replace


def apply() -> None:
    """Report every further port as taken."""
    replace(app, "_port_is_bindable", lambda _host, _port: False)
