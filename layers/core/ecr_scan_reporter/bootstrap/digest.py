"""The dependencies of digest. Optional ones are imported only when a setting needs them."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from ecr_scan_reporter.aws.ledger.contents import LedgerContents
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.topic import Topic
from ecr_scan_reporter.bootstrap.channels import InvocationChannels
from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.bootstrap.environment import made_once
from ecr_scan_reporter.bootstrap.observability import warn
from ecr_scan_reporter.domain.digest.digest import Digest
from ecr_scan_reporter.domain.inventory.urgent import URGENT_KEY, Urgent, parse_urgent
from ecr_scan_reporter.domain.messages.digest.notification import compose_digest
from ecr_scan_reporter.errors import CallFailedError, InvalidInputError
from ecr_scan_reporter.settings.digest import DigestSettings
from ecr_scan_reporter.settings.variables import Environment
from ecr_scan_reporter.use_cases.delivery import Channels, Sender, publish

THREADS = 4


class DigestSender:
    """The dependencies of digest. `suppressions` is None without a table."""

    def __init__(self, settings: DigestSettings) -> None:
        self.settings = settings
        self._clients = clients = Clients(THREADS)
        self._channels = InvocationChannels(clients, settings.idempotency_table, _senders(clients, settings))
        self.ledger = LedgerContents(
            clients.make("dynamodb"), Caller(), settings.ledger_table, warn("ledger item ignored")
        )
        self.suppressions = clients.suppressions(settings.suppressions_table, warn("suppression ignored"))

    def read_urgent(self) -> Urgent | None:
        """Return what the inventory says cannot wait; None without an inventory, or where it cannot be read."""
        if not self.settings.findings_bucket:
            return None
        from ecr_scan_reporter.aws.findings_bucket import FindingsBucket

        try:
            bucket = FindingsBucket(self._clients.make("s3"), Caller(), self.settings.findings_bucket)
            stored = bucket.load(URGENT_KEY)
            return parse_urgent(stored.content) if stored else None
        except (CallFailedError, InvalidInputError) as error:
            warn("what is urgent is not known")(str(error))
            return None

    def channels(self, context: Any) -> Channels[Digest]:
        """Return the channels of the invocation with this context."""
        return self._channels.of(context)


@made_once
def digest(environment: Environment) -> DigestSender:
    """Return the dependencies of digest. Raises InvalidInputError, which names the wrong variable."""
    return DigestSender(DigestSettings.from_environment(environment))


def _senders(clients: Clients, settings: DigestSettings) -> Mapping[str, Sender[Digest]]:
    topic = Topic(clients.make("sns"), Caller(), settings.topic_arn)
    senders: dict[str, Sender[Digest]] = {"topic": lambda digest: publish(topic, partial(compose_digest, digest))}
    if settings.chat_topic_arn:
        senders["chat"] = _chat(clients, settings.chat_topic_arn)
    return senders


def _chat(clients: Clients, arn: str) -> Sender[Digest]:
    from ecr_scan_reporter.domain.messages.digest.chat import compose_digest_chat
    from ecr_scan_reporter.domain.messages.digest.notification import attributes

    topic = Topic(clients.make("sns"), Caller(), arn)
    return lambda digest: topic.publish_text(compose_digest_chat(digest), attributes(digest))
