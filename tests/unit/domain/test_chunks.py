from itertools import count, islice

import pytest

from ecr_scan_reporter.domain.chunks import chunks


@pytest.mark.parametrize(
    ("number", "lengths"), [(0, []), (1, [1]), (3, [3]), (4, [3, 1]), (7, [3, 3, 1])], ids=lambda value: str(value)
)
def test_items_are_cut_into_lists_of_a_size_in_their_order(number: int, lengths: list[int]) -> None:
    cut = list(chunks(iter(range(number)), 3))
    assert [len(chunk) for chunk in cut] == lengths
    assert [item for chunk in cut for item in chunk] == list(range(number))


def test_no_more_is_taken_than_a_list_needs() -> None:
    numbers = count()
    assert list(islice(chunks(numbers, 4), 2)) == [[0, 1, 2, 3], [4, 5, 6, 7]]
    assert next(numbers) == 8
