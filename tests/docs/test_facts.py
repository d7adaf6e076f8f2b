"""Names in the documents are names in the code: tags, reasons, log lines, metrics, outputs, parameters."""

import re

from ecr_scan_reporter.domain.registry.start_results import StartScanResult
from ecr_scan_reporter.domain.registry.tag_options import DEFAULT_OWNER_KEY, KNOWN_EXPLOITED, MAX_AGE, SCAN, THRESHOLDS
from ecr_scan_reporter.domain.scanning.due import DUE, DueReason
from scripts.template_check.source import load_template
from tests.docs.markdown import ROOT, markdown_files

LOGS = (ROOT / "docs/reference/logs-and-metrics.md").read_text(encoding="utf-8")
TEMPLATE = load_template()
CODE = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("functions", "layers/core/ecr_scan_reporter")
    for path in sorted((ROOT / folder).rglob("*.py"))
)


def _section(title: str) -> str:
    return LOGS.partition(f"## {title}\n")[2].partition("\n## ")[0]


def _codes(text: str) -> set[str]:
    return set(re.findall(r"`([^`]+)`", text))


def test_every_tag_of_a_repository_is_documented() -> None:
    page = (ROOT / "docs/reference/repository-tags.md").read_text(encoding="utf-8")
    rows = "\n".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))
    documented = {code if not code.startswith(":") else f"ecr-scan-reporter{code}" for code in _codes(rows)}
    tags = {SCAN, MAX_AGE, KNOWN_EXPLOITED, *THRESHOLDS}
    assert len(tags) > 5
    assert documented == tags | {DEFAULT_OWNER_KEY, "OwnerTagKey"}


def test_every_reason_and_every_answer_in_a_log_line_is_explained() -> None:
    reasons, _, answers = _section("Log lines").partition("`reasons` counts")[2].partition("`answers` counts")
    due, _, others = reasons.partition("- not due:")
    assert _codes(due) == {reason.value for reason in DUE}
    assert _codes(others) == {reason.value for reason in DueReason} - _codes(due)
    assert set(re.findall(r"^\| `(\w+)` \|", answers, re.MULTILINE)) == {answer.value for answer in StartScanResult}


def test_every_log_line_that_is_documented_is_written() -> None:
    rows = [line.split("|")[2] for line in _section("Log lines").splitlines() if line.count("|") == 4]
    messages = set().union(*map(_codes, rows))
    assert len(messages) > 12
    assert {message for message in messages if f'"{message}"' not in CODE} == set()


def test_the_metrics_are_those_that_the_functions_send() -> None:
    documented = _codes(_section("Metrics")) - {"EcrScanReporter"}
    assert len(documented) > 10
    assert {name for name in documented if f'"{name}"' not in CODE} == set()
    assert set(re.findall(r'add_metric\("(\w+)"', CODE)) - documented == set()


def test_every_output_of_the_stack_that_is_named_exists() -> None:
    texts = "\n".join(path.read_text(encoding="utf-8") for path in markdown_files())
    named = set(re.findall(r"<(\w+(?:Name|Arn|Url))>|OutputKey=='(\w+)'|output `?(\w+)`?\b|`(\w+QueueUrl)`", texts))
    names = {name for found in named for name in found if re.fullmatch(r"[A-Z]\w+(Name|Arn|Url)", name)}
    assert len(names) > 5
    assert names - set(TEMPLATE["Outputs"]) == set()


def test_every_parameter_that_has_a_value_in_a_document_may_have_it() -> None:
    texts = "\n".join(path.read_text(encoding="utf-8") for path in markdown_files())
    named = [
        found for found in re.findall(r"`([A-Z]\w+)`(?: with)? `(\w+)`", texts) if found[0] in TEMPLATE["Parameters"]
    ]
    assert len(named) > 3
    for name, value in named:
        parameter = TEMPLATE["Parameters"][name]
        allowed = [str(each) for each in parameter.get("AllowedValues", ())]
        assert value in allowed or re.fullmatch(parameter.get("AllowedPattern", "^$"), value), (name, value)
