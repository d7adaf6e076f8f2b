"""What the documents say is what the code does."""

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest

from ecr_scan_reporter.domain.messages.report.notification import document
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
    assert set(document(report)) == set(SCHEMA["properties"]), "no member is undocumented"


def test_a_document_that_breaks_the_schema_is_noticed() -> None:
    wrong = document(sample_messages.vulnerable()) | {"severity": "AWFUL"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, SCHEMA)


@pytest.mark.parametrize(
    "path", [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))], ids=lambda path: path.name
)
def test_links_to_files_lead_somewhere(path: Path) -> None:
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [target for target in targets if not (path.parent / target).exists()] == []


def test_every_alarm_has_a_line_that_says_what_to_do() -> None:
    operations = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    alarms = of_type(load_template()["Resources"], "AWS::CloudWatch::Alarm")
    assert alarms
    documented = set(re.findall(r"^\| `(\w+Alarm)` \|", operations, re.MULTILINE))
    assert documented == set(alarms)


def test_the_table_of_partitions_is_that_of_the_check() -> None:
    text = partitions.DOCUMENT.read_text(encoding="utf-8")
    assert text == partitions.rendered(text), "run `make docs`"


def test_every_environment_of_samconfig_is_documented_and_of_another_partition() -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text(encoding="utf-8"))
    document = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    for environment in config.keys() - {"version", "default", "local"}:
        assert f"--config-env {environment}" in document
        prefix = {"govcloud": "us-gov-", "china": "cn-"}[environment]
        assert config[environment]["deploy"]["parameters"]["region"].startswith(prefix)


def test_the_readme_names_every_parameter_and_every_variable() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    template = (ROOT / "template.yaml").read_text(encoding="utf-8")
    parameters = re.findall(r"^  (\w+):\n    Type: (?:String|Number)$", template, re.MULTILINE)
    settings = sorted((ROOT / "layers/core/ecr_scan_reporter/settings").glob("*.py"))
    variables = [
        name for path in settings for name in re.findall(r'environment, "([A-Z_]+)"', path.read_text(encoding="utf-8"))
    ]
    assert len(parameters) > 20
    assert len(variables) > 12
    missing = [name for name in [*parameters, *variables] if not re.search(rf"`{name}`", readme)]
    assert [name for name in missing if not re.fullmatch(r"NotificationEmail[2-5]", name)] == []
