"""The reference is written from the code: `make docs`."""

import re
from dataclasses import replace
from pathlib import Path

import click
import pytest

from ecr_scan_reporter.cli.main import cli
from ecr_scan_reporter.domain.inventory.exports import records_of_findings, records_of_images, records_of_totals
from ecr_scan_reporter.domain.inventory.exports.members import RecordType
from scripts.reference import __main__ as reference
from scripts.reference import exports, parameters, variables
from scripts.reference.pages import GeneratedFile, Page
from scripts.template_check.source import load_template, of_type
from tests.unit.domain.inventory.snapshot_infos import INFO

TEMPLATE = load_template()
# What the template leaves at its default, or Lambda sets.
NOT_SET = {"AWS_REGION", "SCANNER_THREADS"}


@pytest.mark.parametrize("page", reference.PAGES, ids=lambda page: page.path.name)
def test_a_page_is_what_the_code_says(page: Page | GeneratedFile) -> None:
    assert page.path.read_text(encoding="utf-8") == page.rendered(), "run `make docs`"


def test_a_page_without_a_place_for_the_generated_part_is_refused(tmp_path: Path) -> None:
    page = replace(parameters.PAGE, path=tmp_path / "page.md")
    page.path.write_text("# Parameters\n", encoding="utf-8")
    with pytest.raises(ValueError, match="0 generated parts"):
        page.rendered()


def test_every_parameter_has_its_line() -> None:
    documented = re.findall(r"^\| `(\w+)` \|", parameters.PAGE.rendered(), re.MULTILINE)
    assert len(documented) > 20
    assert sorted(documented) == sorted(TEMPLATE["Parameters"])


def test_a_parameter_names_the_variable_that_it_sets() -> None:
    sets = parameters.variables_by_parameter(TEMPLATE)
    assert sets["ScanExpiryDuration"] == ["ECR_IMAGES_DURATION_DELTA"]
    assert sets["LogLevel"] == ["POWERTOOLS_LOG_LEVEL"]
    assert sets["NotificationEmail"] == []


def test_a_variable_has_the_default_and_the_allowed_values_that_its_function_has() -> None:
    found = variables.functions()
    assert found.keys() == {
        "repositories_scanner",
        "images_scanner",
        "reporter",
        "digest",
        "inventory",
        "exploit_feeds",
        "api",
    }
    threads = found["images_scanner"]["SCANNER_THREADS"]
    assert threads == variables.Variable("SCANNER_THREADS", "16", "a whole number from 1 to 256", is_required=False)
    assert found["reporter"]["NOTIFY_ON"].allowed == "one of ALL, NEW, CHANGED"
    assert found["digest"]["SCAN_LEDGER_TABLE"].is_required
    assert found["inventory"]["FINDINGS_BUCKET"].is_required
    assert not found["reporter"]["SCAN_LEDGER_TABLE"].is_required


def test_a_variable_without_a_meaning_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(variables.MEANINGS, "NOTIFY_ON")
    with pytest.raises(ValueError, match="NOTIFY_ON"):
        variables.render()


def test_the_template_sets_what_the_functions_read_and_nothing_else() -> None:
    functions = of_type(TEMPLATE["Resources"], "AWS::Serverless::Function")
    read = variables.functions()
    assert len(functions) == len(read)
    for function in functions.values():
        properties = function["Properties"]
        name = properties["Handler"].partition(".")[0]
        assert set(properties["Environment"]["Variables"]) == read[name].keys() - NOT_SET


def test_every_command_has_its_section() -> None:
    page = (Path(__file__).parents[2] / "docs/reference/command-line.md").read_text(encoding="utf-8")
    groups = [(cli, "ecr-scan-reporter")]
    names = []
    for group, path in groups:
        names.append(path)
        for name, command in group.commands.items():
            if isinstance(command, click.Group):
                groups.append((command, f"{path} {name}"))
            else:
                names.append(f"{path} {name}")
    assert len(names) > 5
    assert sorted(re.findall(r"^## (.+)$", page, re.MULTILINE)) == sorted(names)


def test_every_kind_of_record_is_documented() -> None:
    made = {
        value.name
        for module in (records_of_findings, records_of_images, records_of_totals)
        for value in vars(module).values()
        if isinstance(value, RecordType)
    }
    made.add(records_of_findings.finding_records(INFO).name)
    assert len(made) > 5
    assert sorted(made) == sorted(records.name for records in exports.RECORDS)
