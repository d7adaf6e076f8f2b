"""The texts that subscribers get: pure functions from a report to text."""

from ecr_scan_reporter.domain.messages.notification import MOST_BYTES, Notification, compose_notification

__all__ = ["MOST_BYTES", "Notification", "compose_notification"]
