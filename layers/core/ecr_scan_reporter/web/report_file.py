"""The page as one file: its modules, its style and the data inside, and a policy that lets nothing else in or out."""

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from ecr_scan_reporter.web.page_files import joined, page_files
from ecr_scan_reporter.web.report_data import MAX_BYTES, too_large

ENTRY = "report.mjs"

_FILE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>ecr-scan-reporter</title>
<style>{style}</style>
</head>
<body>
<div id="app"></div>
<noscript>This report needs JavaScript.</noscript>
<script type="application/json" id="data">{data}</script>
<script type="module">{script}</script>
</body>
</html>
"""


def report_html(data: Mapping[str, Any]) -> str:
    """Return the file. Raises InvalidInputError where it would be larger than MAX_BYTES."""
    contents = page_files()
    script, style = joined(contents, ENTRY), contents["app.css"].decode()
    text = _FILE.format(policy=_policy(script, style), style=style, script=script, data=_embedded(data))
    if len(text) > MAX_BYTES:
        raise too_large()
    return text


def _embedded(data: Mapping[str, Any]) -> str:
    # Texts of others must not end the element: https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
    return json.dumps(data, separators=(",", ":")).replace("<", "\\u003c")


def _policy(script: str, style: str) -> str:
    # No source of connections, images or forms: the file speaks to nobody.
    return (
        f"default-src 'none'; script-src '{_source(script)}'; style-src '{_source(style)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _source(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
