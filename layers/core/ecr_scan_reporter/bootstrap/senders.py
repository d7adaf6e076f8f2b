"""Whom reports and digests are sent to, by name. What a setting has to ask for is imported only then."""

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.topic import Topic
from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.domain.messages.report.notification import compose_notification
from ecr_scan_reporter.domain.reports.reports import ScanReport
from ecr_scan_reporter.settings.functions import DigestSettings, NotificationMode, ReporterSettings
from ecr_scan_reporter.use_cases.delivery import Sender, publish

if TYPE_CHECKING:
    from ecr_scan_reporter.domain.digest.digest import Digest


def report_senders(clients: Clients, settings: ReporterSettings) -> Mapping[str, Sender[ScanReport]]:
    """Return the senders of reports: to people unless they want the digest alone, to the bus whatever they want."""
    senders: dict[str, Sender[ScanReport]] = {}
    if settings.mode is not NotificationMode.DIGEST:
        topic = Topic(clients.make("sns"), Caller(), settings.topic_arn)
        senders["topic"] = lambda report: publish(topic, partial(compose_notification, report))
        if settings.chat_topic_arn:
            senders["chat"] = _chat_of_reports(clients, settings.chat_topic_arn)
    if settings.event_bus:
        senders["bus"] = _bus_of_reports(clients, settings.event_bus)
    return senders


def digest_senders(clients: Clients, settings: DigestSettings) -> "Mapping[str, Sender[Digest]]":
    """Return the senders of digests."""
    from ecr_scan_reporter.domain.messages.digest.notification import compose_digest

    topic = Topic(clients.make("sns"), Caller(), settings.topic_arn)
    senders: dict[str, Sender[Digest]] = {"topic": lambda digest: publish(topic, partial(compose_digest, digest))}
    if settings.chat_topic_arn:
        senders["chat"] = _chat_of_digests(clients, settings.chat_topic_arn)
    return senders


def _chat_of_reports(clients: Clients, arn: str) -> Sender[ScanReport]:
    from ecr_scan_reporter.domain.messages.report.chat import compose_chat
    from ecr_scan_reporter.domain.messages.report.notification import attributes

    topic = Topic(clients.make("sns"), Caller(), arn)
    return lambda report: topic.publish_text(compose_chat(report), attributes(report))


def _chat_of_digests(clients: Clients, arn: str) -> "Sender[Digest]":
    from ecr_scan_reporter.domain.messages.digest.chat import compose_digest_chat
    from ecr_scan_reporter.domain.messages.digest.notification import attributes

    topic = Topic(clients.make("sns"), Caller(), arn)
    return lambda digest: topic.publish_text(compose_digest_chat(digest), attributes(digest))


def _bus_of_reports(clients: Clients, name: str) -> Sender[ScanReport]:
    from ecr_scan_reporter.aws.event_bus import EventBus
    from ecr_scan_reporter.domain.messages.report.event import compose_event
    from ecr_scan_reporter.domain.registry.arns import image_arn

    bus = EventBus(clients.make("events"), Caller(), name)
    return lambda report: bus.put(compose_event(report), [image_arn(report.image.id)])
