"""What is added up."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ecr_scan_reporter.domain.findings.findings import Finding
from ecr_scan_reporter.domain.inventory.selection import EVERY_IMAGE, ImageFilter, TotalsBy
from ecr_scan_reporter.domain.registry.images import ImageId, Repository
from ecr_scan_reporter.domain.severities import Severity
from tests.unit.snapshot.registries import APP, MadeImage, MadeRegistry, build, made_image

WEB = Repository(APP.registry_id, APP.region, "team/web")
LOW = Finding("CVE-2021-44228", Severity.LOW, "log4j", "2.14")
WORSE = replace(LOW, severity=Severity.CRITICAL)


def in_web(made: MadeImage) -> MadeImage:
    return replace(made, image=replace(made.image, id=ImageId(WEB, made.image.digest)))


@pytest.mark.parametrize("wanted", [EVERY_IMAGE, ImageFilter(repository="team/*"), ImageFilter(tag="1.0")])
def test_a_cve_counts_in_a_repository_with_the_worst_severity_that_it_has_there(
    tmp_path: Path, wanted: ImageFilter
) -> None:
    registry = MadeRegistry([made_image(1, LOW, tags=("1.0",)), in_web(made_image(2, LOW, WORSE, tags=("1.0",)))])
    with closing(build(registry, tmp_path)) as inventory:
        unique = {each.repository: each.unique for each in inventory.summary(TotalsBy.REPOSITORY, wanted)}
        assert unique == {APP: {Severity.LOW: 1}, WEB: {Severity.CRITICAL: 1}}


def test_a_cve_is_less_severe_once_the_image_that_had_the_worst_is_gone(tmp_path: Path) -> None:
    low, worse = made_image(1, LOW), made_image(2, LOW, WORSE)
    with closing(build(MadeRegistry([low, worse]), tmp_path)) as inventory:
        (total,) = inventory.summary(TotalsBy.REPOSITORY)
        assert total.unique == {Severity.CRITICAL: 1}
    with closing(build(MadeRegistry([low]), tmp_path, is_fresh=False, generation=2)) as inventory:
        (total,) = inventory.summary(TotalsBy.REPOSITORY)
        assert total.unique == {Severity.LOW: 1}
