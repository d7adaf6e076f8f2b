"""Images as ECR lists them."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.unit.snapshot.registries import MadeRegistry, build, made_image


@pytest.mark.parametrize("is_fresh", [True, False])
def test_an_image_that_the_list_repeats_is_one_with_the_tags_named_last(tmp_path: Path, is_fresh: bool) -> None:
    listed = made_image(1, tags=("1.0",))
    build(MadeRegistry([listed]), tmp_path).close()
    again = replace(listed, image=replace(listed.image, tags=("1.0", "latest")))
    registry = MadeRegistry([listed, again])
    with closing(build(registry, tmp_path, is_fresh=is_fresh, generation=2)) as inventory:
        assert [image.tags for image in inventory.images().items] == [("1.0", "latest")]
