"""How a test report is sent. Imported only when somebody asks for one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ecr_scan_reporter.aws.event_bus import EventBus
from ecr_scan_reporter.aws.retries import Caller
from ecr_scan_reporter.aws.topic import Topic
from ecr_scan_reporter.bootstrap.clients import Clients
from ecr_scan_reporter.domain.messages.report.chat import compose_chat
from ecr_scan_reporter.domain.messages.report.event import compose_event
from ecr_scan_reporter.domain.messages.report.notification import attributes, compose_notification
from ecr_scan_reporter.domain.messages.report.test_report import (
    mark_attributes,
    mark_chat,
    mark_document,
    mark_notification,
)
from ecr_scan_reporter.domain.registry.arns import image_arn
from ecr_scan_reporter.domain.registry.discovery import Home, home_of
from ecr_scan_reporter.domain.reports.reports import ScanReport
from ecr_scan_reporter.domain.reports.test_report import answers_document
from ecr_scan_reporter.settings.reporter import ReporterSettings
from ecr_scan_reporter.use_cases.delivery import Sender
from ecr_scan_reporter.use_cases.test_report import send_test_report

UNKNOWN_ACCOUNT = "000000000000"


def send_to_all(clients: Clients, settings: ReporterSettings, context: Any, now: datetime) -> dict[str, Any]:
    """Send a test report through every channel; return what reporter answers. `context` is that of the invocation."""
    home = home_of(getattr(context, "invoked_function_arn", None)) or Home(UNKNOWN_ACCOUNT, clients.registry().region)
    senders = _senders(clients, settings)
    return answers_document(send_test_report(senders, registry_id=home.account, region=home.region, now=now))


def _senders(clients: Clients, settings: ReporterSettings) -> Mapping[str, Sender[ScanReport]]:
    """Return a sender for each channel that is configured, whatever the notification mode."""
    sns = clients.make("sns")
    topic = Topic(sns, Caller(), settings.topic_arn)
    senders: dict[str, Sender[ScanReport]] = {
        "topic": lambda report: topic.publish(mark_notification(compose_notification(report)))
    }
    if settings.chat_topic_arn:
        chat = Topic(sns, Caller(), settings.chat_topic_arn)
        senders["chat"] = lambda report: chat.publish_text(
            mark_chat(compose_chat(report)), mark_attributes(attributes(report))
        )
    if settings.event_bus:
        bus = EventBus(clients.make("events"), Caller(), settings.event_bus)
        senders["bus"] = lambda report: bus.put(mark_document(compose_event(report)), [image_arn(report.image.id)])
    return senders
