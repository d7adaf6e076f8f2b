"""A message as SNS publishes it, and the limits of its parts.

https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Notification:
    """A message to publish. `message` is the JSON text of MessageStructure `json`."""

    subject: str
    message: str
    attributes: Mapping[str, str]


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
