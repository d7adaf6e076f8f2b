"""The log lines and metrics of exploit_feeds."""

import os
from datetime import datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from ecr_scan_reporter.domain.exploits.documents import copy_document
from ecr_scan_reporter.domain.exploits.state import FeedState
from ecr_scan_reporter.use_cases.exploits.update import Update


class FeedsLog:
    """Logs an update of the feeds, and counts it as metrics."""

    def __init__(self, logger: Logger, metrics: Metrics) -> None:
        self._logger = logger
        self._metrics = metrics

    def update(self, update: Update, now: datetime) -> dict[str, Any]:
        """Log an update; return the answer of the function."""
        feeds = {"kev": update.state.kev, "epss": update.state.epss}
        for name, feed in feeds.items():
            for error in feed.errors:
                self._logger.warning("source of a feed failed", extra={"feed": name, "reason": error})
            if feed.has_failed:
                age = self._age(feed, now)
                self._logger.error(
                    "feed not fetched: its last good copy goes on", extra={"feed": name, "ageHours": age}
                )
        function = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
        if function:  # Stacks in one account have alarms of their own.
            self._metrics.add_dimension("function_name", function)
        failed = [name for name, feed in feeds.items() if feed.has_failed]
        self._metrics.add_metric("FeedsFailed", MetricUnit.Count, len(failed))
        ages = [age for feed in feeds.values() if feed.tried_at and (age := self._age(feed, now)) is not None]
        if ages:
            self._metrics.add_metric("FeedAgeHours", MetricUnit.Count, max(ages))
        self._metrics.add_metric("ExploitedImagesTold", MetricUnit.Count, sum(news.images for news in update.told))
        result = {
            **{name: copy_document(feed.copy) if feed.copy else None for name, feed in feeds.items()},
            "failed": failed,
            "scores": len(update.exploits.scores),
            "told": [each.vulnerability.name for news in update.told for each in news.vulnerabilities],
            "pending": len(update.state.pending),
        }
        self._logger.info("exploit feeds updated", extra=result)
        return result

    def _age(self, feed: FeedState, now: datetime) -> int | None:
        return int((now - feed.copy.fetched_at).total_seconds() // 3600) if feed.copy else None
