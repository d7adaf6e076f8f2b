"""Files of suppressions, without AWS."""

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.cli.suppressions.files import as_json, as_yaml, read_document
from ecr_scan_reporter.domain.suppressions.fields import parse_suppressions
from ecr_scan_reporter.domain.suppressions.rules import Suppression
from ecr_scan_reporter.errors import InvalidInputError
from tests.unit.domain.suppressions.samples import SUPPRESSIONS
from tests.unit.samples import NOW


@given(st.lists(SUPPRESSIONS, max_size=3, unique_by=lambda suppression: suppression.id))
def test_any_suppressions_are_read_from_a_file_as_they_were_written(suppressions: list[Suppression]) -> None:
    for text in (as_yaml(suppressions), as_json(suppressions)):
        document = read_document(text.encode())
        assert parse_suppressions(document, created_by="nobody", created_at=NOW) == suppressions
    assert (
        parse_suppressions(yaml.safe_load(as_yaml(suppressions)), created_by="nobody", created_at=NOW) == suppressions
    )


def test_a_byte_order_mark_is_no_part_of_a_file() -> None:
    assert read_document(b"\xef\xbb\xbfsuppressions: []") == {"suppressions": []}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"- a\n- &b [*b]", "line 2 of the file is '- &b [*b]': allowed is YAML or JSON, in UTF-8 (found"),
        (b"a: [", "line 1 of the file is 'a: [': allowed is"),
        (b"a: [\n", "line 2 of the file is '': allowed is"),
        (b"a: \x07", r"the file is 'a: \x07': allowed is YAML or JSON, in UTF-8 (unacceptable character"),
        (b"a: \xff", r"the file is b'\xff': allowed is YAML or JSON, in UTF-8"),
    ],
    ids=repr,
)
def test_the_error_of_a_file_that_cannot_be_read_has_the_place(content: bytes, said: str) -> None:
    with pytest.raises(InvalidInputError, match=f"^{re.escape(said)}"):
        read_document(content)
