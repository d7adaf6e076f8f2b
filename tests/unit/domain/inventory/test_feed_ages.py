"""Of when KEV and EPSS are, in words."""

from dataclasses import replace

import pytest

from ecr_scan_reporter.domain.inventory.answers import SnapshotInfo
from ecr_scan_reporter.domain.inventory.feed_ages import describe_feeds
from tests.unit.domain.inventory.snapshot_infos import EPSS, INFO, KEV, KNOWING
from tests.unit.samples import NOW, ago

OF_KEV, OF_EPSS = "KEV of 2026-01-29", "EPSS of 2026-01-30 (https://www.first.org/epss)"
NO_KEV = "KEV is unknown: KEV is off or was never fetched"
NO_EPSS = (
    "EPSS is unknown: EPSS is off or was never fetched. A value is Amazon Inspector's (https://www.first.org/epss)"
)


@pytest.mark.parametrize(
    ("info", "lines", "unknown"),
    [
        (KNOWING, [f"{OF_KEV}, {OF_EPSS}"], []),
        (replace(KNOWING, epss=None), [OF_KEV], [NO_EPSS]),
        (replace(KNOWING, kev=None), [OF_EPSS], [NO_KEV]),
        (INFO, [], [NO_KEV, NO_EPSS]),
        (
            replace(KNOWING, kev=replace(KEV, fetched_at=ago(days=2, seconds=1))),
            [f"{OF_KEV}, {OF_EPSS}", "KEV is old: it could not be fetched since 2026-01-29"],
            [],
        ),
        (replace(KNOWING, kev=replace(KEV, fetched_at=ago(days=2))), [f"{OF_KEV}, {OF_EPSS}"], []),
        (
            replace(KNOWING, kev=None, epss=replace(EPSS, fetched_at=ago(days=9), published_at=None)),
            [
                "EPSS of 2026-01-22 (https://www.first.org/epss)",
                "EPSS is old: it could not be fetched since 2026-01-22",
            ],
            [NO_KEV],
        ),
    ],
)
def test_the_age_of_each_feed_is_said_and_first_is_named(
    info: SnapshotInfo, lines: list[str], unknown: list[str]
) -> None:
    assert list(describe_feeds(info, NOW)) == [*lines, *unknown]
    assert list(describe_feeds(info, NOW, names_unknown=False)) == lines
