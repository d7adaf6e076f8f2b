"""Show and rotate the tokens of the API of a deployed application."""

from collections.abc import Callable
from enum import StrEnum
from secrets import token_urlsafe
from typing import Protocol

# As many bits as the key of AES-256.
TOKEN_BYTES = 32


class TokenRight(StrEnum):
    """What a token may do."""

    READ = "read"
    WRITE = "write"


OUTPUTS = {TokenRight.READ: "ApiReadTokenSecretArn", TokenRight.WRITE: "ApiWriteTokenSecretArn"}
"""The outputs of the stack that name the secrets."""


class Stacks(Protocol):
    """The deployed stacks."""

    def output(self, stack: str, name: str) -> str:
        """Return an output of a stack. Raises InvalidInputError where there is no such stack, or no such output."""


class Secrets(Protocol):
    """The secrets."""

    def get(self, arn: str) -> str:
        """Return the current value. Raises CallFailedError."""

    def put(self, arn: str, value: str) -> None:
        """Make a value the current one. Raises CallFailedError."""


def show_token(stack: str, right: TokenRight, stacks: Stacks, secrets: Secrets) -> str:
    """Return the current token. Raises InvalidInputError and CallFailedError."""
    return secrets.get(stacks.output(stack, OUTPUTS[right]))


def rotate_token(
    stack: str,
    right: TokenRight,
    stacks: Stacks,
    secrets: Secrets,
    new_token: Callable[[], str] = lambda: token_urlsafe(TOKEN_BYTES),
) -> str:
    """Make a new token and return it; the one before stays valid for an hour.

    Raises InvalidInputError and CallFailedError.
    """
    arn, token = stacks.output(stack, OUTPUTS[right]), new_token()
    secrets.put(arn, token)
    return token
