"""A digest for Slack and Microsoft Teams."""

from ecr_scan_reporter.domain.digest.digest import Digest
from ecr_scan_reporter.domain.messages.chat_text import MAX_DESCRIPTION, MAX_TITLE, chat_message, plain
from ecr_scan_reporter.domain.messages.digest.notification import attributes, digest_lines

EVENT_TYPE = "ECR-Scan-Digest"


def compose_digest_chat(digest: Digest) -> str:
    """Return the message for chat. It is in no thread, so that every digest is seen."""
    title, lines = digest_lines(digest)
    description = "\n".join(f"- {plain(line, MAX_DESCRIPTION // len(lines) - 3)}" for line in lines)
    context = attributes(digest)
    return chat_message(
        plain(title, MAX_TITLE),
        description,
        event_type=EVENT_TYPE,
        steps=["The digest's e-mail and its JSON document name the images that are not covered, and the suppressions."],
        keywords=["ECR", *([digest.severity.value] if digest.severity else ())],
        context=context,
    )
