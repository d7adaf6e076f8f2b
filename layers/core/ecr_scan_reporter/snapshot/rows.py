"""Values of columns: how domain values are written, and read back."""

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime

from ecr_scan_reporter.domain.exploits.catalogue import KnownExploit
from ecr_scan_reporter.domain.severities import Severity

_DIGEST = "sha256:"
_EPOCH = date(1970, 1, 1).toordinal()


def digest_bytes(digest: str) -> bytes:
    """Return the bytes of a digest; a digest of another form as its text."""
    try:
        return bytes.fromhex(digest.removeprefix(_DIGEST)) if digest.startswith(_DIGEST) else digest.encode()
    except ValueError:
        return digest.encode()


def digest_text(stored: bytes) -> str:
    """Return the digest of these bytes."""
    return f"{_DIGEST}{stored.hex()}" if len(stored) == 32 else stored.decode()


def seconds(moment: datetime | None) -> int | None:
    """Return seconds since 1970."""
    return int(moment.timestamp()) if moment else None


def moment(stored: int | None) -> datetime | None:
    """Return the moment of these seconds since 1970."""
    return None if stored is None else datetime.fromtimestamp(stored, UTC)


def days(day: date | None) -> int | None:
    """Return days since 1970."""
    return day.toordinal() - _EPOCH if day else None


def day(stored: int | None) -> date | None:
    """Return the day of these days since 1970."""
    return None if stored is None else date.fromordinal(stored + _EPOCH)


def known_exploit(added: int | None, due: int | None, ransomware: int | None) -> KnownExploit | None:
    """Return KEV's entry, None for a vulnerability that is not in it."""
    first = day(added)
    return KnownExploit(first, day(due), bool(ransomware)) if first else None


def texts(values: Sequence[str]) -> str:
    """Return a list of texts as JSON."""
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))


def read_counts(numbers: Sequence[int]) -> dict[Severity, int]:
    """Return the counts of columns in the order of the severities, without zeros."""
    return {severity: number for severity, number in zip(Severity, numbers, strict=True) if number}
