"""On which line of a file a suppression, or one of its keys, stands."""

import json

import yaml

from ecr_scan_reporter.cli.suppressions.files import as_yaml_text, read_text
from ecr_scan_reporter.domain.suppressions.fields import Fault, InvalidSuppressionsError


def faults_with_lines(error: InvalidSuppressionsError, content: bytes) -> str:
    """Return the faults of a file, a line of text for each, with the line of the file where it is known."""
    entries = _entry_nodes(read_text(content))
    return "\n".join(f"{_place(fault, entries)}{fault.error}" for fault in error.faults)


def _place(fault: Fault, entries: list[yaml.Node]) -> str:
    if fault.entry >= len(entries):
        return ""
    node = entries[fault.entry]
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    keys = [key for key, _ in pairs if key.value == fault.key]
    return f"line {(keys or [node])[0].start_mark.line + 1}: "


def _entry_nodes(text: str) -> list[yaml.Node]:
    """Return the entries of the list; none where the text is JSON that YAML cannot read, which is rare."""
    try:
        root = yaml.compose(as_yaml_text(text) if _is_json(text) else text, Loader=yaml.BaseLoader)
    except yaml.YAMLError:
        return []
    if isinstance(root, yaml.MappingNode):
        root = next((value for key, value in root.value if key.value == "suppressions"), None)
    return root.value if isinstance(root, yaml.SequenceNode) else []


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except json.JSONDecodeError:
        return False
    return True
