"""Write docs/reference/openapi.json: the HTTP API as it describes itself."""

import json

from ecr_scan_reporter.web.openapi import openapi_document
from scripts.reference.pages import FOLDER, GeneratedFile


def render() -> str:
    """Return the document, indented."""
    return json.dumps(openapi_document(), indent=2) + "\n"


FILE = GeneratedFile(FOLDER / "openapi.json", render)
