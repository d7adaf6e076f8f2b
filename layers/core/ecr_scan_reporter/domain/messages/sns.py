"""A message as SNS publishes it, and the limits of its parts.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ecr_scan_reporter.domain.text import one_line

# For a message, all protocols together.
SNS_BYTES = 262_144
# Left for the message attributes and the subject, which count too.
RESERVED_BYTES = 4_096
MAX_BYTES = SNS_BYTES - RESERVED_BYTES
# "less than 100 characters"
SUBJECT_CHARACTERS = 99
# One part of a text message: https://docs.aws.amazon.com/sns/latest/dg/sms_publish-to-phone.html
SMS_BYTES = 140
# The protocols of programs.
DOCUMENT_PROTOCOLS = ("sqs", "lambda", "http", "https", "firehose")
# Values of attributes.
SEVERAL, NONE = "SEVERAL", "NONE"


@dataclass(frozen=True, slots=True)
class Notification:
    """A message to publish. `message` is the JSON text of MessageStructure `json`.

    `lists` are attributes of several values, of which a filter policy needs to match one.
    """

    subject: str
    message: str
    attributes: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def size(text: str) -> int:
    """Return how many bytes a text takes within a message, where it is escaped."""
    return len(json.dumps(text))


def email_share(max_bytes: int) -> int:
    """Return how many bytes of a message the e-mail may take at most."""
    return max_bytes // 2


def document_share(max_bytes: int, others: Mapping[str, str]) -> int:
    """Return how many bytes the document may take, which is in a message once for each protocol of programs."""
    names = sum(len(protocol) + len('"": , ') for protocol in (*others, *DOCUMENT_PROTOCOLS))
    return (max_bytes - names - sum(map(size, others.values()))) // len(DOCUMENT_PROTOCOLS)


def fitting(texts: Iterable[str], most_bytes: int) -> str:
    """Return the first text that fits, else the last."""
    text = ""
    for text in texts:
        if size(text) <= most_bytes:
            break
    return text


def only(values: Iterable[str]) -> str:
    """Return the value of an attribute that all of these share; SEVERAL where they differ, NONE for none."""
    different = {one_line(value) for value in values} - {""}
    return different.pop() if len(different) == 1 else (SEVERAL if different else NONE)
