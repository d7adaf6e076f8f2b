"""The JSON schema of SARIF 2.1.0, and what GitHub asks for beyond it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema

_PATH = Path(__file__).parent / "sarif-2.1.0-rtm.4.json"
SCHEMA = json.loads(_PATH.read_text(encoding="utf-8"))
_VALIDATOR = jsonschema.Draft4Validator(SCHEMA)
_ALLOWED = r"(?:[A-Za-z0-9._~!$&'()*+,;=@:-]|%[0-9A-F]{2})*"
RELATIVE_URI = re.compile(rf"ecr(?:/{_ALLOWED})+")


def violations(document: dict[str, Any]) -> list[str]:
    """Return what breaks the schema, or the rules of GitHub's page; empty for a document that GitHub takes."""
    errors = [f"{list(error.absolute_path)}: {error.message}" for error in _VALIDATOR.iter_errors(document)]
    return errors or [each for run in document["runs"] for each in _violations_of_run(run)] + _of_file(document)


def _of_file(document: dict[str, Any]) -> list[str]:
    categories = [run["automationDetails"]["id"].rpartition("/")[0] for run in document["runs"]]
    wrong = [] if len(categories) <= 20 else ["more than 20 runs"]
    return wrong + [f"no category of its own: {each}" for each in categories if categories.count(each) > 1 or not each]


def _violations_of_run(run: dict[str, Any]) -> Iterator[str]:
    rules, results = run["tool"]["driver"]["rules"], run["results"]
    if len(results) > 5_000 or len({rule["id"] for rule in rules}) < len(rules):
        yield "too many results, or a rule twice"
    if len({"suppressions" in result for result in results}) > 1:
        yield "some results have suppressions, and others have not"
    for rule in rules:
        yield from (f"{rule['id']}: {each}" for each in _violations_of_rule(rule))
    for result in results:
        uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        if not RELATIVE_URI.fullmatch(uri):
            yield f"not a relative URI: {uri}"
        if rules[result["ruleIndex"]]["id"] != result["ruleId"] or not result["message"]["text"]:
            yield "the index of another rule, or no message"


def _violations_of_rule(rule: dict[str, Any]) -> Iterator[str]:
    texts = [rule[name]["text"] for name in ("shortDescription", "fullDescription")]
    if not all(0 < len(text) <= 1024 for text in texts) or not rule["help"]["text"] or not rule["help"]["markdown"]:
        yield "a description is empty or too long"
    severity = rule["properties"]["security-severity"]
    if not re.fullmatch(r"\d+\.\d", severity) or not 0 <= float(severity) <= 10:
        yield f"security-severity is {severity}"
    if len(rule["properties"]["tags"]) > 10 or "security" not in rule["properties"]["tags"] or not rule["id"]:
        yield "wrong tags or no id"
