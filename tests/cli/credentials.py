"""What the AWS SDK wants before it makes a call, for tests that never leave this machine."""

import pytest


def stand_in_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set credentials and a region that mean nothing."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }.items():
        monkeypatch.setenv(name, value)
