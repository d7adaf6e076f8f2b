"""Text of others in cells: a spreadsheet must not calculate it, Markdown must not render it."""

import re

from ecr_scan_reporter.domain.text import one_line

# https://owasp.org/www-community/attacks/CSV_Injection names these beginnings; the wide forms are those of East Asia.
FORMULA_BEGINNINGS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_MARKDOWN = re.compile(r"[\\`*_\[\]~$]")
# A pipe as a reference is no separator to any reader of tables, whatever stands before it.
_REFERENCES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"})


def spreadsheet_text(text: str) -> str:
    """Return the text, after an apostrophe when a spreadsheet could take it for a formula.

    OWASP does not name spaces before a formula. Some programs trim them, so they do not hide one here.
    """
    begins_formula = text[:1] in FORMULA_BEGINNINGS or text.lstrip()[:1] in FORMULA_BEGINNINGS
    return f"'{text}" if begins_formula else text


def markdown_text(text: str) -> str:
    """Return the text on one line, so that Markdown shows it as it is: no markup, no HTML, no cell of its own."""
    return _MARKDOWN.sub(r"\\\g<0>", one_line(text)).translate(_REFERENCES)
