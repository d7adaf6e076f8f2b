"""What the AWS SDK wants before it makes a call, for tests that never leave this machine."""

from pathlib import Path

import pytest


def stand_in_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set credentials and a region that mean nothing."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }.items():
        monkeypatch.setenv(name, value)
    # The variable that comes before AWS_DEFAULT_REGION.
    monkeypatch.delenv("AWS_REGION", raising=False)


def without_credentials(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Leave nothing where the AWS SDK looks for credentials; its files would be in `home`."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "config"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
