from collections.abc import Callable
from dataclasses import dataclass

import pytest

from ecr_scan_reporter.bootstrap.environment import initialise_early, made_once
from ecr_scan_reporter.bootstrap.observability import seconds_left
from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.settings.variables import Environment, number


@dataclass
class Context:
    milliseconds: int

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def test_only_lambda_limits_the_time_that_is_left() -> None:
    assert seconds_left(Context(milliseconds=1_500)) == 1.5
    assert seconds_left(None) is None
    assert seconds_left(object()) is None


@dataclass
class Room:
    threads: int


def new_accessor() -> Callable[[], Room]:
    @made_once
    def room(environment: Environment) -> Room:
        """Return the room."""
        return Room(number(environment, "SCANNER_THREADS", default=16, lowest=1))

    return room


@pytest.fixture(autouse=True)
def elsewhere_than_in_lambda(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_LAMBDA_RUNTIME_API", raising=False)


def test_a_room_is_made_once() -> None:
    access = new_accessor()
    assert access() is access()


def test_a_new_room_is_made_when_a_variable_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    access = new_accessor()
    first = access()
    monkeypatch.setenv("SCANNER_THREADS", "4")
    assert (first, access()) == (Room(16), Room(4))


def test_a_variable_that_lambda_sets_for_each_invocation_makes_no_new_room(monkeypatch: pytest.MonkeyPatch) -> None:
    access = new_accessor()
    first = access()
    monkeypatch.setenv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3fe1be46a994272793")
    assert access() is first


def test_a_wrong_variable_is_an_error_at_each_access_until_it_is_corrected(monkeypatch: pytest.MonkeyPatch) -> None:
    access = new_accessor()
    monkeypatch.setenv("SCANNER_THREADS", "many")
    for _ in range(2):
        with pytest.raises(InvalidInputError, match=r"^SCANNER_THREADS is 'many'"):
            access()
    monkeypatch.setenv("SCANNER_THREADS", "4")
    assert access() == Room(4)


def test_an_accessor_bears_the_name_and_the_words_of_what_it_makes() -> None:
    access = new_accessor()
    assert (access.__name__, access.__doc__) == ("room", "Return the room.")


@pytest.mark.parametrize(("api", "made"), [("127.0.0.1:9001", ["made"]), (None, [])], ids=["in Lambda", "elsewhere"])
def test_only_in_lambda_a_room_is_made_while_the_function_starts(
    monkeypatch: pytest.MonkeyPatch, api: str | None, made: list[str]
) -> None:
    if api:
        monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", api)
    calls: list[str] = []
    initialise_early(lambda: calls.append("made"))
    assert calls == made


def test_elsewhere_nothing_is_made_before_it_is_asked_for() -> None:
    calls: list[Environment] = []
    access = made_once(calls.append)
    assert calls == []
    access()
    assert len(calls) == 1
