"""The screens of the demo: tables of a run, and messages as their readers get them."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence

from rich import box
from rich.console import Group
from rich.highlighter import JSONHighlighter
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from local.inbox import Document, Message
from local.reasons import explain
from local.scan_run import RunState

SEVERITIES = {"CRITICAL": "bold red", "HIGH": "red", "MEDIUM": "yellow", "LOW": "cyan"}
MAX_EXAMPLES = 3
MAX_MAIL_LINES = 26
MAX_FINDINGS = 2


def repositories_table(state: RunState) -> Table:
    """The scanned images of each repository, with their findings."""
    table = _table("Scanned images")
    table.add_column("Repository", no_wrap=True)
    for heading in ("Images", "Scanned"):
        table.add_column(heading, justify="right")
    for severity, style in SEVERITIES.items():
        table.add_column(severity.capitalize(), justify="right", style=style)
    table.add_column("Failed", justify="right", style="magenta")
    documents = _by_repository(state.messages)
    for line in sorted(state.repository_lines, key=lambda line: str(line["repository"])):
        table.add_row(*_repository_row(line, documents[line["repository"]]))
    return table


def reasons_table(state: RunState, title: str) -> Table:
    """The images that were not scanned, by reason, in the words of the images scanner."""
    table = _table(title)
    table.add_column("Images", justify="right", style="bold")
    table.add_column("because", ratio=5)
    table.add_column("for example", style="dim", ratio=6)
    lines: dict[str, list[Document]] = defaultdict(list)
    for line in state.image_lines:
        if line.get("answer") != "started":
            lines[explain(line["reason"], line.get("answer"))].append(line)
    for explanation, found in sorted(lines.items(), key=lambda item: (-len(item[1]), item[0])):
        table.add_row(str(len(found)), explanation, ", ".join(_examples(found)))
    return table


def where_table(rows: Sequence[tuple[str, str, str, str]]) -> Table:
    """The images that have a vulnerability."""
    table = _table("Images")
    for heading in ("Repository", "Tags", "Severity", "Package"):
        table.add_column(heading)
    for repository, tags, severity, package in rows:
        table.add_row(repository, tags, Text(severity.lower(), style=SEVERITIES.get(severity, "")), package)
    return table


def _examples(lines: Sequence[Document]) -> list[str]:
    """A few images, of different repositories where possible."""
    names = sorted(_image_name(line) for line in lines)
    one_each = list({name.partition(":")[0].partition("@")[0]: name for name in reversed(names)}.values())
    return sorted([*one_each, *(name for name in names if name not in one_each)][:MAX_EXAMPLES])


def mail_panel(letter: Mapping[str, str], title: str, most_lines: int = MAX_MAIL_LINES) -> Panel:
    """An e-mail."""
    lines = letter["text"].splitlines()
    remaining = len(lines) - most_lines
    shown = "\n".join(lines[:most_lines]) + (f"\n... and {remaining} more lines" if remaining > 0 else "")
    head = Text.assemble(("To       ", "dim"), letter["to"], ("\nSubject  ", "dim"), (letter["subject"], "bold"), "\n")
    return Panel(Group(head, Text(shown)), title=title, title_align="left", border_style="cyan")


def sms_panel(letter: Mapping[str, str]) -> Panel:
    """A text message."""
    text = Text.assemble((f"To {letter['to']}\n", "dim"), letter["text"])
    return Panel(text, title=f"SMS, {len(letter['text'])} characters", title_align="left", border_style="green")


def document_panel(message: Message) -> Panel:
    """The JSON document for programs: a line for each field, a few findings, and the attributes."""
    fields = [f'  "{name}": {_abridged(name, value)}' for name, value in message.document.items()]
    text = Text("{\n" + ",\n".join(fields) + "\n}", no_wrap=True, overflow="ellipsis")
    JSONHighlighter().highlight(text)
    attributes = ", ".join(f"{name}={value}" for name, value in sorted(message.attributes.items()))
    note = Text(f"\nAttributes, for filter policies: {attributes}", style="dim")
    return Panel(Group(text, note), title="Programs (SQS, Lambda, HTTPS)", title_align="left", border_style="blue")


def _abridged(name: str, value: object) -> str:
    if name != "findings" or not isinstance(value, list):
        return json.dumps(value)
    shown = [f"    {json.dumps(finding)}" for finding in value[:MAX_FINDINGS]]
    remaining = len(value) - MAX_FINDINGS
    return "[\n" + ",\n".join(shown) + (f",\n    ... {remaining} more" if remaining > 0 else "") + "\n  ]"


def choose_message(messages: Sequence[Message], reason: str) -> Message | None:
    """The message of a reason with the most findings; among equals, the first by its text."""
    found = [message for message in messages if message.document["reason"] == reason]
    return min(
        found, key=lambda message: (-len(message.document["findings"]), message.document["summary"]), default=None
    )


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, expand=True)


def _by_repository(messages: Sequence[Message]) -> dict[str, list[Document]]:
    documents: dict[str, list[Document]] = defaultdict(list)
    for message in messages:
        documents[message.document["repository"]].append(message.document)
    return documents


def _repository_row(line: Document, documents: Sequence[Document]) -> list[str]:
    counts = [sum(document["counts"].get(severity, 0) for document in documents) for severity in SEVERITIES]
    failed = sum(document["reason"] == "SCAN_FAILED" for document in documents)
    return [line["repository"], str(line["images"]), *(_number(count) for count in (line["started"], *counts, failed))]


def _number(count: int) -> str:
    return str(count) if count else "·"


def _image_name(line: Document) -> str:
    tags = [tag for tag in line["imageTags"] if tag != "latest"] or line["imageTags"]
    name = str(line["repository"])
    return f"{name}:{tags[0]}" if tags else f"{name}@{line['imageDigest'].removeprefix('sha256:')[:7]}"
