"""The reporter between fakes: a registry, a ledger, a bucket and a topic."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from ecr_scan_reporter.concurrency.task_groups import sequential
from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.findings.findings import ScanResult
from ecr_scan_reporter.domain.messages.report.notification import compose_notification
from ecr_scan_reporter.domain.reports.policy import NotifyOn, ReportPolicy
from ecr_scan_reporter.domain.reports.reports import ScanReport
from ecr_scan_reporter.use_cases.delivery import Channels, Sender, publish
from ecr_scan_reporter.use_cases.reporting.read_scan import RetryDelays
from ecr_scan_reporter.use_cases.reporting.recording import Stores
from ecr_scan_reporter.use_cases.reporting.report_scan import ReportTools, report_scan
from tests.unit.samples import ANY_FINDING, DIGEST, NOW, RESULT
from tests.unit.use_cases.fakes import FakeFindings, FakeLedger, FakeOnce, FakeRegistry, FakeSuppressions, FakeTopic
from tests.unit.use_cases.reporting.scans import DESCRIBED, EVENT, new_event

POLICY = ReportPolicy(ANY_FINDING)
RESULT_KEY = f"findings/123456789012/eu-west-1/team/app/{DIGEST.replace(':', '-')}.json"


def sender_to(topic: FakeTopic) -> Sender[ScanReport]:
    """Return what publishes reports to the topic."""
    return lambda report: publish(topic, partial(compose_notification, report))


class Chain:
    """The outside world of a report; `steps` has the effects in their order."""

    def __init__(self, result: ScanResult | Exception | None = RESULT, **registry: Any) -> None:
        self.steps: list[str] = []
        self.registry = FakeRegistry([DESCRIBED], result=result, **registry)
        self.ledger = FakeLedger(steps=self.steps)
        self.findings = FakeFindings(steps=self.steps)
        self.topic = FakeTopic(steps=self.steps)
        self.suppressions = FakeSuppressions()
        self.once = FakeOnce()
        self.sleeps: list[float] = []
        self.seconds_left: float | None = None

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        if self.seconds_left is not None:
            self.seconds_left -= seconds

    def tools(self, channels: Channels[ScanReport], stores: Stores) -> ReportTools:
        delays = RetryDelays(self.sleep, lambda: self.seconds_left)
        return ReportTools(self.registry, channels, stores, sequential, delays)

    def report(
        self, event: ScanEvent = EVENT, policy: ReportPolicy = POLICY, now: datetime = NOW, **news: Any
    ) -> tuple[ScanReport | None, Mapping[str, str]]:
        """Report the event; return the report, and its ids by channel."""
        stores = Stores(self.ledger, self.findings, self.suppressions)
        channels = Channels({"topic": sender_to(self.topic)}, self.once)
        report, delivery = report_scan(event, self.tools(channels, stores), policy=policy, now=now, **news)
        return report, delivery.ids

    def report_result(self, result: ScanResult, notify_on: NotifyOn = NotifyOn.ALL) -> ScanReport | None:
        """Let ECR have the result, and report the event of its scan."""
        self.registry.result = result
        policy = ReportPolicy(ANY_FINDING, notify_on=notify_on)
        report, _ = self.report(new_event(at=result.completed_at), policy)
        return report

    def document(self) -> dict[str, Any]:
        """Return the JSON document of the last message."""
        document: dict[str, Any] = json.loads(json.loads(self.topic.published[-1].message)["sqs"])
        return document

    def email(self) -> str:
        """Return the e-mail of the last message."""
        return str(json.loads(self.topic.published[-1].message)["email"])
