"""The values that each key of a scan configuration may have.

The parsers raise ValueError or OverflowError; ALLOWED describes the right values.
"""

import re
from datetime import UTC, datetime
from typing import Any

# As many images as DescribeImages takes by name in one call.
MAX_TAGS = 100
MAX_REPOSITORY, MAX_TAG = 256, 128
ALLOWED = {
    "id": "a UUID in lower case, such as 4f66c1a2-63ad-4d4c-8dd8-2f4d9b6c2b7e",
    "created": "the seconds since 1970 as a text, such as '1569927812'",
    "region": "an AWS region, such as us-west-2",
    "registry": "the 12 digits of an AWS account, as a text",
    "repository": f"the name of a repository, such as team/app: 2 to {MAX_REPOSITORY} characters of a-z 0-9 . _ - /",
    "tags": (
        f"a list of 1 to {MAX_TAGS} tags, each once and of 1 to {MAX_TAG} characters of A-Z a-z 0-9 . _ -, "
        "not with . or - at its beginning; null or [] for all tags"
    ),
}

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SECONDS = re.compile(r"[0-9]{1,12}")
# A name becomes a part of a host name, so nothing else may be in it.
_REGION = re.compile(r"[a-z]{2,8}(?:-[a-z]{1,16}){1,3}-[0-9]{1,2}")
_REGISTRY = re.compile(r"[0-9]{12}")
# https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html
_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_REPOSITORY = re.compile(rf"{_PART}(?:/{_PART})*")
# https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests
_TAG = re.compile(rf"[A-Za-z0-9_][A-Za-z0-9._-]{{0,{MAX_TAG - 1}}}")


def is_id(value: Any) -> bool:
    """Tell whether a value may be the id of a configuration."""
    return isinstance(value, str) and _UUID.fullmatch(value) is not None


def parse_id(value: Any) -> str:
    """Read an id."""
    return _matching(value, _UUID)


def parse_created(value: Any) -> datetime:
    """Read a moment, given as a text of seconds."""
    return datetime.fromtimestamp(int(_matching(value, _SECONDS)), UTC)


def format_created(moment: datetime) -> str:
    """Write a moment as a text of seconds."""
    return str(int(moment.timestamp()))


def parse_region(value: Any) -> str:
    """Read the name of a region. Whether there is such a region is not known here."""
    return _matching(value, _REGION)


def parse_registry(value: Any) -> str:
    """Read the account of a registry. A number is refused: it would lose its leading zeros."""
    return _matching(value, _REGISTRY)


def parse_repository(value: Any) -> str:
    """Read the name of a repository."""
    if not isinstance(value, str) or not 2 <= len(value) <= MAX_REPOSITORY:
        raise ValueError
    return _matching(value, _REPOSITORY)


def parse_tags(value: Any) -> tuple[str, ...] | None:
    """Read tags. An empty list means all tags, as it does in aws-samples/amazon-ecr-continuous-scan."""
    if value is None:
        return None
    if not isinstance(value, list | tuple) or len(value) > MAX_TAGS:
        raise ValueError
    tags = tuple(_matching(tag, _TAG) for tag in value)
    if len(set(tags)) < len(tags):
        raise ValueError
    return tags or None


def _matching(value: Any, pattern: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise ValueError
    return value
