"""The browser of the tests shows pages, tells what goes wrong in them, and trusts the local AWS."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from local.running import Emulator
from tests.e2e.browser import ASSETS, Tab, find_chromium

pytestmark = pytest.mark.e2e

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>A page</title>
<main><h1>A page</h1>{}</main></html>"""
PAGES = {
    "/": PAGE.format("<p>With a text.</p>"),
    "/picture": PAGE.format('<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=">'),
    "/script": PAGE.format("<p>With a script.</p><script>document.title = 'changed'</script>"),
}


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """The address of a server of PAGES, whose policy allows no script."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = PAGES.get(self.path, "").encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", "default-src 'none'; img-src data:")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - as the class before it
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_good_page_has_no_problems(tab: Tab, site: str) -> None:
    tab.page.goto(site)
    assert tab.page.inner_text("h1") == "A page"
    assert tab.violations() == []
    assert tab.problems == []


def test_axe_finds_what_keeps_people_from_using_a_page(tab: Tab, site: str) -> None:
    tab.page.goto(f"{site}/picture")
    (violation,) = tab.violations()
    assert violation.startswith("image-alt: ")
    assert "['img']" in violation


def test_a_violation_of_the_policy_is_a_problem_of_the_tab(tab: Tab, site: str) -> None:
    tab.page.goto(f"{site}/script")
    assert tab.page.title() == "A page"
    assert any("Content Security Policy" in problem for problem in tab.problems)


def test_the_browser_trusts_the_certificate_of_the_local_aws(tab: Tab, emulator: Emulator) -> None:
    assert emulator.api_url.startswith("https:")
    answer = tab.page.goto(emulator.api_url)
    assert answer is not None
    assert answer.status < 500


def test_without_chromium_a_test_is_skipped_but_fails_in_ci(tmp_path: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match="no Chromium"):
        find_chromium({"PATH": str(tmp_path)})
    with pytest.raises(pytest.fail.Exception, match="no Chromium"):
        find_chromium({"PATH": str(tmp_path), "CI": "true"})


def test_axe_is_the_file_that_its_note_describes() -> None:
    digest = hashlib.sha256((ASSETS / "axe.min.js").read_bytes()).hexdigest()
    assert f"sha256 `{digest}`" in (ASSETS / "README.md").read_text()
