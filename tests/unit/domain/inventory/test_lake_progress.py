"""How far a day of the lake is written."""

import json

import pytest

from ecr_scan_reporter.domain.inventory.lake_progress import (
    NOTHING_WRITTEN,
    LakeProgress,
    parse_progress,
    progress_document,
)
from ecr_scan_reporter.errors import InvalidInputError
from tests.unit.samples import IMAGE_ID


@pytest.mark.parametrize("progress", [NOTHING_WRITTEN, LakeProgress(IMAGE_ID, 3, 40)])
def test_what_is_stored_is_read_again(progress: LakeProgress) -> None:
    assert parse_progress(json.loads(json.dumps(progress_document(progress)))) == progress


@pytest.mark.parametrize(
    ("document", "named"),
    [
        ([], "how far the day is written"),
        ({}, "images"),
        ({"images": 1.5, "findings": 0}, "images"),
        ({"images": -1, "findings": 0}, "images"),
        ({"images": 1, "findings": "2"}, "findings"),
        ({"images": 1, "findings": 1, "after": "sha256:1"}, "the last image that is written"),
        ({"images": 1, "findings": 1, "after": {"registryId": "1"}}, "region"),
    ],
)
def test_what_is_wrong_is_named(document: object, named: str) -> None:
    with pytest.raises(InvalidInputError, match=named):
        parse_progress(document)
