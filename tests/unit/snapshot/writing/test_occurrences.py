"""How many images have a vulnerability, when many images change at a time."""

from contextlib import closing
from pathlib import Path

import pytest

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.selection import FindingFilter
from ecr_scan_reporter.domain.severities import Severity
from ecr_scan_reporter.snapshot.writing import occurrences
from ecr_scan_reporter.snapshot.writing.occurrences import Occurrences
from tests.unit.snapshot.registries import MadeRegistry, build, made_image

OLD, NEW = (Finding(name, Severity.HIGH, "zlib", "1.2") for name in ("CVE-OLD", "CVE-NEW"))


@pytest.mark.parametrize(("most", "anew"), [(10, 0), (9, 1), (0, 1)])
def test_when_more_images_change_than_are_remembered_all_are_counted_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, anew: int
) -> None:
    counted: list[Occurrences] = []
    count_all = Occurrences.count_all

    def count(of: Occurrences) -> set[int]:
        counted.append(of)
        return count_all(of)

    build(MadeRegistry([made_image(number, OLD) for number in range(10)]), tmp_path).close()
    monkeypatch.setattr(occurrences, "MAX_REMEMBERED", most)
    monkeypatch.setattr(Occurrences, "count_all", count)
    registry = MadeRegistry([made_image(number, NEW) for number in range(10)])
    with closing(build(registry, tmp_path, is_fresh=False, generation=2)) as inventory:
        (answer,) = inventory.vulnerabilities(FindingFilter()).items
        assert (answer.name, answer.images, len(counted)) == ("CVE-NEW", 10, anew)
