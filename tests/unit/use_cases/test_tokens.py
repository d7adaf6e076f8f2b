"""The tokens of a deployed application."""

from dataclasses import dataclass, field

import pytest

from ecr_scan_reporter.errors import InvalidInputError
from ecr_scan_reporter.use_cases.tokens import TokenRight, rotate_token, show_token

ARNS = {"ApiReadTokenSecretArn": "arn:read", "ApiWriteTokenSecretArn": "arn:write"}


class Stacks:
    """One stack, called prod."""

    def output(self, stack: str, name: str) -> str:
        if stack != "prod":
            raise InvalidInputError("the stack", stack, "one of this account")
        return ARNS[name]


@dataclass
class Secrets:
    """The values of the secrets."""

    values: dict[str, str] = field(default_factory=lambda: {"arn:read": "reader", "arn:write": "writer"})

    def get(self, arn: str) -> str:
        return self.values[arn]

    def put(self, arn: str, value: str) -> None:
        self.values[arn] = value


@pytest.mark.parametrize(("right", "expected"), [(TokenRight.READ, "reader"), (TokenRight.WRITE, "writer")])
def test_a_token_is_that_of_its_right(right: TokenRight, expected: str) -> None:
    assert show_token("prod", right, Stacks(), Secrets()) == expected


@pytest.mark.parametrize("right", TokenRight)
def test_a_rotation_replaces_one_token(right: TokenRight) -> None:
    secrets = Secrets()
    before = dict(secrets.values)
    made = rotate_token("prod", right, Stacks(), secrets)
    assert show_token("prod", right, Stacks(), secrets) == made
    assert {arn for arn, value in secrets.values.items() if before[arn] != value} == {f"arn:{right.value}"}


def test_no_two_tokens_are_the_same_and_all_are_long_and_safe_in_a_header() -> None:
    tokens = {rotate_token("prod", TokenRight.READ, Stacks(), Secrets()) for _ in range(50)}
    assert len(tokens) == 50
    assert all(
        len(token) >= 43 and token.isascii() and token.replace("-", "").replace("_", "").isalnum() for token in tokens
    )


def test_of_an_unknown_stack_nothing_is_rotated() -> None:
    secrets = Secrets()
    with pytest.raises(InvalidInputError, match="the stack is 'test'"):
        rotate_token("test", TokenRight.READ, Stacks(), secrets)
    assert secrets == Secrets()
