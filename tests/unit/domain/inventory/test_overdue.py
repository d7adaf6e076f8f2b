"""The overdue findings of images, the longest overdue first."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.answers import ImageFindings, InventoryImage
from ecr_scan_reporter.domain.inventory.overdue import longest_overdue_first, overdue_in
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.domain.inventory.snapshot_infos import EXPLOIT, INFO, KNOWING
from tests.unit.samples import ago, image_id


def finding(age: int, severity: Severity = Severity.HIGH, name: str = "CVE-1") -> Finding:
    """Return a finding that was seen first so many days ago. A high one may be there for 30 days."""
    return Finding(name, severity, "curl", "1", first_seen_at=ago(days=age))


def image(number: int, *findings: Finding, is_in_use: bool | None = None) -> ImageFindings:
    """Return an image whose earliest deadline is known, as the inventory knows it."""
    dates = [KNOWING.due_on(each) for each in findings if KNOWING.days_overdue(each)]
    since = min((day for day in dates if day), default=None)
    made = InventoryImage(image_id(number), overdue=len(dates), overdue_since=since, is_in_use=is_in_use)
    return ImageFindings(made, findings)


def test_the_longest_overdue_comes_first_and_what_has_time_left_is_left_out() -> None:
    images = [image(1, finding(40), finding(30), finding(32)), image(2, finding(35))]
    found = list(longest_overdue_first(images, KNOWING))
    assert [(each.image.id, KNOWING.days_overdue(each.finding)) for each in found] == [
        (image_id(1), 10),
        (image_id(2), 5),
        (image_id(1), 2),
    ]


def test_of_one_day_the_most_important_comes_first() -> None:
    high, exploited = (
        finding(40),
        replace(finding(17, Severity.LOW), exploit=replace(EXPLOIT, added=ago(days=99).date())),
    )
    images = [image(1, high), image(2, high, is_in_use=True), image(3, finding(25, Severity.CRITICAL), exploited)]
    found = list(longest_overdue_first(images, KNOWING))
    assert {KNOWING.days_overdue(each.finding) for each in found} == {10}
    assert [(each.finding.severity.value, each.image.id) for each in found] == [
        ("LOW", image_id(3)),
        ("CRITICAL", image_id(3)),
        ("HIGH", image_id(2)),
        ("HIGH", image_id(1)),
    ]


def test_images_are_read_as_far_as_findings_are_asked_for() -> None:
    read = []

    def images() -> Iterator[ImageFindings]:
        for number, age in enumerate((50, 40, 35)):
            read.append(number)
            yield image(number, finding(age))

    assert len(list(islice(longest_overdue_first(images(), KNOWING), 1))) == 1
    assert read == [0, 1]


@pytest.mark.parametrize("facts", [{"suppressed_by": "accepted"}, {"first_seen_at": None}, {"severity": Severity.LOW}])
def test_a_finding_without_a_deadline_is_not_overdue(facts: dict[str, object]) -> None:
    each = image(1, replace(finding(400), **facts))  # type: ignore[arg-type]
    assert overdue_in(each, KNOWING).findings == ()


def test_without_deadlines_nothing_is_overdue() -> None:
    assert list(longest_overdue_first([image(1, finding(400))], INFO)) == []


@given(st.lists(st.lists(st.integers(0, 60), max_size=5), max_size=6))
def test_every_overdue_finding_is_there_once_in_order(ages: list[list[int]]) -> None:
    made = [image(number, *map(finding, of_image)) for number, of_image in enumerate(ages)]
    images = [each for each in made if each.image.overdue_since]
    images.sort(key=lambda each: str(each.image.overdue_since))
    days = [KNOWING.days_overdue(each.finding) for each in longest_overdue_first(images, KNOWING)]
    assert days == sorted((age - 30 for of_image in ages for age in of_image if age > 30), reverse=True)
