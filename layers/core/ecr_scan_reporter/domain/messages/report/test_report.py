"""Mark the messages of a test report, so that neither people nor programs take it for a scan."""

import json
from collections.abc import Mapping
from typing import Any

from ecr_scan_reporter.domain.messages.chat_text import MAX_DESCRIPTION, MAX_TITLE
from ecr_scan_reporter.domain.messages.sns import DOCUMENT_PROTOCOLS, SMS_BYTES, SUBJECT_CHARACTERS, Notification

MARK = "TEST"
NOTICE = "TEST: somebody sent this message to see whether it arrives. The image and its findings are made up."
STEP = "There is nothing to do."


def mark_notification(notification: Notification) -> Notification:
    """Put the mark first in each text, and `isTest` into the document and the attributes."""
    texts = json.loads(notification.message)
    marked = {protocol: _mark_text(protocol, text) for protocol, text in texts.items()}
    return Notification(
        _marked(notification.subject, SUBJECT_CHARACTERS),
        json.dumps(marked),
        mark_attributes(notification.attributes),
    )


def mark_document(document: Mapping[str, Any]) -> dict[str, Any]:
    """Add `isTest` to a document, and put the mark first in its summary."""
    return {**document, "summary": _marked(str(document["summary"]), SUBJECT_CHARACTERS), "isTest": True}


def mark_attributes(attributes: Mapping[str, str]) -> dict[str, str]:
    """Add `isTest`."""
    return {**attributes, "isTest": "true"}


def mark_chat(message: str) -> str:
    """Put the mark first in the title, and a notice first in the text; in place of the steps, there are none."""
    chat = json.loads(message)
    content, metadata = chat["content"], chat["metadata"]
    title = _marked(content["title"], MAX_TITLE)
    content |= {
        "title": title,
        "description": f"{NOTICE}\n\n{content['description']}"[:MAX_DESCRIPTION],
        "nextSteps": [STEP],
    }
    metadata |= {"summary": title, "additionalContext": metadata.get("additionalContext", {}) | {"isTest": "true"}}
    return json.dumps(chat)


def _mark_text(protocol: str, text: str) -> str:
    if protocol in DOCUMENT_PROTOCOLS:
        return json.dumps(mark_document(json.loads(text)))
    if protocol == "email":
        return f"{NOTICE}\n\n{text}"
    return _marked(text, SMS_BYTES) if protocol == "sms" else f"{MARK} {text}"


def _marked(text: str, length: int) -> str:
    return f"{MARK} {text}"[:length]
