"""The texts that subscribers get: pure functions from a report to text."""

from ecr_scan_reporter.domain.messages.notification import Notification, compose_notification

__all__ = ["Notification", "compose_notification"]
