"""The files of the web page, as the package has them."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from ecr_scan_reporter.web.messages import JSON
from ecr_scan_reporter.web.modules import join_modules

INDEX = "index.html"
PAGE = "page.mjs"
ENTRY = "main.mjs"
HTML = "text/html; charset=utf-8"
TYPES = {
    "html": HTML,
    "css": "text/css; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
    "json": JSON,
}


@cache
def page_files() -> Mapping[str, bytes]:
    """Return the files by their names, such as `app.css` and `vendor/htm.mjs`; PAGE is all modules in one."""
    found = {}
    folders = [("", files("ecr_scan_reporter.web") / "page")]
    while folders:
        prefix, folder = folders.pop()
        for each in folder.iterdir():
            if each.is_dir():
                folders.append((f"{prefix}{each.name}/", each))
            elif each.name.rpartition(".")[2] in TYPES:
                found[f"{prefix}{each.name}"] = each.read_bytes()
    return found | {PAGE: joined(found, ENTRY).encode()}


def joined(contents: Mapping[str, bytes], entry: str) -> str:
    """Return the modules that an entry needs as one module. Raises InvalidInputError."""
    return join_modules({name: text.decode() for name, text in contents.items() if name.endswith(".mjs")}, entry)
