"""A check as Markdown: the step summary of GitHub, a comment of a pull request. The worst findings come first.

GitHub shows nothing of a summary above 1 MiB, and takes no comment above 65,536 characters:
https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
"""

from collections.abc import Iterator

from ecr_scan_reporter.domain.findings.facts import describe_effect
from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.gate.actions import actions, updates_of
from ecr_scan_reporter.domain.gate.checks import Check, CheckedImage, Verdict
from ecr_scan_reporter.domain.gate.words import (
    check_facts,
    describe_breaches,
    describe_hidden,
    headline,
    image_facts,
    known_of,
    warnings,
)
from ecr_scan_reporter.domain.inventory.exports.cells import markdown_text
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.domain.text import abridge, many, shorten

MAX_SUMMARY_BYTES = 1_000_000
MAX_COMMENT_BYTES = 60_000
MAX_UPDATES = 20
MAX_CELL = 300
_SIGNS = {Verdict.PASSED: "\u2705", Verdict.AGAINST_POLICY: "\u274c"}
_OTHER_SIGN = "\u26a0\ufe0f"


def markdown_document(check: Check, least: Severity, most_bytes: int) -> str:
    """Return the Markdown in at most so many bytes of UTF-8: with fewer findings where all do not fit."""
    most = max((len(image.shown(least)) for image in check.images), default=0)
    text = _document(check, least, most)
    while len(text.encode()) > most_bytes and most:
        most //= 2
        text = _document(check, least, most)
    return text if len(text.encode()) <= most_bytes else text.encode()[:most_bytes].decode(errors="ignore")


def _document(check: Check, least: Severity, most: int) -> str:
    return "".join(f"{line}\n" for line in _lines(check, least, most))


def _lines(check: Check, least: Severity, most: int) -> Iterator[str]:
    yield f"### {_SIGNS.get(check.verdict, _OTHER_SIGN)} {markdown_text(abridge(headline(check), 1000))}"
    yield ""
    yield from (f"- **Warning:** {markdown_text(text)}" for text in warnings(check, check.checked_at))
    for image in check.images:
        yield from _image(check, image, least, most)
    for action in actions(check):
        yield ""
        yield markdown_text(action.text)
        if action.lines:
            yield ""
            yield from ("```text", *action.lines, "```")
    yield ""
    yield from ("<details><summary>Where the numbers come from</summary>", "")
    for image in check.images:
        yield from (f"- {name}: {markdown_text(fact)}" for name, fact in image_facts(image))
    yield from (f"- {name}: {markdown_text(fact)}" for name, fact in check_facts(check))
    yield from ("", "</details>", "")


def _image(check: Check, image: CheckedImage, least: Severity, most: int) -> Iterator[str]:
    if len(check.images) > 1:
        yield from ("", f"#### {markdown_text(check.name_of(image))}")
    if image.result is None:
        yield from ("", markdown_text(image.problem))
        return
    if not image.judgement.counted:
        yield from ("", "No findings count.")
        return
    yield from _findings(check, image, least, most)
    yield from _updates(image)


def _findings(check: Check, image: CheckedImage, least: Severity, most: int) -> Iterator[str]:
    shown, hidden = image.shown(least), describe_hidden(image, least)
    if shown:
        yield from (
            "",
            "| Severity | Vulnerability | Package | Known of it | Fails |",
            "| --- | --- | --- | --- | --- |",
        )
        yield from (_row(check, image, finding) for finding in shown[:most])
    if len(shown) > most:
        yield from ("", f"And {many(len(shown) - most, 'less important finding')}.")
    if hidden:
        yield from ("", hidden)


def _updates(image: CheckedImage) -> Iterator[str]:
    todo = [update for update in updates_of(image) if update.fixed_in]
    if todo:
        yield from ("", "| Update | to | fixes |", "| --- | --- | --- |")
    for update in todo[:MAX_UPDATES]:
        cells = (f"{update.package} {update.version}", update.fixed_in, describe_effect(update))
        yield f"| {' | '.join(map(_cell, cells))} |"


def _row(check: Check, image: CheckedImage, finding: Finding) -> str:
    cells = (
        finding.severity.lower(),
        finding.name,
        f"{finding.package} {finding.version}".strip(),
        known_of(check, finding),
        describe_breaches(image, finding),
    )
    return f"| {' | '.join(map(_cell, cells))} |"


def _cell(text: str) -> str:
    return markdown_text(shorten(text, MAX_CELL))
