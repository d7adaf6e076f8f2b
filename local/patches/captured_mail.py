"""E-mails and text messages of SNS are stored, and read under /_local/mail.

Why: ministack only logs a line for an e-mail subscription, and drops what goes to an sms subscription.
Goes when: ministack stores both, after filter policy and MessageStructure.
"""

from dataclasses import asdict, dataclass
from typing import Any

from ministack.services import sns

from local.patches.replacing import original_of, replace

PERSONAL_PROTOCOLS = ("email", "email-json", "sms")


@dataclass(frozen=True)
class Letter:
    """One message to one person."""

    protocol: str
    to: str
    subject: str
    text: str


class Mailbox:
    """All sent messages."""

    def __init__(self) -> None:
        self._letters: list[Letter] = []

    def apply(self) -> None:
        """Store the messages that a topic sends."""

        def fanout(topic: str, message_id: str, message: str, subject: str, *rest: Any, **fields: Any) -> None:
            original(topic, message_id, message, subject, *rest, **fields)
            structure = fields.get("message_structure", rest[0] if rest else "")
            attributes = fields.get("message_attributes", rest[1] if len(rest) > 1 else None)
            self._keep(topic, message, subject, structure, attributes or {})

        self._resolve = original_of(sns, "_resolve_message_for_protocol")
        self._matches = original_of(sns, "_matches_filter_policy")
        self._find_topic = original_of(sns, "_topic_by_arn_any_scope")
        original = replace(sns, "_fanout", fanout)

    def read(self, _: Any) -> list[dict[str, str]]:
        """Return all messages, the oldest first."""
        return [asdict(letter) for letter in self._letters]

    def clear(self, _: Any) -> dict[str, Any]:
        """Delete all messages."""
        self._letters.clear()
        return {}

    def _keep(self, topic: str, message: str, subject: str, structure: str, attributes: dict[str, Any]) -> None:
        for subscription in (self._find_topic(topic) or {}).get("subscriptions", []):
            protocol = subscription.get("protocol", "")
            if protocol not in PERSONAL_PROTOCOLS:
                continue
            text = self._resolve(message, structure, protocol)
            if self._matches(subscription, attributes, text):
                self._letters.append(Letter(protocol, subscription.get("endpoint", ""), subject, text))
