"""The files of the page: small, sound, and what they say they are."""

import gzip
import hashlib
import re
from dataclasses import replace

import pytest

from ecr_scan_reporter.settings.api import Authorization
from ecr_scan_reporter.web.page_files import INDEX, PAGE, page_files
from tests.unit.web.world import SETTINGS, World

MAX_FIRST_VIEW = 60_000
# What a browser asks for before it asks the API.
FIRST_VIEW = ("/", "/assets/app.css", "/assets/page.mjs", "/assets/icon.svg", "/assets/settings.json")


def test_the_first_view_is_small(world: World) -> None:
    bodies = [world.call(each, token="", accept_encoding="gzip") for each in FIRST_VIEW]
    assert all(each.status == 200 for each in bodies)
    # As the API packs it.
    assert sum(len(gzip.compress(each.body, 3)) for each in bodies) < MAX_FIRST_VIEW


def test_the_page_asks_for_no_file_that_is_not_there(world: World) -> None:
    index = page_files()[INDEX].decode()
    named = re.findall(r'(?:href|src)="(/assets/[^"]+)"', index)
    assert set(named) < set(FIRST_VIEW)
    assert len(named) >= 4


def test_nothing_in_the_markup_is_against_the_policy() -> None:
    index = page_files()[INDEX].decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon[a-z]+=|data:", index)


@pytest.mark.parametrize("name", sorted(name for name in page_files() if name.endswith(".mjs") and "/" not in name))
def test_texts_of_others_stay_texts(name: str) -> None:
    source = page_files()[name].decode()
    if name != PAGE:  # It has the libraries in it.
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|\bstyle=", source
        )


def test_the_libraries_are_the_files_that_their_note_describes() -> None:
    from importlib.resources import files

    note = (files("ecr_scan_reporter.web") / "page" / "vendor" / "README.md").read_text()
    libraries = [name for name in page_files() if name.startswith("vendor/") and name.endswith(".mjs")]
    assert len(libraries) == 3
    for name in libraries:
        assert f"`{hashlib.sha256(page_files()[name]).hexdigest()}`" in note
    for licence in ("vendor/LICENSE.preact.txt", "vendor/LICENSE.htm.txt"):
        assert licence in page_files()
        assert licence.rpartition("/")[2] in note


@pytest.mark.parametrize(
    ("issuer", "token_origin", "connections"),
    [
        ("", "", "'self'"),
        ("https://issuer.example/pool", "", "'self' https://issuer.example"),
        ("https://issuer.example/pool", "https://login.example", "'self' https://issuer.example https://login.example"),
        ("https://login.example/", "https://login.example", "'self' https://login.example"),
    ],
)
def test_the_page_may_connect_to_the_api_and_to_the_log_in(
    world: World, issuer: str, token_origin: str, connections: str
) -> None:
    world.settings = replace(
        SETTINGS, authorization=Authorization.JWT, issuer=issuer, token_origin=token_origin, client_id="page"
    )
    policy = world.call("/", token="").headers["content-security-policy"]
    assert f"connect-src {connections};" in policy
    assert "unsafe" not in policy


def test_the_settings_of_the_page_hold_no_secret(world: World) -> None:
    world.settings = replace(SETTINGS, issuer="https://i.example", client_id="page", write_scope="write")
    content = world.call("/assets/settings.json", token="").json
    assert content.pop("version")
    assert content == {
        "authorization": "TOKEN",
        "issuer": "https://i.example",
        "clientId": "page",
        "writeScope": "write",
    }
