from dataclasses import dataclass

import pytest

from ecr_scan_reporter import bootstrap


@dataclass
class Context:
    milliseconds: int

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def test_the_time_left_is_told_by_lambda_alone() -> None:
    assert bootstrap.seconds_left(Context(milliseconds=1_500)) == 1.5
    assert bootstrap.seconds_left(None) is None
    assert bootstrap.seconds_left(object()) is None


@pytest.mark.parametrize(("api", "made"), [("127.0.0.1:9001", ["made"]), (None, [])], ids=["in Lambda", "elsewhere"])
def test_what_a_function_needs_is_made_while_it_starts_in_lambda_alone(
    monkeypatch: pytest.MonkeyPatch, api: str | None, made: list[str]
) -> None:
    monkeypatch.delenv("AWS_LAMBDA_RUNTIME_API", raising=False)
    if api:
        monkeypatch.setenv("AWS_LAMBDA_RUNTIME_API", api)
    calls: list[str] = []
    bootstrap.prepare(lambda: calls.append("made"))
    assert calls == made
