import pytest

from ecr_scan_reporter.domain.durations import parse_duration
from ecr_scan_reporter.domain.scanning.limits import ImageLimits, importance, within_limits
from tests.unit.samples import NOW, ago, image

NEW = image(1, pushed_at=ago(days=1), pulled_at=ago(hours=1))
OLD_IN_USE = image(2, pushed_at=ago(days=400), pulled_at=ago(days=2))
OLD = image(3, pushed_at=ago(days=300), pulled_at=ago(days=200))
NEVER_PULLED = image(4, pushed_at=ago(days=3))
IMAGES = [OLD, NEW, NEVER_PULLED, OLD_IN_USE]


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        pytest.param(ImageLimits(), IMAGES, id="no limit: all, as they come"),
        pytest.param(ImageLimits(max_images=2), [NEW, NEVER_PULLED], id="the newest two"),
        pytest.param(ImageLimits(max_images=9), [NEW, NEVER_PULLED, OLD, OLD_IN_USE], id="more than there are"),
        pytest.param(
            ImageLimits(pulled_within=parse_duration("1m")), [NEW, OLD_IN_USE], id="images in use, that were pulled"
        ),
        pytest.param(ImageLimits(pushed_within=parse_duration("1w")), [NEW, NEVER_PULLED], id="new images"),
        pytest.param(
            ImageLimits(max_images=1, pulled_within=parse_duration("3d"), pushed_within=parse_duration("2m")),
            [NEW],
            id="all together",
        ),
        pytest.param(
            ImageLimits(max_images=1, pulled_within=parse_duration("12m"), pushed_within=parse_duration("9999d")),
            [NEW],
            id="first the times, then the number",
        ),
    ],
)
def test_limits_say_which_images_are_looked_at(limits: ImageLimits, expected: list[object]) -> None:
    assert list(within_limits(IMAGES, limits, NOW)) == expected


def test_images_without_a_date_are_the_oldest() -> None:
    unknown = image(9)
    assert list(within_limits([unknown, OLD], ImageLimits(max_images=1), NOW)) == [OLD]
    assert list(within_limits([unknown], ImageLimits(pushed_within=parse_duration("9999m")), NOW)) == []


def test_images_are_ordered_by_their_last_pull_then_by_their_push() -> None:
    assert sorted(IMAGES, key=importance, reverse=True) == [NEW, OLD_IN_USE, OLD, NEVER_PULLED]
