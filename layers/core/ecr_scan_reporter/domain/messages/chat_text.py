"""Text for chat, in which text of others becomes no link, no mention and no formatting, and the form of a message.

The form and the meaning of its members: https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
The lengths are our own: they keep each part within one block of Slack, which takes 3,000 characters:
https://docs.slack.dev/reference/block-kit/blocks/section-block
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from ecr_scan_reporter.domain.text import one_line, shorten

MAX_TITLE = 200
MAX_DESCRIPTION = 2_800
MAX_STEPS, MAX_STEP = 5, 700
MAX_KEYWORDS, MAX_KEYWORD = 5, 64
MAX_CONTEXT = 300

# Slack, Teams and Amazon Q each read other characters as markup, and escapes of one are shown as they are by another.
# Characters that look the same mean nothing to any of them.
_IN_CODE = str.maketrans({"`": "'", "<": "\u2039", ">": "\u203a", "&": "\uff06"})
_IN_TEXT = str.maketrans({"*": "\u2217", "~": "\u223c", "[": "(", "]": ")", "\\": "/"})
_MENTION = re.compile(r"@(?!sha256:)")
_EDGE_OF_WORD = re.compile(r"(?<![^\W_])_|_(?![^\W_])")
_DOT_OF_HOST = re.compile(r"\.(?=[^\W\d_])")


def code(text: str, length: int = 80) -> str:
    """Show others' text as it is, as code of at most `length` characters; empty where there is nothing to show."""
    shown = _MENTION.sub("\uff20", one_line(text).translate(_IN_CODE))
    return f"`{shorten(shown, length - 2)}`" if shown else ""


def plain(text: str, length: int = MAX_CONTEXT) -> str:
    """Show others' text as plain text, on one line of at most `length` characters."""
    shown = shorten(one_line(text), length).translate(_IN_CODE).translate(_IN_TEXT).replace("://", "\uff1a//")
    shown = _EDGE_OF_WORD.sub("\uff3f", _MENTION.sub("\uff20", shown))
    return _DOT_OF_HOST.sub("\u2024", shown)


def chat_message(
    title: str,
    description: str,
    *,
    event_type: str,
    steps: Sequence[str] = (),
    keywords: Iterable[str] = (),
    thread: str = "",
    resources: Sequence[str] = (),
    context: Mapping[str, str] | None = None,
) -> str:
    """Return the JSON text for Amazon Q Developer in chat applications. What is empty is left out.

    The caller escapes the texts. The values of `context` are for commands, and stay as they are.
    """
    tags = list(dict.fromkeys(filter(None, (plain(keyword, MAX_KEYWORD) for keyword in keywords))))
    content = {
        "textType": "client-markdown",
        "title": title,
        "description": description,
        "nextSteps": list(steps)[:MAX_STEPS],
        "keywords": tags[:MAX_KEYWORDS],
    }
    metadata = {
        "threadId": thread,
        "summary": title,
        "eventType": event_type,
        "relatedResources": list(resources),
        "additionalContext": _filled({name: _value(text) for name, text in (context or {}).items()}),
    }
    return json.dumps(
        {"version": "1.0", "source": "custom", "content": _filled(content), "metadata": _filled(metadata)}
    )


def _value(text: str) -> str:
    # Chat does not show it. Custom actions put it into commands, so it stays as it is.
    return one_line(text)[:MAX_CONTEXT]


def _filled(members: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value}
