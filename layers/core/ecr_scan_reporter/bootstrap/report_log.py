"""What reporter logs and counts."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from ecr_scan_reporter.domain.events.scans import ScanEvent
from ecr_scan_reporter.domain.reports.reports import ScanReport
from ecr_scan_reporter.errors import ConcurrentEventError, quoted
from ecr_scan_reporter.use_cases.reporting.report_batch import FailedImage, FailedMessage


class ReportLog:
    """Logs scans that have ended, and counts them as metrics."""

    def __init__(self, logger: Logger, metrics: Metrics) -> None:
        self._logger = logger
        self._metrics = metrics

    def scan(self, scan: ScanEvent, report: ScanReport | None, answer: dict[str, Any]) -> None:
        """Log a scan that was dealt with: its report, if there is one, and what the function answers."""
        repository = scan.image.repository.name
        scanned = {"repository": repository, "imageDigest": scan.image.digest, "status": scan.status.value}
        left = "left to the digest" if report else "nothing to report"
        self._logger.info("scan reported" if answer["reported"] else left, extra={**scanned, **answer})
        for warning in report.tag_warnings if report else ():
            fields = {"repository": repository, "reason": warning}
            self._logger.warning("repository tag ignored", extra=fields)
        self._metrics.add_metric("ScansEnded", MetricUnit.Count, 1)
        self._metrics.add_metric("ReportsSent", MetricUnit.Count, int(answer["reported"]))

    def failure(self, failure: FailedMessage | FailedImage) -> None:
        """Log a part of a batch that failed."""
        reason = str(failure.error)
        if isinstance(failure.error, ConcurrentEventError) and isinstance(failure, FailedImage):
            fields = {"imageDigest": failure.image.digest, "reason": reason}
            self._logger.info("image left to another invocation", extra=fields)
        elif isinstance(failure, FailedImage):
            fields = {"imageDigest": failure.image.digest, "reason": reason}
            self._logger.error("image failed", exc_info=failure.error, extra=fields)
        else:
            fields = {"event": quoted(failure.body), "reason": reason}
            self._logger.error("event failed", exc_info=failure.error, extra=fields)
