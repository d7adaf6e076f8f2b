"""What the documents say is what the code does."""

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from ecr_scan_reporter.domain.messages.report.document import document
from ecr_scan_reporter.domain.messages.report.test_report import mark_document
from ecr_scan_reporter.domain.reports.reports import ScanReport
from scripts import render_messages, sample_messages
from scripts.template_check import partitions
from scripts.template_check.source import load_template, of_type

ROOT = Path(__file__).parent.parent.parent
SCHEMA = json.loads((ROOT / "docs/scan-report.schema.json").read_text(encoding="utf-8"))


def test_the_sample_messages_are_those_that_the_code_composes() -> None:
    text = render_messages.DOCUMENT.read_text(encoding="utf-8")
    assert text == render_messages.rendered_document(text), "run `make docs`"


@pytest.mark.parametrize("report", [sample() for sample in sample_messages.REPORTS], ids=lambda report: report.reason)
def test_the_json_document_keeps_to_its_published_schema(report: ScanReport) -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(document(report), SCHEMA)
    of_test = mark_document(document(report))
    jsonschema.validate(of_test, SCHEMA)
    assert set(of_test) == set(SCHEMA["properties"]), "no member is undocumented"


def test_a_document_that_breaks_the_schema_is_noticed() -> None:
    wrong = document(sample_messages.vulnerable()) | {"severity": "AWFUL"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, SCHEMA)


def test_every_alarm_has_a_line_that_says_what_to_do() -> None:
    operations = (ROOT / "docs/how-to/operate.md").read_text(encoding="utf-8")
    alarms = of_type(load_template()["Resources"], "AWS::CloudWatch::Alarm")
    assert alarms
    documented = set(re.findall(r"^\| `(\w+Alarm)` \|", operations, re.MULTILINE))
    assert documented == set(alarms)


def test_the_table_of_partitions_is_that_of_the_check() -> None:
    text = partitions.DOCUMENT.read_text(encoding="utf-8")
    assert text == partitions.rendered(text), "run `make docs`"


def test_every_environment_of_samconfig_is_documented_and_of_another_partition() -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    document = (ROOT / "docs/how-to/deploy.md").read_text(encoding="utf-8")
    for environment in config.keys() - {"version", "default", "local"}:
        assert f"--config-env {environment}" in document
        prefix = {"govcloud": "us-gov-", "china": "cn-"}[environment]
        assert config[environment]["deploy"]["parameters"]["region"].startswith(prefix)
