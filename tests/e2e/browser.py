"""A browser for the tests of pages: the Chromium of this machine, driven by Playwright; axe-core examines a page."""

import base64
import hashlib
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from local.running import Emulator

ASSETS = Path(__file__).with_name("assets")
NAMES = ("chromium", "chromium-browser", "google-chrome")
# A page is there at once; a busy machine needs longer.
TIMEOUT_MS = 60_000
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
_RUN_AXE = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"


@dataclass(frozen=True)
class Tab:
    """A page in a browser, and what went wrong in it.

    `problems` are errors on its console (a violation of the Content-Security-Policy and a status from 400 on are among
    them), exceptions that nothing caught, and requests without any answer that
    the page has not ended itself.
    """

    page: Page
    problems: list[str] = field(default_factory=list)

    def violations(self) -> list[str]:
        """Return what keeps people from using the page as it is now: the rule of axe, and the elements."""
        self.page.evaluate((ASSETS / "axe.min.js").read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate(_RUN_AXE, RULES)
        return [
            f"{violation['id']}: {violation['help']}: {', '.join(str(node['target']) for node in violation['nodes'])}"
            for violation in found["violations"]
        ]


def find_chromium(environment: Mapping[str, str] = os.environ) -> str:
    """Return the path of Chromium. Without it, skip the test; in CI, where nobody looks at skipped tests, fail."""
    for name in NAMES:
        if path := shutil.which(name, path=environment.get("PATH", "")):
            return path
    reason = "there is no Chromium: `apt-get install --no-install-recommends chromium fonts-dejavu-core`"
    if environment.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def running_browser(emulator: Emulator) -> Iterator[Browser]:
    """Start Chromium, which trusts the certificate of this emulator and otherwise what it always trusts."""
    path, arguments = find_chromium(), []
    if emulator.certificate:
        arguments = [f"--ignore-certificate-errors-spki-list={_key_hash(emulator.certificate)}"]
    with sync_playwright() as playwright:
        # The sandbox refuses to run as root, as which containers do.
        browser = playwright.chromium.launch(executable_path=path, args=arguments, chromium_sandbox=False)
        yield browser
        browser.close()


@contextmanager
def open_tab(browser: Browser, **options: Any) -> Iterator[Tab]:
    """Open a tab without cookies or storage of others; `options` are those of Playwright's `new_context`."""
    context = browser.new_context(**options)
    context.set_default_timeout(TIMEOUT_MS)
    tab = Tab(context.new_page())

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            tab.problems.append(message.text)

    def on_failure(request: Request) -> None:
        # A page ends a request whose answer nobody awaits any more.
        if request.failure != "net::ERR_ABORTED":
            tab.problems.append(f"{request.method} {request.url} failed")

    tab.page.on("console", on_console)
    tab.page.on("pageerror", lambda error: tab.problems.append(str(error)))
    tab.page.on("requestfailed", on_failure)
    yield tab
    context.close()


def _key_hash(certificate: Path) -> str:
    key = x509.load_pem_x509_certificate(certificate.read_bytes()).public_key()
    content = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(hashlib.sha256(content).digest()).decode()
