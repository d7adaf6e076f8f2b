from hypothesis import given
from hypothesis import strategies as st

from ecr_scan_reporter.domain.rankings import Ranked, Ranking, ranked


@given(st.lists(st.integers(-50, 50), max_size=300), st.integers(1, 10))
def test_the_first_are_those_of_the_whole_sorted_list(numbers: list[int], most: int) -> None:
    ranking: Ranking[int] = Ranking(most, lambda number: -number)
    for number in numbers:
        ranking.add(number)
    assert ranking.ranked() == Ranked(tuple(sorted(numbers, reverse=True)[:most]), len(numbers))


def test_only_the_first_of_many_are_kept_in_memory() -> None:
    ranking: Ranking[int] = Ranking(3, lambda number: number)
    for number in range(10_000):
        ranking.add(-number)
        assert len(ranking._items) < 8 * 3
    assert ranking.ranked().first == (-9_999, -9_998, -9_997)


def test_a_cut_list_says_how_many_are_left() -> None:
    assert ranked("abc").remaining == 0
    assert ranked("abc").cut(1) == Ranked(("a",), 3)
    assert ranked("abc").cut(1).remaining == 2
