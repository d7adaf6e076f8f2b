import pytest

from ecr_scan_reporter.domain.scanning.deadlines import deadline, work_until


@pytest.mark.parametrize(
    ("seconds", "until"),
    [
        pytest.param(300.0, 280.0, id="twenty seconds are for calls in flight"),
        pytest.param(900.0, 880.0, id="of the longest invocation too"),
        pytest.param(8.0, 6.0, id="of a short one a quarter"),
        pytest.param(0.0, 0.0, id="of none nothing"),
    ],
)
def test_new_work_ends_before_the_time_does(seconds: float, until: float) -> None:
    assert work_until(seconds, started_at=1_000.0) == 1_000.0 + until


def test_time_is_up_when_the_reserve_begins() -> None:
    time = [1_000.0]
    time_is_up = deadline(300.0, lambda: time[0])
    assert not time_is_up()
    time[0] = 1_279.9
    assert not time_is_up()
    time[0] = 1_280.0
    assert time_is_up()


def test_without_a_limit_it_is_never_time_to_stop() -> None:
    assert not deadline(None, lambda: 1e12)()
