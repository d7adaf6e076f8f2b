"""Scan configurations of all kinds, for properties."""

from datetime import UTC, datetime
from string import ascii_letters, ascii_lowercase, digits

from hypothesis import strategies as st

from ecr_scan_reporter.domain.configs.configs import ScanConfig

_TAGS = st.text(ascii_letters + digits + "._-", min_size=1, max_size=20).filter(lambda tag: tag[0] not in ".-")
_PARTS = st.text(ascii_lowercase + digits, min_size=2, max_size=10)

CONFIGS = st.builds(
    ScanConfig,
    id=st.uuids().map(str),
    created=st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
    region=st.sampled_from(["us-west-2", "eu-central-1", "cn-northwest-1", "us-gov-east-1", "eusc-de-east-1"]),
    registry=st.from_regex(r"[0-9]{12}", fullmatch=True),
    repository=st.lists(_PARTS, min_size=1, max_size=4).map("/".join),
    tags=st.none() | st.lists(_TAGS, min_size=1, max_size=5, unique=True).map(tuple),
)
