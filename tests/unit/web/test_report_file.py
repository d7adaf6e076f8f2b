"""A report in one file: what is in it, and that nothing of others can do anything in it."""

import base64
import hashlib
import json
import re
from typing import Any

import pytest

from ecr_scan_reporter.domain.inventory.selection import EVERY_IMAGE, ImageFilter
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.snapshot.inventory import SnapshotInventory
from ecr_scan_reporter.web import report_data as of_data
from ecr_scan_reporter.web import report_file as of_file
from ecr_scan_reporter.web.report_data import report_data
from ecr_scan_reporter.web.report_file import report_html
from tests.unit.snapshot.registries import suppression
from tests.unit.web.world import CURL, IMAGES, LOG4J, NOW


def element(text: str, name: str, attributes: str = "") -> str:
    found = re.findall(f"<{name}{attributes}>(.*?)</{name}>", text, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def data_of(text: str) -> Any:
    return json.loads(element(text, "script", ' type="application/json" id="data"'))


def test_the_data_comes_back_whatever_texts_it_has(snapshot: SnapshotInventory) -> None:
    data = report_data(snapshot, EVERY_IMAGE, [suppression("a", CURL, reason="</script><script>alert(1)")], NOW)
    text = report_html(data)
    assert data_of(text) == json.loads(json.dumps(data))
    assert text.count("<script") == 2
    assert "alert('x')</" not in text
    assert "</script><script>alert(1)" not in text


def test_the_policy_lets_in_the_style_and_the_script_of_the_file_and_nothing_else(snapshot: SnapshotInventory) -> None:
    text = report_html(report_data(snapshot, EVERY_IMAGE, [], NOW))

    def source(content: str) -> str:
        return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"

    script, style = element(text, "script", ' type="module"'), element(text, "style")
    assert f"content=\"default-src 'none'; script-src {source(script)}; style-src {source(style)}; base-uri" in text
    # Otherwise a comment would begin, in which the script does not end.
    assert "<!--" not in script


def test_equal_findings_are_there_once(snapshot: SnapshotInventory) -> None:
    data = report_data(snapshot, EVERY_IMAGE, [], NOW)
    names = [row[data["findings"]["columns"].index("vulnerability")] for row in data["findings"]["rows"]]
    assert names.count(LOG4J) == 1
    of_log4j = [each for each in data["images"] if len(data["sets"][each["set"]]["findings"]) == 1]
    assert len(of_log4j) == 3
    assert len(data["images"]) == len(IMAGES)


@pytest.mark.parametrize(
    ("wanted", "images", "notes"),
    [
        (EVERY_IMAGE, 6, []),
        (ImageFilter(owner="team"), 2, ["owner: team"]),
        (
            ImageFilter(repository="test/*", severity=Severity.CRITICAL),
            1,
            ["repository: test/*; severity: CRITICAL", "trend"],
        ),
        (ImageFilter(is_exploited=True), 3, ["exploited: yes", "trend"]),
    ],
)
def test_what_is_left_out_is_said(
    snapshot: SnapshotInventory, wanted: ImageFilter, images: int, notes: list[str]
) -> None:
    data = report_data(snapshot, wanted, [], NOW)
    assert len(data["images"]) == images
    assert len(data["notes"]) == len(notes)
    assert all(note in text for note, text in zip(notes, data["notes"], strict=True))
    assert bool(data["history"]) is ("trend" not in notes)


def test_changes_are_those_of_the_images_of_the_filter(snapshot: SnapshotInventory) -> None:
    def repositories(wanted: ImageFilter) -> list[str]:
        return [each["repository"] for each in report_data(snapshot, wanted, [], NOW)["changes"]]

    assert repositories(EVERY_IMAGE) == ["test/ubuntu", "app"]
    assert repositories(ImageFilter(severity=Severity.CRITICAL)) == ["test/ubuntu"]
    assert repositories(ImageFilter(owner="team")) == ["app"]


def test_suppressions_that_are_unknown_are_not_called_none(snapshot: SnapshotInventory) -> None:
    assert "without the suppressions table" in report_data(snapshot, EVERY_IMAGE, None, NOW)["notes"][0]
    known = report_data(snapshot, EVERY_IMAGE, [suppression("a", CURL)], NOW)
    assert (known["notes"], [each["id"] for each in known["suppressions"]]) == ([], ["a"])


def test_a_report_that_nobody_can_open_is_an_error(
    snapshot: SnapshotInventory, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = report_data(snapshot, EVERY_IMAGE, [], NOW)
    monkeypatch.setattr(of_file, "MAX_BYTES", 10_000)
    with pytest.raises(InvalidInputError, match="what the report shows"):
        report_html(data)
    monkeypatch.setattr(of_data, "MAX_BYTES", 100)
    with pytest.raises(InvalidInputError, match="a filter such as --repository"):
        report_data(snapshot, EVERY_IMAGE, [], NOW)
